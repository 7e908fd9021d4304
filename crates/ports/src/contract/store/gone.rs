//! Rows that are taken away: categories and sellers that nothing names.

use super::*;
use crate::rows::SellerProfile;

const ROUNDS: u32 = 20;

fn putting(rows: impl IntoIterator<Item = Row>) -> Commit {
    Commit { rows: rows.into_iter().collect(), ..commit() }
}

fn taking(keys: impl IntoIterator<Item = RowKey>) -> Commit {
    Commit { gone: keys.into_iter().collect(), ..commit() }
}

async fn is_there(store: &dyn Store, key: RowKey) -> bool {
    store.snapshot().await.unwrap().get(&[key]).await.unwrap()[0].is_some()
}

fn guarded(key: &RowKey, version: u64) -> Guard {
    Guard::RowVersion { key: key.clone(), version }
}

pub(super) async fn a_row_goes_once_nothing_names_it(open: Open) {
    let store = open.open().await;
    let other = open.open().await;
    let [top, shelf, elsewhere] = [CategoryId::new(), CategoryId::new(), CategoryId::new()];
    let workshop = seller(SellerId::new());
    let bowl = Product { seller_id: Some(workshop.id), ..product(shelf, 0, true) };
    let told = SellerProfile {
        seller_id: workshop.id,
        story: "Two turners.".to_owned(),
        techniques: Vec::new(),
        portfolio: Vec::new(),
    };
    let rows: Vec<Row> = vec![
        category(top, None).into(),
        category(shelf, Some(top)).into(),
        category(elsewhere, None).into(),
        workshop.clone().into(),
        told.into(),
        bowl.clone().into(),
    ];
    must(&*store, putting(rows)).await;
    must(&*other, commit()).await;
    let of_workshop = [RowKey::Seller(workshop.id), RowKey::SellerProfile(workshop.id)];
    let before = head(&*store).await;
    for store in [&store, &other] {
        // By what lies in it, by a product, and by its own profile alone.
        for keys in [vec![RowKey::Category(top)], vec![RowKey::Category(shelf)], of_workshop.to_vec()] {
            assert_eq!(refusal(&**store, taking(keys)).await, Refusal::StillNamed);
        }
    }
    assert_eq!(head(&*store).await, before, "what is refused is not written");
    must(&*store, putting([Product { category_id: elsewhere, seller_id: None, ..bowl }.into()])).await;
    let profile = taking([RowKey::Seller(workshop.id)]);
    assert_eq!(refusal(&*other, profile).await, Refusal::StillNamed);
    let key = RowKey::Category(top);
    let late = Commit { guards: vec![guarded(&key, 7)], ..taking([key.clone()]) };
    assert_eq!(refusal(&*store, late).await, Refusal::RowVersion { key: key.clone(), actual: 1 });

    // One that lies in the other goes with it, and what is not there is none the worse.
    let both = Commit {
        guards: vec![guarded(&key, 1)],
        ..taking([key.clone(), RowKey::Category(shelf), RowKey::Category(CategoryId::new())])
    };
    must(&*store, both.clone()).await;
    assert!(must(&*store, both).await.replayed, "the same once more");
    must(&*other, taking(of_workshop.clone())).await;
    for key in of_workshop.iter().chain([&key, &RowKey::Category(shelf)]) {
        assert!(!is_there(&*store, key.clone()).await && !is_there(&*other, key.clone()).await, "{key:?}");
    }
    // Put again, by a process that remembers it and by one that does not, it counts from 1.
    for (store, other) in [(&store, &other), (&other, &store)] {
        must(&**store, Commit { guards: vec![guarded(&key, 0)], ..putting([category(top, None).into()]) })
            .await;
        must(&**store, Commit { guards: vec![guarded(&key, 1)], ..putting([category(top, None).into()]) })
            .await;
        must(&**other, Commit { guards: vec![guarded(&key, 2)], ..taking([key.clone()]) }).await;
    }
    let dangling = store.commit(putting([product(shelf, 0, true).into()])).await;
    assert!(matches!(dangling, Err(Error::InvalidInput { .. })), "{dangling:?}");
}

/// Nothing ever names what is not there.
pub(super) async fn of_a_row_that_goes_and_one_that_names_it_one_is_refused(open: Open) {
    let processes = [open.open().await, open.open().await];
    must(&*processes[1], commit()).await;
    for round in 0..ROUNDS {
        let (shelf, workshop) = (category(CategoryId::new(), None), seller(SellerId::new()));
        let elsewhere = category(CategoryId::new(), None);
        must(
            &*processes[0],
            putting([shelf.clone().into(), workshop.clone().into(), elsewhere.clone().into()]),
        )
        .await;
        let (key, naming): (RowKey, Row) = match round % 4 {
            0 | 1 => (RowKey::Category(shelf.id), product(shelf.id, 0, true).into()),
            2 => (RowKey::Category(shelf.id), category(CategoryId::new(), Some(shelf.id)).into()),
            _ => {
                let made = Product { seller_id: Some(workshop.id), ..product(elsewhere.id, 0, true) };
                (RowKey::Seller(workshop.id), made.into())
            }
        };
        let name = naming.key();
        // From one process, where they meet in a queue, and from two; each of them first at times.
        let other = &processes[round as usize / 4 % 2];
        let (goes, names) = (taking([key.clone()]), putting([naming]));
        let (went, named) = match round / 8 % 2 {
            0 => tokio::join!(processes[0].commit(goes), other.commit(names)),
            _ => {
                let (named, went) = tokio::join!(other.commit(names), processes[0].commit(goes));
                (went, named)
            }
        };
        let [is_there, is_named] = {
            let mut snapshot = processes[0].snapshot().await.unwrap();
            let found = snapshot.get(&[key, name]).await.unwrap();
            [found[0].is_some(), found[1].is_some()]
        };
        match (went, named) {
            (Ok(Outcome::Committed(_)), Err(Error::InvalidInput { .. })) => {
                assert!(!is_there && !is_named, "round {round}");
            }
            (Ok(Outcome::Refused(Refusal::StillNamed)), Ok(Outcome::Committed(_))) => {
                assert!(is_there && is_named, "round {round}");
            }
            other => panic!("round {round}: {other:?}"),
        }
    }
}

pub(super) async fn most_rows_stay(open: Open) {
    let store = open.open().await;
    let shelf = category(CategoryId::new(), None);
    let bowl = product(shelf.id, 0, true);
    must(&*store, putting([shelf.clone().into(), bowl.clone().into()])).await;
    let unused = RowKey::Category(CategoryId::new());
    let with_rows = Commit { rows: vec![user(UserId::new())], ..taking([unused.clone()]) };
    let with_stock =
        Commit { gone: vec![unused.clone()], ..with_stock(VariantId::new(), MoveKind::Adjust(1)) };
    for wrong in [
        taking([RowKey::Product(bowl.id)]),
        taking([RowKey::User(UserId::new())]),
        taking([unused.clone(), unused]),
        with_rows,
        with_stock,
    ] {
        let refused = store.commit(wrong).await;
        assert!(matches!(refused, Err(Error::InvalidInput { .. })), "{refused:?}");
    }
    // A further shelf holds nothing by itself: whoever takes it away asks for it.
    let mut both = product(shelf.id, 0, false);
    let further = category(CategoryId::new(), None);
    both.details.also_in = vec![further.id];
    must(&*store, putting([further.clone().into(), both.clone().into()])).await;
    let mut snapshot = store.snapshot().await.unwrap();
    for (id, wanted) in [(further.id, vec![both]), (shelf.id, vec![])] {
        let (found, total) = snapshot.list::<Product>(&Find::ProductsAlsoIn(id), Window::ALL).await.unwrap();
        assert_eq!(total, wanted.len() as u64);
        assert_eq!(found.into_iter().map(|one| one.row).collect::<Vec<_>>(), wanted);
    }
}
