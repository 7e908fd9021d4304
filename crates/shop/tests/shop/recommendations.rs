//! Recommendations on the embedded engines.

use std::sync::Arc;

use souk_kernel::{
    ActivityId, CategoryId, Coded, CommitId, ErrorCode, LogPosition, ProductId, Timestamp, UserId,
};
use souk_ports::derived::Checkpoint;
use souk_ports::embedder::DIMENSIONS;
use souk_ports::event::Actor;
use souk_ports::graph::{EdgeWrite, Relation};
use souk_ports::projection::{ActivityProjection, Batch, Projection};
use souk_ports::rows::{Category, Row, User};
use souk_ports::series::{Activity, ActivityKind, RecordedActivity};
use souk_ports::store::{Commit, Outcome};
use souk_ports::vectors::{ContentHash, VectorEntry, VectorWrite};
use souk_runtime::Runner;
use souk_shop::access::Caller;
use souk_shop::catalog::ProductView;
use souk_shop::catalog::events::{CatalogEvent, CategoryChanged, Cause};
use souk_shop::discovery::PRODUCT_VECTORS;
use souk_shop::orders::{ItemRequest, OrderRef, PlaceFrom, PlaceOrder, Placed, cancel, place_order};
use souk_shop::recommendations::{
    Basis, HowMany, PURCHASE_GRAPH, PurchaseGraph, Reason, Recommendations, SIMILAR_PRODUCTS, SimilarBasis,
    SimilarProducts, VIEW_GRAPH, ViewGraph, bought_together, recommend, similar,
};
use uuid::Uuid;

use crate::world::{World, home, money, product, row, variant};

fn person(name: &str) -> UserId {
    name.parse().unwrap()
}

/// A shop that sells these, to the users `A` to `Z`.
async fn shop_of(products: &[&str]) -> World {
    let world = World::new().await;
    for external in products {
        world.sells(external, "10", 1_000).await;
    }
    let user = |letter: char| User {
        id: person(&letter.to_string()),
        external_id: None,
        joined_at: Timestamp::from_ms(0),
    };
    world.write(('A'..='Z').map(user).map(Row::from), vec![]).await;
    world
}

/// `who` orders one of each.
async fn order(world: &World, who: &str, items: &[&str]) -> Placed {
    let item = |external: &&str| ItemRequest {
        product_id: product(external),
        variant_id: None,
        quantity: 1,
        price: money("10"),
    };
    let order = PlaceOrder {
        user: person(who),
        from: PlaceFrom::Items(items.iter().map(item).collect()),
        shipping_address: Some(home()),
        payment_method_id: Some("pm_1".into()),
        idempotency: None,
    };
    place_order(&world.shop, order).await.unwrap()
}

fn graph(world: &World) -> PurchaseGraph {
    PurchaseGraph::new(world.shop.graph.clone())
}

fn k(number: u32) -> HowMany {
    HowMany::new(Some(number)).unwrap()
}

async fn recommended(world: &World, who: &str, number: u32) -> Recommendations {
    recommend(&world.shop, Some(person(who)), k(number)).await.unwrap()
}

fn names<'a>(products: impl IntoIterator<Item = &'a ProductView>) -> Vec<String> {
    products.into_iter().map(|product| product.external_id.clone().unwrap()).collect()
}

fn listed(answer: &Recommendations) -> Vec<String> {
    names(answer.recommendations.iter().map(|one| &one.product))
}

/// Writes looks of people at products into a new live generation of the graph of views.
async fn looked_at(world: &World, looks: &[(&str, &str, ActivityKind)]) {
    let projection = ViewGraph::new(world.shop.graph.clone());
    let graph = &world.shop.graph;
    let live = graph.live(VIEW_GRAPH).await.unwrap();
    let next = graph.begin(VIEW_GRAPH).await.unwrap();
    let recorded = |(position, (who, what, kind)): (u64, &(&str, &str, ActivityKind))| RecordedActivity {
        position,
        recorded_at: Timestamp::from_ms(0),
        activity: Activity {
            id: ActivityId::new(),
            at: Timestamp::from_ms(position as i64),
            kind: *kind,
            visitor: person(who),
            product: product(what),
            session: None,
            metadata: None,
        },
    };
    let activities: Vec<RecordedActivity> = (1..).zip(looks).map(recorded).collect();
    let at = LogPosition { epoch: 1, position: looks.len() as u64 };
    projection
        .apply(next, &activities, Checkpoint { log: Uuid::nil(), at, last: Uuid::nil() })
        .await
        .unwrap();
    graph.promote(VIEW_GRAPH, live, next).await.unwrap();
}

fn category(external: &str, parent: Option<&str>) -> Category {
    Category {
        id: external.parse().unwrap(),
        external_id: Some(external.into()),
        name: external.into(),
        description: String::new(),
        parent: parent.map(|parent| parent.parse().unwrap()),
        image: None,
    }
}

/// The edges of one relation as `from>to weight`, in words that a test can compare.
async fn edges(world: &World, relation: Relation, ends: &[(Uuid, &str)]) -> Vec<String> {
    let name = |id: Uuid| {
        ends.iter().find(|(end, _)| *end == id).map_or_else(|| id.to_string(), |(_, name)| (*name).to_owned())
    };
    let scanned = world.shop.graph.scan(PURCHASE_GRAPH, None, 1_000).await.unwrap();
    let of_relation = scanned.into_iter().filter(|(of, ..)| *of == relation);
    let mut edges: Vec<String> = of_relation
        .map(|(_, from, edge)| format!("{}>{} {}", name(from), name(edge.to), edge.weight))
        .collect();
    edges.sort_unstable();
    edges
}

#[tokio::test]
async fn purchases_stand_in_the_graph_to_the_unit_and_a_cancelled_order_is_taken_back() {
    let world = shop_of(&["P1", "P2"]).await;
    // Two variants of one product in one order, and the same product again.
    let item = |sku: &str, quantity, price: &str| ItemRequest {
        product_id: product("P1"),
        variant_id: Some(variant(sku)),
        quantity,
        price: money(price),
    };
    let both = PlaceOrder {
        user: person("A"),
        from: PlaceFrom::Items(vec![item("P1-S", 2, "10"), item("P1-L", 3, "15")]),
        shipping_address: Some(home()),
        payment_method_id: None,
        idempotency: None,
    };
    let first = place_order(&world.shop, both).await.unwrap();
    let second = order(&world, "A", &["P1", "P2"]).await;
    let third = order(&world, "B", &["P2"]).await;
    cancel(&world.shop, OrderRef::Number(second.number), None, Caller::System).await.unwrap();
    world.project(&graph(&world)).await;

    let ends = [
        (person("A").0, "A"),
        (person("B").0, "B"),
        (product("P1").0, "P1"),
        (product("P2").0, "P2"),
        (first.order_id.0, "first"),
        (third.order_id.0, "third"),
    ];
    assert_eq!(edges(&world, Relation::Purchased, &ends).await, ["A>P1 5", "B>P2 1"]);
    assert_eq!(edges(&world, Relation::Contains, &ends).await, ["first>P1 5", "third>P2 1"]);
}

#[tokio::test]
async fn event_by_event_or_all_at_once_or_twice_the_graph_is_the_same() {
    let world = shop_of(&["P1", "P2", "P3"]).await;
    for who in ["A", "B", "C"] {
        order(&world, who, &["P1", "P2"]).await;
    }
    cancel(&world.shop, OrderRef::Number(2), None, Caller::System).await.unwrap();
    order(&world, "B", &["P3"]).await;
    let projection = graph(&world);
    world.project(&projection).await;
    let at_once = projection.dump().await.unwrap();
    assert!(at_once.len() >= 10 && at_once.is_sorted(), "{at_once:?}");

    let target = &world.shop.graph;
    let next = target.begin(PURCHASE_GRAPH).await.unwrap();
    let (mut snapshot, events, head) = world.events_after(0).await;
    // Each comes twice, as after a crash between the write and the checkpoint.
    for event in events.iter().flat_map(|event| [event, event]) {
        let at = LogPosition { epoch: head.at.epoch, position: event.position };
        let one = std::slice::from_ref(event);
        let to = Checkpoint { log: head.log, at, last: event.commit.0 };
        projection.apply(next, one, &mut snapshot, to).await.unwrap();
    }
    let live = target.live(PURCHASE_GRAPH).await.unwrap();
    target.promote(PURCHASE_GRAPH, live, next).await.unwrap();
    assert_eq!(projection.dump().await.unwrap(), at_once);
}

#[tokio::test]
async fn products_belong_to_their_category_and_to_those_above_also_after_a_move() {
    let world = shop_of(&["P001"]).await;
    let id = |external: &str| external.parse::<CategoryId>().unwrap();
    let rows = [category("C00", None), category("C99", None), category("C01", Some("C00"))];
    world.write(rows.map(Row::from), vec![]).await;
    world.project(&graph(&world)).await;
    let ends =
        [(product("P001").0, "P001"), (id("C00").0, "C00"), (id("C01").0, "C01"), (id("C99").0, "C99")];
    assert_eq!(edges(&world, Relation::BelongsTo, &ends).await, ["P001>C00 1", "P001>C01 1"]);

    let moved = category("C01", Some("C99"));
    let event = CategoryChanged { category: moved.clone(), changed: vec!["parent".into()] };
    let cause = Cause { actor: Actor::Staff, occurred_at: Timestamp::from_ms(0), reason: None };
    let event = CatalogEvent::from(event).into_new(&cause).unwrap();
    let mut commit = Commit::new(CommitId::new(), vec![event.clone()]);
    commit.rows = vec![moved.into()];
    assert!(matches!(world.shop.store.commit(commit).await.unwrap(), Outcome::Committed(_)));
    // Only the last event is applied: it says which products are concerned.
    let target = &world.shop.graph;
    let live = target.live(PURCHASE_GRAPH).await.unwrap().unwrap();
    let before = world.shop.store.snapshot().await.unwrap().head().await.unwrap().head.position - 1;
    let (mut snapshot, events, checkpoint) = world.events_after(before).await;
    graph(&world).apply(live, &events, &mut snapshot, checkpoint).await.unwrap();
    assert_eq!(edges(&world, Relation::BelongsTo, &ends).await, ["P001>C01 1", "P001>C99 1"]);
}

/// A, B and C share a taste for P1 and P2; everybody buys P9.
async fn tastes() -> World {
    let world = shop_of(&["P1", "P2", "P3", "P4", "P8", "P9"]).await;
    for (who, items) in [
        ("A", &["P1", "P9"][..]),
        ("B", &["P1", "P2", "P9"]),
        ("C", &["P1", "P2", "P3"]),
        ("D", &["P4", "P9"]),
        ("E", &["P4", "P8", "P9"]),
        ("F", &["P8", "P9"]),
        ("G", &["P9"]),
    ] {
        order(&world, who, items).await;
    }
    world.project(&graph(&world)).await;
    world
}

#[tokio::test]
async fn a_person_gets_what_others_bought_who_bought_the_same() {
    let world = tastes().await;
    let answer = recommended(&world, "A", 2).await;
    assert_eq!((answer.basis, &answer.note), (Basis::Purchases, &None));
    let first = &answer.recommendations[0];
    assert_eq!(names([&first.product]), ["P2"], "{answer:?}");
    assert_eq!(first.reason, Reason::AlsoBought);
    let because = first.because.as_ref().unwrap();
    assert_eq!((because.external_id.as_deref(), because.bought), (Some("P1"), true));

    let all = recommended(&world, "A", 100).await;
    let listed = listed(&all);
    assert!(!listed.contains(&"P1".into()) && !listed.contains(&"P9".into()), "bought already: {listed:?}");
    assert_eq!(listed.len(), 4, "everything else, each once: {listed:?}");
    assert_eq!(recommended(&world, "A", 2).await, answer, "the same question, the same answer");
}

#[tokio::test]
async fn what_is_sold_out_or_not_sold_any_more_is_not_recommended() {
    let world = tastes().await;
    let sold_out = ["P2-S", "P2-L"].map(|sku| {
        (variant(sku), souk_ports::store::MoveKind::Adjust(if sku == "P2-S" { -998 } else { -1_000 }))
    });
    world.write([], sold_out.to_vec()).await;
    world.write([row("P3", Some(money("10")), false).into()], vec![]).await;
    for who in ["A", "Y"] {
        let listed = listed(&recommended(&world, who, 100).await);
        assert!(!listed.contains(&"P2".into()) && !listed.contains(&"P3".into()), "{who}: {listed:?}");
    }
}

#[tokio::test]
async fn someone_new_and_an_id_of_nobody_get_what_sells_most_and_the_answer_says_so() {
    let world = tastes().await;
    for who in [Some("Z"), Some("nobody-at-all"), None] {
        let answer = recommend(&world.shop, who.map(person), k(3)).await.unwrap();
        assert_eq!((answer.basis, &answer.note), (Basis::BestSellers, &None));
        assert_eq!(names([&answer.recommendations[0].product]), ["P9"], "six people bought it");
        assert!(answer.recommendations.iter().all(|one| one.reason == Reason::BestSeller));
        assert_eq!(answer.recommendations.len(), 3);
    }
}

#[tokio::test]
async fn where_nothing_was_sold_there_is_what_is_new() {
    let world = shop_of(&["P1", "P2"]).await;
    world.project(&graph(&world)).await;
    let answer = recommended(&world, "A", 10).await;
    assert_eq!((answer.basis, listed(&answer).len()), (Basis::Newest, 2));
    let nothing = World::new().await;
    nothing.project(&graph(&nothing)).await;
    assert_eq!(recommended(&nothing, "A", 10).await.recommendations, []);
}

#[tokio::test]
async fn without_the_graph_what_sells_most_comes_from_the_store_and_the_answer_says_so() {
    let world = shop_of(&["P1", "P2"]).await;
    for who in ["A", "B"] {
        order(&world, who, &["P2"]).await;
    }
    // More pieces, but to one person; and cancelled.
    order(&world, "A", &["P1"]).await;
    let cancelled = order(&world, "C", &["P1"]).await;
    cancel(&world.shop, OrderRef::Number(cancelled.number), None, Caller::System).await.unwrap();
    let answer = recommended(&world, "A", 2).await;
    assert_eq!((answer.basis, listed(&answer)), (Basis::BestSellers, vec!["P2".into(), "P1".into()]));
    assert!(answer.note.as_ref().unwrap().contains("cannot be asked"), "{answer:?}");

    let together = bought_together(&world.shop, product("P1"), k(5)).await.unwrap();
    assert!(together.note.is_some() && together.products.is_empty());
    let alike = similar(&world.shop, product("P1"), k(5)).await.unwrap();
    assert_eq!(alike.basis, SimilarBasis::Category);
    assert_eq!(names(alike.products.iter().map(|one| &one.product)), ["P2"]);
}

#[tokio::test]
async fn looks_count_less_than_purchases_and_what_was_merely_shown_not_at_all() {
    let world = tastes().await;
    looked_at(&world, &[("Y", "P4", ActivityKind::VIEW), ("Z", "P1", ActivityKind::IMPRESSION)]).await;
    let answer = recommended(&world, "Y", 1).await;
    assert_eq!(answer.basis, Basis::Views);
    let because = answer.recommendations[0].because.as_ref().unwrap();
    assert_eq!((because.external_id.as_deref(), because.bought), (Some("P4"), false));
    assert!(["P8", "P9"].contains(&&*listed(&answer)[0]), "those who bought P4 bought these: {answer:?}");
    assert_eq!(recommended(&world, "Z", 1).await.basis, Basis::BestSellers);

    // D bought P4; a look at P1 does not outweigh that.
    looked_at(&world, &[("D", "P1", ActivityKind::CLICK)]).await;
    let answer = recommended(&world, "D", 1).await;
    assert_eq!((answer.basis, listed(&answer)), (Basis::Purchases, vec!["P8".into()]));
}

#[tokio::test]
async fn where_nobody_bought_what_somebody_looked_at_others_looks_lead_on() {
    let world = shop_of(&["P1", "P2", "P3"]).await;
    order(&world, "A", &["P3"]).await;
    world.project(&graph(&world)).await;
    let view = ActivityKind::VIEW;
    looked_at(&world, &[("Y", "P1", view), ("X", "P1", view), ("X", "P2", ActivityKind::CLICK)]).await;
    let answer = recommended(&world, "Y", 2).await;
    assert_eq!((answer.basis, listed(&answer)), (Basis::Views, vec!["P2".into(), "P3".into()]));
    let reasons: Vec<Reason> = answer.recommendations.iter().map(|one| one.reason).collect();
    assert_eq!(reasons, [Reason::AlsoViewed, Reason::BestSeller]);
}

#[tokio::test]
async fn together_means_more_often_than_by_chance() {
    let world = shop_of(&["LAMP", "SHADE", "SOAP", "MUG"]).await;
    // Soap is in most orders, with the lamp as often as without it; the shade goes with the lamp.
    for at in 0..40 {
        let lamp = at < 10;
        let items = [
            (lamp, "LAMP"),
            (lamp && at % 2 == 0, "SHADE"),
            (at % 5 != 0, "SOAP"),
            (at == 1 || at == 3, "MUG"),
            (!lamp && at % 5 == 0, "MUG"),
        ];
        let items: Vec<&str> = items.iter().filter(|(is, _)| *is).map(|(_, item)| *item).collect();
        let who = char::from(b'A' + (at % 26) as u8).to_string();
        order(&world, &who, &items).await;
    }
    world.project(&graph(&world)).await;
    let answer = bought_together(&world.shop, product("LAMP"), k(10)).await.unwrap();
    assert_eq!((answer.baskets, &answer.note), (10, &None));
    assert_eq!(names(answer.products.iter().map(|one| &one.product)), ["SHADE"], "{answer:?}");
    assert_eq!((answer.products[0].baskets, answer.products[0].lift), (5, 4.0));
    let soap = bought_together(&world.shop, product("SOAP"), k(10)).await.unwrap();
    assert_eq!(soap.products, [], "eight of ten orders with soap are orders without anything to say");
}

#[tokio::test]
async fn what_was_compared_beforehand_answers_what_is_alike() {
    let world = shop_of(&["P1", "P2", "P3", "P4"]).await;
    let graph = &world.shop.graph;
    let made = graph.begin(SIMILAR_PRODUCTS).await.unwrap();
    let to = vec![(product("P3").0, 0.9), (product("P2").0, 0.7), (product("P404").0, 0.8)];
    let edges = EdgeWrite::Edges { relation: Relation::SimilarTo, from: product("P1").0, to, version: 1 };
    graph.write(SIMILAR_PRODUCTS, made, vec![edges], Checkpoint::default()).await.unwrap();
    graph.promote(SIMILAR_PRODUCTS, None, made).await.unwrap();
    let answer = similar(&world.shop, product("P1"), k(2)).await.unwrap();
    assert_eq!(answer.basis, SimilarBasis::SimilarTo);
    assert_eq!(names(answer.products.iter().map(|one| &one.product)), ["P3", "P2"]);
    assert_eq!(answer.products[0].score, Some(0.9));
}

#[tokio::test]
async fn meanings_are_compared_once_they_are_known_and_again_when_they_change() {
    let world = shop_of(&["P1", "P2", "P3"]).await;
    let (vectors, graph) = (&world.shop.vectors, &world.shop.graph);
    let batch = SimilarProducts::new(graph.clone(), vectors.clone());
    assert_eq!(batch.basis().await.unwrap(), None, "there is no index");
    let index = vectors.begin(PRODUCT_VECTORS).await.unwrap();
    let hash = |text: &str| ContentHash::of("test", text);
    let entry = |external: &str, version, text: &str, in_stock| VectorWrite {
        id: product(external),
        version,
        content: Some(VectorEntry { embedding: hash(text), in_stock, ..VectorEntry::default() }),
    };
    let at =
        |position| Checkpoint { log: Uuid::nil(), at: LogPosition { epoch: 1, position }, last: Uuid::nil() };
    let entries = ["P1", "P2", "P3"].map(|external| entry(external, 1, external, true)).to_vec();
    vectors.write(PRODUCT_VECTORS, index, entries, at(1)).await.unwrap();
    vectors.promote(PRODUCT_VECTORS, None, index).await.unwrap();
    assert_eq!(batch.basis().await.unwrap(), None, "nothing is embedded");

    // P1 and P2 mean nearly the same, P3 something else, but not to P2.
    let meaning = |x: f32, y: f32| {
        let mut vector = vec![0.0; DIMENSIONS];
        (vector[0], vector[1]) = (x, y);
        vector
    };
    let kept = [("P1", 1.0, 0.0), ("P2", 0.8, 0.6), ("P3", -0.1, 0.995)];
    vectors.keep(kept.map(|(text, x, y)| (hash(text), meaning(x, y))).to_vec()).await.unwrap();
    let alike = similar(&world.shop, product("P1"), k(2)).await.unwrap();
    assert_eq!(alike.basis, SimilarBasis::Nearest, "nothing was compared beforehand yet");
    assert_eq!(names(alike.products.iter().map(|one| &one.product)), ["P2"]);

    let runner = Runner::new(world.shop.store.clone(), Vec::new()).with_batches(vec![Arc::new(batch)]);
    runner.run_due(&|_, _| {}).await.unwrap();
    let dump = runner.dump(SIMILAR_PRODUCTS).await.unwrap();
    assert_eq!(dump.len(), 4, "P2 stands between the others, which have nothing in common: {dump:?}");
    let alike = similar(&world.shop, product("P1"), k(1)).await.unwrap();
    assert_eq!(
        (alike.basis, alike.products[0].score.map(|score| (score * 100.0).round())),
        (SimilarBasis::SimilarTo, Some(80.0))
    );

    // Stock changes no meaning; a new text does.
    let made = graph.live(SIMILAR_PRODUCTS).await.unwrap();
    vectors.write(PRODUCT_VECTORS, index, vec![entry("P2", 2, "P2", false)], at(2)).await.unwrap();
    runner.run_due(&|_, _| {}).await.unwrap();
    assert_eq!(graph.live(SIMILAR_PRODUCTS).await.unwrap(), made);
    assert_eq!(runner.status().await.unwrap()[0].behind, 0, "and so it is not behind");
    vectors.write(PRODUCT_VECTORS, index, vec![entry("P2", 3, "P3", true)], at(3)).await.unwrap();
    runner.run_due(&|_, _| {}).await.unwrap();
    let dump = runner.dump(SIMILAR_PRODUCTS).await.unwrap();
    assert_eq!(dump.len(), 2, "now it means what P3 means: {dump:?}");
}

#[tokio::test]
async fn what_is_not_sold_has_nothing_like_it_and_numbers_have_bounds() {
    let world = shop_of(&["P1"]).await;
    for id in ["P404", "P1-S"].map(|id| id.parse::<ProductId>().unwrap()) {
        assert_eq!(similar(&world.shop, id, k(1)).await.unwrap_err().code(), ErrorCode::NotFound);
        assert_eq!(bought_together(&world.shop, id, k(1)).await.unwrap_err().code(), ErrorCode::NotFound);
    }
    for wrong in [0, 101, u32::MAX] {
        let error = HowMany::new(Some(wrong)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidInput);
        assert_eq!(error.to_string(), format!("`k` must be between 1 and 100, not {wrong}"));
    }
}
