//! Rules over several rows that are stored, whoever writes which of them: prices, and the tree of categories.

use super::*;

const ROUNDS: u32 = 20;

fn putting(rows: impl IntoIterator<Item = Row>) -> Commit {
    Commit { rows: rows.into_iter().collect(), ..commit() }
}

/// A product at 30.00 on a shelf of its own.
fn priced() -> (Category, Product) {
    let shelf = category(CategoryId::new(), None);
    let product = at(&product(shelf.id, 0, true), 3000);
    (shelf, product)
}

fn at(product: &Product, hundredths: i64) -> Product {
    Product { price: Some(Money::from_hundredths(hundredths).unwrap()), ..product.clone() }
}

fn adding(variant: &Variant, hundredths: i64) -> Row {
    Variant { price_adjustment: Money::from_hundredths(hundredths).unwrap(), ..variant.clone() }.into()
}

fn below(variant: &Variant) -> Refusal {
    Refusal::BelowZero { product: variant.product_id, variant: variant.id }
}

pub(super) async fn a_variant_never_costs_less_than_nothing(open: Open) {
    let store = open.open().await;
    let (shelf, bowl) = priced();
    let (small, mut sold_out) = (variant(bowl.id, -1000), variant(bowl.id, 500));
    sold_out.details.is_retired = true;
    let all = [shelf.clone().into(), bowl.clone().into(), small.clone().into(), sold_out.clone().into()];
    must(&*store, putting(all)).await;
    let before = head(&*store).await;
    // Each of the two rows beside what is stored of the other, by a process that wrote it and by one that did not.
    for store in [store.clone(), open.open().await] {
        assert_eq!(refusal(&*store, putting([at(&bowl, 999).into()])).await, below(&small));
        assert_eq!(refusal(&*store, putting([adding(&small, -3001)])).await, below(&small));
        assert_eq!(refusal(&*store, putting([adding(&sold_out, -3001)])).await, below(&sold_out));
        let both = putting([at(&bowl, 2000).into(), adding(&small, -2500)]);
        assert_eq!(refusal(&*store, both).await, below(&small));
        // What the commit does not write counts, too.
        let other = putting([at(&bowl, 900).into(), adding(&sold_out, 0)]);
        assert_eq!(refusal(&*store, other).await, below(&small));
        // A variant that comes to another product is sold at that one's price.
        let (other_shelf, cup) = priced();
        let cup = at(&cup, 100);
        let moved = Variant { product_id: cup.id, ..small.clone() };
        let moving = putting([other_shelf.into(), cup.clone().into(), moved.clone().into()]);
        assert_eq!(refusal(&*store, moving).await, below(&moved));
    }
    assert_eq!(head(&*store).await, before, "what is refused is not written");
    // Down to nothing, together, and on request.
    must(&*store, putting([at(&bowl, 1000).into()])).await;
    must(&*store, putting([at(&bowl, 500).into(), adding(&small, -500)])).await;
    must(&*store, putting([Product { price: None, ..bowl.clone() }.into()])).await;
    must(&*store, putting([adding(&small, -9900)])).await;
    assert_eq!(refusal(&*store, putting([at(&bowl, 9899).into()])).await, below(&small));
    // A variant that has gone to another product is no obstacle any more.
    let (other_shelf, cup) = priced();
    let gone = Variant { product_id: cup.id, ..small.clone() };
    must(&*store, putting([other_shelf.into(), at(&cup, 9900).into(), adding(&gone, -9900)])).await;
    must(&*store, putting([at(&bowl, 1).into()])).await;
}

/// Each is right beside what is stored, and the two together are not.
pub(super) async fn of_a_price_and_an_adjustment_at_once_one_is_refused(open: Open) {
    let processes = [open.open().await, open.open().await];
    let (shelf, bowl) = priced();
    must(&*processes[0], putting([shelf.into(), bowl.clone().into()])).await;
    must(&*processes[1], commit()).await;
    for round in 0..ROUNDS {
        let variant = variant(bowl.id, 0);
        must(&*processes[0], putting([bowl.clone().into(), variant.clone().into()])).await;
        // From one process, where they meet in a group, and from two.
        let other = &processes[round as usize % 2];
        let (cheaper, less) = (putting([at(&bowl, 1500).into()]), putting([adding(&variant, -2000)]));
        let (one, two) = tokio::join!(processes[0].commit(cheaper), other.commit(less));
        let outcomes = [one.unwrap(), two.unwrap()];
        let passed = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Committed(_))).count();
        assert_eq!(passed, 1, "{outcomes:?}");
        assert!(outcomes.contains(&Outcome::Refused(below(&variant))), "{outcomes:?}");
        must(&*processes[0], putting([adding(&variant, 0)])).await;
    }
}

pub(super) async fn a_category_never_lies_in_itself(open: Open) {
    let store = open.open().await;
    let [top, middle, bottom] = [CategoryId::new(), CategoryId::new(), CategoryId::new()];
    let circle = |category| Refusal::Circle { category };
    let put = |id, parent| putting([category(id, parent).into()]);
    assert_eq!(refusal(&*store, put(top, Some(top))).await, circle(top));
    must(&*store, put(top, None)).await;
    must(&*store, put(middle, Some(top))).await;
    must(&*store, put(bottom, Some(middle))).await;
    let before = head(&*store).await;
    for store in [store.clone(), open.open().await] {
        for below in [top, middle, bottom] {
            assert_eq!(refusal(&*store, put(top, Some(below))).await, circle(top));
        }
        assert_eq!(refusal(&*store, put(middle, Some(bottom))).await, circle(middle));
        // Within one commit, and with what is stored between.
        let [one, two] = [CategoryId::new(), CategoryId::new()];
        let within = putting([category(one, Some(two)).into(), category(two, Some(one)).into()]);
        assert!(matches!(refusal(&*store, within).await, Refusal::Circle { .. }));
        let between = putting([category(top, Some(one)).into(), category(one, Some(bottom)).into()]);
        assert!(matches!(refusal(&*store, between).await, Refusal::Circle { .. }));
    }
    assert_eq!(head(&*store).await, before, "what is refused is not written");
    // Turned around by one commit, it is a tree again.
    let turned = [(bottom, None), (middle, Some(bottom)), (top, Some(middle))];
    must(&*store, putting(turned.map(|(id, parent)| category(id, parent).into()))).await;
    assert_eq!(refusal(&*store, put(bottom, Some(top))).await, circle(bottom));
}

pub(super) async fn of_two_categories_that_move_into_each_other_one_does(open: Open) {
    let processes = [open.open().await, open.open().await];
    must(&*processes[1], commit()).await;
    for round in 0..ROUNDS {
        let [one, two] = [CategoryId::new(), CategoryId::new()];
        let put = |id, parent| putting([category(id, parent).into()]);
        must(&*processes[0], putting([one, two].map(|id| category(id, None).into()))).await;
        let other = &processes[round as usize % 2];
        let moves = tokio::join!(processes[0].commit(put(one, Some(two))), other.commit(put(two, Some(one))));
        let outcomes = [moves.0.unwrap(), moves.1.unwrap()];
        let passed = outcomes.iter().filter(|outcome| matches!(outcome, Outcome::Committed(_))).count();
        let refused =
            outcomes.iter().filter(|one| matches!(one, Outcome::Refused(Refusal::Circle { .. }))).count();
        assert_eq!((passed, refused), (1, 1), "{outcomes:?}");
    }
}
