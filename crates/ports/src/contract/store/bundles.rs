//! Variants that are made of others: what there is of them, and what they cannot be made of.

use super::*;

const ROUNDS: u32 = 20;

fn putting(rows: impl IntoIterator<Item = Row>) -> Commit {
    Commit { rows: rows.into_iter().collect(), ..commit() }
}

/// So many variants of a product on a shelf, each with a stock of its own or without any.
async fn variants<const COUNT: usize>(store: &dyn Store, stock: [Option<i64>; COUNT]) -> [Variant; COUNT] {
    let shelf = category(CategoryId::new(), None);
    let product = product(shelf.id, 0, true);
    let variants = stock.map(|_| variant(product.id, 0));
    let rows = [shelf.into(), product.into()].into_iter().chain(variants.iter().cloned().map(Row::from));
    let mut all = putting(rows);
    let moves = variants.iter().zip(stock);
    all.stock = moves
        .filter_map(|(variant, pieces)| Some(StockMove::new(variant.id, MoveKind::Adjust(pieces?))))
        .collect();
    must(store, all).await;
    variants
}

fn of(bundle: &Variant, parts: &[(&Variant, u32)]) -> Row {
    let mut bundle = bundle.clone();
    let part = |(part, quantity): &(&Variant, u32)| Part { variant_id: part.id, quantity: *quantity };
    bundle.details.parts = parts.iter().map(part).collect();
    bundle.into()
}

fn fault(bundle: &Variant, fault: PartsFault) -> Refusal {
    Refusal::Parts { bundle: bundle.id, fault }
}

pub(super) async fn there_are_as_many_bundles_as_their_parts_allow(open: Open) {
    let store = open.open().await;
    let [set, pot, cup, saucer] = variants(&*store, [None, Some(3), Some(9), None]).await;
    assert_eq!(stock(&*store, set.id).await, None);
    must(&*store, putting([of(&set, &[(&pot, 1), (&cup, 4)])])).await;
    let there = |quantity, version| Some(Stock { quantity, allowance: Allowance::NONE, version });
    assert_eq!(stock(&*store, set.id).await, there(2, 2));
    must(&*store, with_stock(cup.id, MoveKind::Sell(2))).await;
    assert_eq!(stock(&*store, set.id).await, there(1, 3));
    must(&*store, with_stock(pot.id, MoveKind::Sell(3))).await;
    assert_eq!(stock(&*store, set.id).await, there(0, 4));
    // What is sold that is not there counts, and a part that has no stock is none.
    let lenient =
        StockMove { allowance: Some(Allowance::UpTo(5)), ..StockMove::new(pot.id, MoveKind::Adjust(0)) };
    must(&*store, Commit { stock: vec![lenient], ..commit() }).await;
    assert_eq!(stock(&*store, set.id).await, there(1, 5));
    must(&*store, putting([of(&set, &[(&pot, 1), (&saucer, 1)])])).await;
    assert_eq!(stock(&*store, set.id).await, there(0, 3));
    let endless = [&pot, &saucer].map(|part| StockMove {
        allowance: Some(Allowance::Unlimited),
        ..StockMove::new(part.id, MoveKind::Adjust(0))
    });
    must(&*store, Commit { stock: endless.into(), ..commit() }).await;
    assert_eq!(stock(&*store, set.id).await, there(Stock::MOST_BUNDLES, 5));
    // All at one moment, and what is no bundle any more has what it had.
    let mut snapshot = store.snapshot().await.unwrap();
    let all = snapshot.stock(&[cup.id, set.id, VariantId::new()]).await.unwrap();
    assert_eq!(
        all.iter().map(|stock| stock.map(|stock| stock.quantity)).collect::<Vec<_>>(),
        [Some(7), Some(Stock::MOST_BUNDLES), None]
    );
    drop(snapshot);
    must(&*store, putting([of(&set, &[])])).await;
    assert_eq!(stock(&*store, set.id).await, None);
}

pub(super) async fn bundles_are_found_by_their_parts(open: Open) {
    let store = open.open().await;
    let [one, other, pot, cup, lid] = variants(&*store, [None, None, Some(1), Some(1), Some(1)]).await;
    must(&*store, putting([of(&one, &[(&pot, 1), (&cup, 2)]), of(&other, &[(&cup, 1)])])).await;
    let with = async |parts: &[&Variant]| -> Vec<VariantId> {
        let find = Find::BundlesWith(parts.iter().map(|part| part.id).collect());
        let mut snapshot = store.snapshot().await.unwrap();
        let (rows, total) = snapshot.list::<Variant>(&find, Window::ALL).await.unwrap();
        assert_eq!(rows.len() as u64, total);
        rows.into_iter().map(|row| row.row.id).collect()
    };
    let sorted = |mut ids: Vec<VariantId>| {
        ids.sort_unstable();
        ids
    };
    assert_eq!(with(&[&pot]).await, [one.id]);
    assert_eq!(with(&[&cup, &pot]).await, sorted(vec![one.id, other.id]));
    assert_eq!(with(&[&lid, &one]).await, []);
    assert_eq!(with(&[]).await, []);
    // Another composition, and a change that leaves it alone.
    must(&*store, putting([of(&one, &[(&lid, 1), (&cup, 1)])])).await;
    let renamed = Variant { size: Some("L".to_owned()), ..other.clone() };
    must(&*store, putting([of(&renamed, &[(&cup, 1)])])).await;
    assert_eq!(with(&[&pot]).await, []);
    assert_eq!(with(&[&lid]).await, [one.id]);
    assert_eq!(with(&[&cup]).await, sorted(vec![one.id, other.id]));
}

pub(super) async fn a_bundle_is_made_of_what_is_none(open: Open) {
    let store = open.open().await;
    let [set, large, pot, cup] = variants(&*store, [None, None, Some(3), Some(9)]).await;
    must(&*store, putting([of(&set, &[(&pot, 1)])])).await;
    let unknown = variant(set.product_id, 0);
    let before = head(&*store).await;
    for store in [store.clone(), open.open().await] {
        let refused = async |rows: Vec<Row>| refusal(&*store, putting(rows)).await;
        assert_eq!(
            refused(vec![of(&large, &[(&pot, 1), (&unknown, 1)])]).await,
            fault(&large, PartsFault::Unknown { part: unknown.id })
        );
        assert_eq!(
            refused(vec![of(&large, &[(&set, 1)])]).await,
            fault(&large, PartsFault::IsBundle { part: set.id })
        );
        assert_eq!(
            refused(vec![of(&pot, &[(&cup, 1)])]).await,
            fault(&pot, PartsFault::IsPart { of: set.id })
        );
        assert_eq!(
            refused(vec![of(&cup, &[(&pot, 1)])]).await,
            fault(&cup, PartsFault::HasStock { quantity: 9 })
        );
        // Within one commit.
        let both = vec![of(&large, &[(&unknown, 1)]), of(&unknown, &[(&cup, 1)])];
        assert_eq!(refused(both).await, fault(&large, PartsFault::IsBundle { part: unknown.id }));
        // What cannot be meant is refused before anything is looked at.
        for parts in [&[(&pot, 0)][..], &[(&pot, 1), (&pot, 2)], &[(&large, 1)]] {
            let outcome = store.commit(putting([of(&large, parts)])).await;
            assert!(matches!(outcome, Err(Error::InvalidInput { .. })), "{outcome:?}");
        }
        let moved = StockMove::new(large.id, MoveKind::Adjust(1));
        let outcome =
            store.commit(Commit { stock: vec![moved], ..putting([of(&large, &[(&pot, 1)])]) }).await;
        assert!(matches!(outcome, Err(Error::InvalidInput { .. })), "{outcome:?}");
    }
    assert_eq!(head(&*store).await, before, "what is refused is not written");
    // A part that comes with its bundle, whichever is first; and one that was a bundle until this commit.
    must(&*store, putting([of(&large, &[(&unknown, 1)]), unknown.clone().into()])).await;
    must(&*store, putting([of(&large, &[(&set, 1)]), of(&set, &[])])).await;
    assert_eq!(
        refusal(&*store, putting([of(&set, &[(&cup, 1)])])).await,
        fault(&set, PartsFault::IsPart { of: large.id })
    );
    // One that was sold out is none the worse.
    must(&*store, with_stock(cup.id, MoveKind::Sell(9))).await;
    must(&*store, putting([of(&cup, &[(&pot, 1)])])).await;
    assert_eq!(quantity(&*store, cup.id).await, 3);
}

/// Each is right beside what is stored, and the two together would be a bundle in a bundle.
pub(super) async fn of_a_bundle_and_one_around_it_at_once_one_is_refused(open: Open) {
    let processes = [open.open().await, open.open().await];
    let [pot] = variants(&*processes[0], [Some(3)]).await;
    must(&*processes[1], commit()).await;
    for round in 0..ROUNDS {
        let [set, large] = variants(&*processes[0], [None, None]).await;
        // From one process, where they meet in a group, and from two.
        let other = &processes[round as usize % 2];
        let (inner, outer) = (putting([of(&set, &[(&pot, 1)])]), putting([of(&large, &[(&set, 1)])]));
        let (one, two) = tokio::join!(processes[0].commit(inner), other.commit(outer));
        let outcomes = [one.unwrap(), two.unwrap()];
        let passed = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Committed(_))).count();
        assert_eq!(passed, 1, "{outcomes:?}");
        let refused = [
            fault(&large, PartsFault::IsBundle { part: set.id }),
            fault(&set, PartsFault::IsPart { of: large.id }),
        ];
        let is_refused =
            |outcome: &Outcome| matches!(outcome, Outcome::Refused(refusal) if refused.contains(refusal));
        assert!(outcomes.iter().any(is_refused), "{outcomes:?}");
    }
}
