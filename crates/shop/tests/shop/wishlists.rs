//! Wishlists on the embedded engines.

use std::sync::Arc;
use std::time::Duration;

use souk_kernel::{Coded, CommitId, Page, UserId};
use souk_ports::event::Actor;
use souk_ports::store::{Commit, Outcome};
use souk_runtime::Runner;
use souk_shop::orders::{IdempotencyKey, request_hash};
use souk_shop::wishlists::events::WishlistEvent;
use souk_shop::wishlists::{
    Change, Changed, Error, MAX_LISTS, WishedProducts, Wishlist, WishlistId, change_wishlist,
    create_wishlist, find_wishlist, list_wishlists, show_wishlist, wished_products,
};

use crate::world::{Trick, World, product, row, user};

fn other() -> UserId {
    "U002".parse().unwrap()
}

async fn create(world: &World, who: UserId, name: &str) -> WishlistId {
    create_wishlist(&world.shop, who, name, None).await.unwrap().view.id
}

async fn change(world: &World, who: UserId, id: WishlistId, change: Change) -> Result<Changed, Error> {
    change_wishlist(&world.shop, who, id, change, None).await
}

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.unwrap_err().code().slug()
}

async fn names(world: &World, who: UserId) -> Vec<String> {
    let lists = list_wishlists(&world.shop, who).await.unwrap().wishlists;
    lists.into_iter().map(|list| list.name.unwrap()).collect()
}

async fn wished(world: &World) -> Vec<(String, u64)> {
    let page = Page::new(None, None).unwrap();
    let wished = wished_products(&world.shop, page).await.unwrap();
    let name = |one: souk_shop::wishlists::WishedProduct| (one.product.name, one.wishlists);
    wished.products.into_iter().map(name).collect()
}

/// The products' rows have no events: the store answers for their pages.
fn runner(world: &World) -> Runner {
    let wished = WishedProducts::new(world.shop.documents.clone());
    Runner::new(world.shop.store.clone(), vec![Arc::new(wished)])
}

async fn catch_up(runner: &Runner) {
    runner.catch_up(Duration::from_secs(60)).await.unwrap();
}

#[tokio::test]
async fn a_list_lives_from_its_creation_to_its_deletion() {
    let world = World::new().await;
    world.sells("P1", "10", 5).await;
    world.sells("P2", "20", 0).await;
    let id = create(&world, user(), "  For the kitchen ").await;
    create(&world, user(), "Later").await;
    assert_eq!(names(&world, user()).await, ["Later", "For the kitchen"], "the newest first");
    for external in ["P1", "P2", "P1"] {
        change(&world, user(), id, Change::Add(product(external))).await.unwrap();
    }
    let shown = show_wishlist(&world.shop, user(), id).await.unwrap();
    assert_eq!(shown.wishlist.item_count, 2);
    let items: Vec<_> = shown.items.iter().map(|item| item.product.as_ref().unwrap()).collect();
    let seen: Vec<_> = items.iter().map(|item| (item.name.as_str(), item.stock, item.in_stock)).collect();
    assert_eq!(seen, [("Bowl P2", 0, false), ("Bowl P1", 10, true)], "as they are today, the last one first");
    // What is not sold any more stays wished for.
    world.write([row("P1", None, false).into()], vec![]).await;
    let shown = show_wishlist(&world.shop, user(), id).await.unwrap();
    assert!(shown.items[1].product.is_none());

    change(&world, user(), id, Change::Rename("Table".into())).await.unwrap();
    assert_eq!(find_wishlist(&world.shop, user(), "taBLE").await.unwrap(), id);
    change(&world, user(), id, Change::Remove(product("P1"))).await.unwrap();
    assert_eq!(code(change(&world, user(), id, Change::Remove(product("P1"))).await), "not-found");
    let deleted = change(&world, user(), id, Change::Delete).await.unwrap();
    assert_eq!(deleted.view.item_count, 1);
    assert_eq!(names(&world, user()).await, ["Later"]);
    for late in [Change::Delete, Change::Add(product("P2")), Change::Rename("x".into())] {
        assert_eq!(code(change(&world, user(), id, late).await), "not-found");
    }
}

#[tokio::test]
async fn a_list_of_somebody_else_is_not_there() {
    let world = World::new().await;
    world.sells("P1", "10", 5).await;
    let id = create(&world, user(), "Mine").await;
    assert_eq!(code(show_wishlist(&world.shop, other(), id).await), "not-found");
    assert_eq!(code(find_wishlist(&world.shop, other(), "Mine").await), "not-found");
    for foreign in [Change::Rename("Yours".into()), Change::Add(product("P1")), Change::Delete] {
        assert_eq!(code(change(&world, other(), id, foreign).await), "not-found");
    }
    assert_eq!(names(&world, user()).await, ["Mine"]);
    assert_eq!(show_wishlist(&world.shop, user(), id).await.unwrap().items, []);
    assert!(names(&world, other()).await.is_empty());
    let nobody: UserId = "U999".parse().unwrap();
    assert_eq!(code(create_wishlist(&world.shop, nobody, "x", None).await), "not-found");
    assert_eq!(code(list_wishlists(&world.shop, nobody).await), "not-found");
}

#[tokio::test]
async fn names_are_unique_for_each_person() {
    let world = World::new().await;
    let id = create(&world, user(), "Kitchen").await;
    create(&world, other(), "Kitchen").await;
    let second = create(&world, user(), "Bath").await;
    assert_eq!(code(create_wishlist(&world.shop, user(), "kitchen ", None).await), "wishlist-name-taken");
    let taken = change(&world, user(), second, Change::Rename("KITCHEN".into())).await;
    assert_eq!(code(taken), "wishlist-name-taken");
    // Its own name, in other letters, is no obstacle.
    change(&world, user(), id, Change::Rename("KITCHEN".into())).await.unwrap();
    change(&world, user(), id, Change::Delete).await.unwrap();
    change(&world, user(), second, Change::Rename("Kitchen".into())).await.unwrap();
    assert_eq!(code(create_wishlist(&world.shop, user(), "\n", None).await), "invalid-input");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_has_so_many_lists_and_no_more_whoever_is_faster() {
    let world = Arc::new(World::new().await);
    let tasks: Vec<_> = (0..MAX_LISTS * 2)
        .map(|at| {
            let world = world.clone();
            let name = format!("List {at}");
            tokio::spawn(async move { create_wishlist(&world.shop, user(), &name, None).await.map(drop) })
        })
        .collect();
    let mut made = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => made += 1,
            Err(error) => assert_eq!(error.code().slug(), "wishlist-limit"),
        }
    }
    assert_eq!((made, names(&world, user()).await.len()), (MAX_LISTS, MAX_LISTS));
    let one = list_wishlists(&world.shop, user()).await.unwrap().wishlists[0].id;
    change(&world, user(), one, Change::Delete).await.unwrap();
    create(&world, user(), "Room for one").await;
    assert_eq!(code(create_wishlist(&world.shop, user(), "And no more", None).await), "wishlist-limit");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_add_at_once_nothing_is_lost() {
    let world = Arc::new(World::new().await);
    let externals: Vec<String> = (0..12).map(|at| format!("P{at}")).collect();
    for external in &externals {
        world.sells(external, "10", 1).await;
    }
    let id = create(&world, user(), "All").await;
    let tasks: Vec<_> = externals
        .iter()
        .map(|external| {
            let (world, add) = (world.clone(), Change::Add(product(external)));
            tokio::spawn(async move { change(&world, user(), id, add).await.map(drop) })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(show_wishlist(&world.shop, user(), id).await.unwrap().items.len(), externals.len());
}

#[tokio::test]
async fn the_record_is_what_the_events_come_to() {
    let world = World::new().await;
    world.sells("P1", "10", 5).await;
    world.sells("P2", "10", 5).await;
    let id = create(&world, user(), "A").await;
    for step in [
        Change::Add(product("P1")),
        Change::Add(product("P2")),
        Change::Rename("B".into()),
        Change::Remove(product("P1")),
    ] {
        change(&world, user(), id, step).await.unwrap();
    }
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    let events = snapshot.stream(id.into()).await.unwrap();
    let mut name = None;
    let mut items = Vec::new();
    for event in &events {
        match WishlistEvent::from_recorded(event).unwrap().unwrap() {
            WishlistEvent::Created { name: given, .. } | WishlistEvent::Renamed { name: given, .. } => {
                name = given;
            }
            WishlistEvent::ItemAdded { product_id } => items.push(product_id),
            WishlistEvent::ItemRemoved { product_id } => items.retain(|item| *item != product_id),
            WishlistEvent::Deleted { .. } => panic!("it stands"),
        }
    }
    let record = snapshot.record::<Wishlist>(id.0).await.unwrap().unwrap();
    assert_eq!(record.version, events.len() as u64);
    assert_eq!(record.row.name, name);
    assert_eq!(record.row.items.iter().map(|item| item.product_id).collect::<Vec<_>>(), items);
}

#[tokio::test]
async fn a_request_with_a_key_makes_one_list() {
    let world = World::new().await;
    let key = |body: &str| {
        let request_hash = request_hash(&[body.as_bytes()]);
        Some(IdempotencyKey { key: "k".into(), request_hash })
    };
    let first = create_wishlist(&world.shop, user(), "A", key("A")).await.unwrap();
    let again = create_wishlist(&world.shop, user(), "A", key("A")).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(code(create_wishlist(&world.shop, user(), "B", key("B")).await), "idempotency-key-reused");
    // The answer of a commit gets lost: it is tried again, and nothing is done twice.
    world.store.plays([Trick::LoseAnswer]);
    let lost = create_wishlist(&world.shop, other(), "A", key("A")).await.unwrap();
    assert!(world.store.has_played_all());
    assert_eq!(lost.view.name.as_deref(), Some("A"));
    assert_eq!((names(&world, user()).await, names(&world, other()).await.len()), (vec!["A".to_owned()], 1));
}

#[tokio::test]
async fn products_are_counted_by_the_lists_that_have_them() {
    let world = World::new().await;
    for external in ["P1", "P2", "P3"] {
        world.sells(external, "10", 5).await;
    }
    let runner = runner(&world);
    catch_up(&runner).await;
    assert_eq!(wished(&world).await, []);
    let (one, two) = (create(&world, user(), "A").await, create(&world, other(), "A").await);
    for (who, id, external) in [(user(), one, "P1"), (other(), two, "P2"), (user(), one, "P2")] {
        change(&world, who, id, Change::Add(product(external))).await.unwrap();
    }
    catch_up(&runner).await;
    assert_eq!(wished(&world).await, [("Bowl P2".to_owned(), 2), ("Bowl P1".to_owned(), 1)]);
    change(&world, user(), one, Change::Remove(product("P1"))).await.unwrap();
    change(&world, other(), two, Change::Delete).await.unwrap();
    catch_up(&runner).await;
    assert_eq!(wished(&world).await, [("Bowl P2".to_owned(), 1)]);
    // Made anew from the log it is the same.
    let kept = WishedProducts::new(world.shop.documents.clone());
    let before = souk_ports::projection::Projection::dump(&kept).await.unwrap();
    world.project(&kept).await;
    assert_eq!(souk_ports::projection::Projection::dump(&kept).await.unwrap(), before);
}

#[tokio::test]
async fn with_its_owner_a_list_loses_its_name() {
    let world = World::new().await;
    world.sells("P1", "10", 5).await;
    let id = create(&world, user(), "For Anna").await;
    change(&world, user(), id, Change::Add(product("P1"))).await.unwrap();
    let erased = souk_ports::event::NewEvent {
        stream: user().into(),
        kind: "erased-by-a-test".into(),
        schema: 1,
        data: "{}".into(),
        personal: None,
        occurred_at: souk_kernel::Timestamp::from_ms(0),
        actor: Actor::System("test".into()),
        reason: None,
    };
    let commit = Commit { erase: Some(user()), ..Commit::new(CommitId::new(), vec![erased]) };
    let outcome = world.shop.store.commit(commit).await.unwrap();
    assert!(matches!(outcome, Outcome::Committed(_)), "{outcome:?}");
    let shown = show_wishlist(&world.shop, user(), id).await.unwrap();
    assert_eq!((shown.wishlist.name, shown.items.len()), (None, 1));
    assert_eq!(code(find_wishlist(&world.shop, user(), "For Anna").await), "not-found");
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    for event in snapshot.stream(id.into()).await.unwrap() {
        assert_eq!(event.personal, None);
        WishlistEvent::from_recorded(&event).unwrap();
    }
}
