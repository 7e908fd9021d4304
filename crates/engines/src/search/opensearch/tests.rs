//! What the contract cannot try, because it concerns a server that is away, or what lies on it. What needs a server is
//! run by `cargo test -- --ignored`, against the one of the contract run.

use std::time::{Duration, Instant};

use souk_kernel::LogPosition;
use souk_ports::search::SearchDocument;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::*;
use crate::Fresh;

const INDEX: ProjectionName = "products";

fn open(url: &str) -> OpenSearch {
    let options = url.split_once('?').map_or("", |(_, query)| query).split('&');
    let options = options.filter_map(|pair| pair.split_once('='));
    let options = options.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    OpenSearch::new(&Location { url: url.to_owned(), path: "".into(), options }).unwrap()
}

fn at(position: u64) -> Checkpoint {
    Checkpoint { log: Uuid::from_u128(1), at: LogPosition { epoch: 1, position }, last: Uuid::nil() }
}

fn put(id: u128, version: u64, name: &str) -> SearchWrite {
    let content = SearchDocument { name: name.to_owned(), ..SearchDocument::default() };
    SearchWrite { id: ProductId(Uuid::from_u128(id)), version, content: Some(content) }
}

async fn find(search: &OpenSearch, text: &str, offset: u64) -> Result<SearchHits> {
    let query = SearchQuery { text: text.to_owned(), ..SearchQuery::default() };
    search.search(INDEX, &query, Window { offset, limit: 10 }).await
}

fn is_away<T>(result: Result<T>) -> bool {
    matches!(result, Err(Error::Unavailable { .. }))
}

/// A namespace on the server, and an engine in it with a live generation.
async fn live() -> (String, OpenSearch, Generation) {
    let Fresh::Url(url) =
        crate::remote::fresh::fresh("SOUK_TEST_OPENSEARCH", "127.0.0.1:9200", |address, name| {
            format!("opensearch://{address}?prefix={name}")
        })
    else {
        panic!("there is no server")
    };
    let search = open(&url);
    let generation = search.begin(INDEX).await.unwrap();
    search.promote(INDEX, None, generation).await.unwrap();
    (url, search, generation)
}

async fn everything_is_away(address: &str) {
    let search = open(&format!("opensearch://me:s3cret@{address}?timeout_ms=200"));
    let since = Instant::now();
    let errors = [
        search.live(INDEX).await.unwrap_err(),
        find(&search, "oak", 0).await.unwrap_err(),
        search.write(INDEX, Generation(1), vec![put(1, 1, "oak")], at(1)).await.unwrap_err(),
        search.describe().await.unwrap_err(),
    ];
    assert!(since.elapsed() < Duration::from_secs(4), "{:?}", since.elapsed());
    for error in errors {
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
        assert!(is_away::<()>(Err(error)));
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    everything_is_away(&address.to_string()).await;
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_unavailable_after_the_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    everything_is_away(&listener.local_addr().unwrap().to_string()).await;
}

/// Passes connections on, until it is aborted: then they break, and new ones are refused.
fn forward(from: std::net::TcpListener, to: String) -> JoinHandle<()> {
    from.set_nonblocking(true).unwrap();
    let from = TcpListener::from_std(from).unwrap();
    tokio::spawn(async move {
        let mut passed = tokio::task::JoinSet::new();
        loop {
            let (mut near, _) = from.accept().await.unwrap();
            let to = to.clone();
            passed.spawn(async move {
                let mut far = TcpStream::connect(to).await.unwrap();
                let _ = copy_bidirectional(&mut near, &mut far).await;
            });
        }
    })
}

#[tokio::test]
#[ignore = "needs a server"]
async fn a_server_that_comes_back_is_used_again_and_another_node_meanwhile() {
    let (url, _, generation) = live().await;
    let (server, options) = url.trim_start_matches("opensearch://").split_once('?').unwrap();
    let near = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = near.local_addr().unwrap();
    let forwarding = forward(near, server.to_owned());
    let one = open(&format!("opensearch://{address}?{options}&timeout_ms=2000"));
    let two = open(&format!("opensearch://{address},{server}?{options}&timeout_ms=2000"));
    one.write(INDEX, generation, vec![put(1, 1, "oak")], at(1)).await.unwrap();
    assert_eq!(find(&two, "oak", 0).await.unwrap().total, 1);

    forwarding.abort();
    assert!(forwarding.await.unwrap_err().is_cancelled());
    for _ in 0..10 {
        assert!(is_away(find(&one, "oak", 0).await));
        assert_eq!(find(&two, "oak", 0).await.unwrap().total, 1, "the other node answers");
    }

    let forwarding = forward(std::net::TcpListener::bind(address).unwrap(), server.to_owned());
    let since = Instant::now();
    while find(&one, "oak", 0).await.is_err() {
        assert!(since.elapsed() < Duration::from_secs(5), "it is not used again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    one.write(INDEX, generation, vec![put(2, 2, "oak")], at(2)).await.unwrap();
    assert_eq!(find(&one, "oak", 0).await.unwrap().total, 2);
    forwarding.abort();
}

#[tokio::test]
#[ignore = "needs a server"]
async fn what_a_killed_process_had_written_is_not_seen_before_its_checkpoint() {
    let (url, search, generation) = live().await;
    search.write(INDEX, generation, vec![put(1, 1, "oak"), put(2, 1, "oak")], at(1)).await.unwrap();
    let index = search.index(INDEX, generation);
    write::products(&search.server, &index, &[put(1, 2, "elm")]).await.unwrap();
    let next = open(&url);
    assert_eq!(next.checkpoint(INDEX, generation).await.unwrap(), at(1));
    assert_eq!(find(&next, "oak", 0).await.unwrap().total, 2);
    // Killed after the fence, before it was shown.
    let writing = search.generations.writing(INDEX, generation).await.unwrap();
    search.generations.written(INDEX, generation, writing, at(2)).await.unwrap();
    assert_eq!(next.checkpoint(INDEX, generation).await.unwrap(), at(1), "as its readers see it");
    next.write(INDEX, generation, vec![put(1, 2, "elm"), put(2, 2, "elm")], at(2)).await.unwrap();
    assert_eq!(find(&search, "elm", 0).await.unwrap().total, 2);
    assert_eq!(search.checkpoint(INDEX, generation).await.unwrap(), at(2));
}

#[tokio::test]
#[ignore = "needs a server"]
async fn a_checkpoint_that_arrives_late_replaces_nothing_newer() {
    let (_, search, generation) = live().await;
    let writing = search.generations.writing(INDEX, generation).await.unwrap();
    let late = search.generations.written_at(INDEX, generation, writing, at(1)).await.unwrap();
    search.write(INDEX, generation, vec![put(1, 2, "oak")], at(2)).await.unwrap();
    write::checkpoint(&search.server, &search.index(INDEX, generation), late, at(1)).await.unwrap();
    search.write(INDEX, generation, Vec::new(), at(3)).await.unwrap();
    assert_eq!(search.checkpoint(INDEX, generation).await.unwrap(), at(3));
    write::checkpoint(&search.server, &search.index(INDEX, generation), late, at(1)).await.unwrap();
    assert_eq!(search.checkpoint(INDEX, generation).await.unwrap(), at(3));
}

#[tokio::test]
#[ignore = "needs a server"]
async fn pages_go_on_beyond_what_one_request_may_ask_for() {
    let (_, search, generation) = live().await;
    let writes = (0..20_050).map(|n| put(n, 1, "oak")).collect();
    search.write(INDEX, generation, writes, at(1)).await.unwrap();
    for (text, offset, first) in
        [("oak", 0, 0), ("oak", 9_995, 9_995), ("oak", 20_045, 20_045), ("", 10_000, 10_000)]
    {
        let found = find(&search, text, offset).await.unwrap();
        let ids: Vec<u128> = found.hits.iter().map(|hit| hit.id.0.as_u128()).collect();
        assert_eq!(ids, (first..20_050.min(first + 10)).collect::<Vec<u128>>(), "`{text}` from {offset}");
        assert_eq!(found.total, 20_050);
    }
    let found = find(&search, "oak", u64::MAX).await.unwrap();
    assert_eq!((found.hits.len(), found.total), (0, 20_050));
    assert_eq!(search.scan(INDEX, None, u32::MAX).await.unwrap().len(), 20_050);
}

#[tokio::test]
#[ignore = "needs a server"]
async fn a_write_makes_no_index_and_the_alias_leads_to_the_live_one() {
    let (_, search, first) = live().await;
    let next = search.begin(INDEX).await.unwrap();
    search.promote(INDEX, Some(first), next).await.unwrap();
    let records = search.generations.registry();
    let path = format!("/_alias/{}", records.names.live(INDEX));
    let reply = search.server.repeat(Method::GET, &path, None).await.unwrap();
    let led: HashMap<String, serde_json::Value> = reply.json().unwrap();
    assert_eq!(led.keys().collect::<Vec<_>>(), [&search.index(INDEX, next)]);

    // Somebody removes the index by hand.
    use crate::remote::generations::Registry;
    records.clear(INDEX, next).await.unwrap();
    let refused = search.write(INDEX, next, vec![put(1, 1, "oak")], at(1)).await;
    assert!(matches!(refused, Err(Error::NotFound { .. })), "{refused:?}");
    let refused = search.write(INDEX, next, Vec::new(), at(1)).await;
    assert!(matches!(refused, Err(Error::NotFound { .. })), "{refused:?}");
    let path = format!("/{}", search.index(INDEX, next));
    assert!(search.server.repeat(Method::GET, &path, None).await.unwrap().is(server::NO_INDEX));
}

#[tokio::test]
#[ignore = "needs a server"]
async fn an_index_with_other_fields_says_how_far_it_got_and_nothing_else() {
    let (url, search, generation) = live().await;
    search.write(INDEX, generation, vec![put(1, 1, "oak")], at(1)).await.unwrap();
    let path = format!("/{}/_mapping", search.index(INDEX, generation));
    let others = server::body(&serde_json::json!({"_meta": {"souk_fields": schema::FIELDS - 1}}));
    search.server.repeat(Method::PUT, &path, others).await.unwrap().expect("changing the fields").unwrap();
    let next = open(&url);
    assert_eq!(next.checkpoint(INDEX, generation).await.unwrap(), at(1));
    let found = find(&next, "oak", 0).await;
    assert!(matches!(found, Err(Error::Internal { .. })), "{found:?}");
}
