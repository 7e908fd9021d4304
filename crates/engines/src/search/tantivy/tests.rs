//! What the contract cannot try, because it concerns the files.

use souk_ports::search::SearchDocument;
use uuid::Uuid;

use super::*;

const INDEX: ProjectionName = "products";

fn oak(version: u64) -> Vec<SearchWrite> {
    let content = SearchDocument { name: format!("oak bowl {version}"), ..SearchDocument::default() };
    vec![SearchWrite { id: ProductId(Uuid::from_u128(1)), version, content: Some(content) }]
}

async fn total(search: &Tantivy, text: &str) -> u64 {
    let query = SearchQuery { text: text.to_owned(), ..SearchQuery::default() };
    search.search(INDEX, &query, Window { offset: 0, limit: 10 }).await.unwrap().total
}

/// A process was killed after it had written the deletions of a commit and before it had named the commit; from then on
/// every commit failed.
#[tokio::test]
async fn a_commit_that_never_ended_does_not_stop_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let location = || Location {
        url: "tantivy://search".to_owned(),
        path: folder.path().to_owned(),
        options: Vec::new(),
    };
    let open = || Tantivy::new(location());
    let (killed, standby) = (open(), open());
    let generation = killed.begin(INDEX).await.unwrap();
    killed.promote(INDEX, None, generation).await.unwrap();
    let pine = SearchDocument { name: "pine bowl".to_owned(), ..SearchDocument::default() };
    let pine = SearchWrite { id: ProductId(Uuid::from_u128(2)), version: 1, content: Some(pine) };
    let both = oak(1).into_iter().chain([pine]).collect();
    killed.write(INDEX, generation, both, Checkpoint::default()).await.unwrap();
    assert_eq!(total(&standby, "bowl").await, 2);

    let meta = folder.path().join(INDEX).join("g000001/meta.json");
    let before = std::fs::read(&meta).unwrap();
    killed.write(INDEX, generation, oak(2), Checkpoint::default()).await.unwrap();
    drop(killed);
    std::fs::write(&meta, before).unwrap();

    for (number, search) in [standby, open()].into_iter().enumerate() {
        let version = 2 + number as u64;
        search.write(INDEX, generation, oak(version), Checkpoint::default()).await.unwrap();
        assert_eq!(total(&search, &version.to_string()).await, 1);
        assert_eq!(total(&search, "bowl").await, 2);
    }
}
