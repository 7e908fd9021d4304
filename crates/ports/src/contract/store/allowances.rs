//! What is sold that is not there: as far as its allowance goes, whoever asks and however many.

use super::*;

/// A move by which the stock also gets another allowance.
fn allowing(variant: VariantId, kind: MoveKind, allowance: Allowance) -> Commit {
    let moved = StockMove { allowance: Some(allowance), ..StockMove::new(variant, kind) };
    Commit { stock: vec![moved], ..commit() }
}

async fn allowed(store: &dyn Store, quantity: i64, allowance: Allowance) -> VariantId {
    let variant = VariantId::new();
    must(store, allowing(variant, MoveKind::Adjust(quantity), allowance)).await;
    variant
}

pub(super) async fn an_allowance_is_sold_beyond_what_is_there(open: Open) {
    let store = open.open().await;
    let variant = allowed(&*store, 3, Allowance::UpTo(2)).await;
    let until = Timestamp::from_ms(i64::MAX);
    for (kind, wanted) in [
        (MoveKind::Sell(6), 6),
        (MoveKind::Adjust(-6), 6),
        (MoveKind::Hold { id: HoldId::new(), quantity: 6, until }, 6),
    ] {
        let expected = Refusal::Stock { variant, available: 5, wanted };
        assert_eq!(refusal(&*store, with_stock(variant, kind)).await, expected);
    }
    must(&*store, with_stock(variant, MoveKind::Sell(5))).await;
    let sold_out = Refusal::Stock { variant, available: 0, wanted: 1 };
    assert_eq!(refusal(&*store, with_stock(variant, MoveKind::Sell(1))).await, sold_out);
    assert_eq!(
        stock(&*store, variant).await,
        Some(Stock { quantity: -2, allowance: Allowance::UpTo(2), version: 2 })
    );
    // A cancelled order gives back.
    must(&*store, with_stock(variant, MoveKind::Return(5))).await;
    assert_eq!(quantity(&*store, variant).await, 3);
}

pub(super) async fn an_allowance_is_never_less_than_what_is_owed(open: Open) {
    let store = open.open().await;
    let variant = allowed(&*store, 0, Allowance::UpTo(5)).await;
    must(&*store, with_stock(variant, MoveKind::Sell(4))).await;
    let lower = |kind, pieces| allowing(variant, kind, Allowance::UpTo(pieces));
    let owed = |owed| Refusal::Owed { variant, owed };
    assert_eq!(refusal(&*store, lower(MoveKind::Adjust(0), 3)).await, owed(4));
    assert_eq!(refusal(&*store, lower(MoveKind::Return(1), 2)).await, owed(3));
    let taking = refusal(&*store, lower(MoveKind::Sell(1), 4)).await;
    assert_eq!(taking, Refusal::Stock { variant, available: 0, wanted: 1 });
    assert_eq!(stock(&*store, variant).await.map(|stock| (stock.quantity, stock.version)), Some((-4, 2)));
    // As low as what is owed, and lower with what comes in by the same move.
    must(&*store, lower(MoveKind::Adjust(0), 4)).await;
    must(&*store, lower(MoveKind::Adjust(4), 0)).await;
    assert_eq!(
        stock(&*store, variant).await,
        Some(Stock { quantity: 0, allowance: Allowance::NONE, version: 4 })
    );
    // A sale goes by the allowance that comes with it.
    must(&*store, lower(MoveKind::Sell(2), 2)).await;
    assert_eq!(quantity(&*store, variant).await, -2);
}

pub(super) async fn without_a_limit_everything_is_sold(open: Open) {
    let store = open.open().await;
    let variant = allowed(&*store, 1, Allowance::Unlimited).await;
    for _ in 0..3 {
        must(&*store, with_stock(variant, MoveKind::Sell(u32::MAX))).await;
    }
    let owed = 3 * i64::from(u32::MAX) - 1;
    assert_eq!(
        stock(&*store, variant).await,
        Some(Stock { quantity: -owed, allowance: Allowance::Unlimited, version: 4 })
    );
    let counted = allowing(variant, MoveKind::Adjust(0), Allowance::UpTo(u32::MAX));
    assert_eq!(refusal(&*store, counted).await, Refusal::Owed { variant, owed });
    // What cannot be counted is not sold either.
    must(&*store, with_stock(variant, MoveKind::Adjust(i64::MIN + owed))).await;
    let all = Refusal::Stock { variant, available: i64::MAX, wanted: 1 };
    assert_eq!(refusal(&*store, with_stock(variant, MoveKind::Sell(1))).await, all);
}

pub(super) async fn what_is_put_aside_counts_against_an_allowance(open: Open) {
    let store = open.open().await;
    let variant = allowed(&*store, 1, Allowance::UpTo(2)).await;
    let until = Timestamp::from_ms(i64::MAX);
    let [sold, given_back] = [HoldId::new(), HoldId::new()];
    must(&*store, with_stock(variant, MoveKind::Hold { id: sold, quantity: 2, until })).await;
    must(&*store, with_stock(variant, MoveKind::Hold { id: given_back, quantity: 1, until })).await;
    let none_left = Refusal::Stock { variant, available: 0, wanted: 1 };
    assert_eq!(refusal(&*store, with_stock(variant, MoveKind::Sell(1))).await, none_left);
    let lower = |kind| allowing(variant, kind, Allowance::UpTo(1));
    let consume = MoveKind::Consume { id: sold };
    assert_eq!(refusal(&*store, lower(consume)).await, Refusal::Owed { variant, owed: 2 });
    must(&*store, with_stock(variant, consume)).await;
    must(&*store, lower(MoveKind::Release { id: given_back })).await;
    assert_eq!(
        stock(&*store, variant).await,
        Some(Stock { quantity: -1, allowance: Allowance::UpTo(1), version: 5 })
    );
}

pub(super) async fn many_buyers_share_an_allowance(open: Open) {
    let stores = [open.open().await, open.open().await];
    let variant = allowed(&*stores[0], 10, Allowance::UpTo(5)).await;
    for store in &stores {
        must(&**store, commit()).await;
    }
    assert_eq!(rush(&stores, variant, 64).await, (15, 49));
    assert_eq!(quantity(&*stores[1], variant).await, -5);
}

/// A process that sold a moment ago remembers the allowance, and another has changed it since.
pub(super) async fn an_allowance_that_another_process_changed_is_seen(open: Open) {
    let (one, other) = (open.open().await, open.open().await);
    let variant = allowed(&*one, 0, Allowance::UpTo(1)).await;
    let sell = || with_stock(variant, MoveKind::Sell(1));
    must(&*one, sell()).await;
    assert!(matches!(refusal(&*one, sell()).await, Refusal::Stock { available: 0, .. }));
    must(&*other, allowing(variant, MoveKind::Adjust(0), Allowance::UpTo(2))).await;
    must(&*one, sell()).await;
    must(&*other, allowing(variant, MoveKind::Adjust(2), Allowance::NONE)).await;
    assert!(matches!(refusal(&*one, sell()).await, Refusal::Stock { available: 0, .. }));
    // It counts as a change of the stock.
    let seen = StockMove { if_version: Some(3), ..StockMove::new(variant, MoveKind::Return(1)) };
    let late = Commit { stock: vec![seen], ..commit() };
    assert_eq!(refusal(&*one, late).await, Refusal::StockVersion { variant, actual: 5 });
}
