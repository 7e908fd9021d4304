//! What the contract cannot try, because it concerns a server that is away.

use std::time::{Duration, Instant};

use souk_ports::search::SearchDocument;
use tokio::net::TcpListener;

use super::*;

fn open(address: &str) -> OpenSearch {
    let options = vec![("timeout_ms".to_owned(), "200".to_owned())];
    OpenSearch::new(&Location { url: format!("opensearch://me:s3cret@{address}"), path: "".into(), options })
        .unwrap()
}

async fn is_away(search: &OpenSearch) {
    let since = Instant::now();
    let write = SearchWrite { id: ProductId(Uuid::nil()), version: 1, content: Some(SearchDocument::default()) };
    let window = Window { offset: 0, limit: 1 };
    let errors = [
        search.live("products").await.unwrap_err(),
        search.search("products", &SearchQuery::default(), window).await.unwrap_err(),
        search.write("products", Generation(1), vec![write], Checkpoint::default()).await.unwrap_err(),
        search.describe().await.unwrap_err(),
    ];
    assert!(since.elapsed() < Duration::from_secs(4), "{:?}", since.elapsed());
    for error in errors {
        assert!(matches!(error, Error::Unavailable { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    is_away(&open(&address.to_string())).await;
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_unavailable_after_the_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    is_away(&open(&listener.local_addr().unwrap().to_string())).await;
}
