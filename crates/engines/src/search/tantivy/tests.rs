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

/// Fields that another version of souk gave it: whoever follows the log must learn how far the index got, so that it is
/// built anew, and readers must not take what it lacks for what products lack.
#[tokio::test]
async fn an_index_with_other_fields_says_how_far_it_got_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let open = || {
        let url = "tantivy://search".to_owned();
        Tantivy::new(Location { url, path: folder.path().to_owned(), options: Vec::new() })
    };
    let older = open();
    let generation = older.begin(INDEX).await.unwrap();
    older.promote(INDEX, None, generation).await.unwrap();
    let at = souk_kernel::LogPosition { epoch: 1, position: 7 };
    let checkpoint = Checkpoint { at, ..Checkpoint::default() };
    older.write(INDEX, generation, oak(1), checkpoint).await.unwrap();
    drop(older);
    let meta = folder.path().join(INDEX).join("g000001/meta.json");
    let fields = std::fs::read_to_string(&meta).unwrap().replace("\"rating\"", "\"stars\"");
    std::fs::write(&meta, fields).unwrap();

    let search = open();
    assert_eq!(search.live(INDEX).await.unwrap(), Some(generation));
    let lock = search.lock(INDEX, generation).await.unwrap().expect("nobody else has it");
    assert_eq!(search.checkpoint(INDEX, generation).await.unwrap(), checkpoint);
    let query = SearchQuery::default();
    let found = search.search(INDEX, &query, Window { offset: 0, limit: 10 }).await;
    assert!(matches!(found, Err(Error::Internal { .. })), "{found:?}");
    assert!(search.scan(INDEX, None, 10).await.is_err());
    assert!(search.write(INDEX, generation, oak(2), checkpoint).await.is_err());
    lock.release().await;

    let next = search.begin(INDEX).await.unwrap();
    search.write(INDEX, next, oak(2), checkpoint).await.unwrap();
    search.promote(INDEX, Some(generation), next).await.unwrap();
    assert_eq!(total(&search, "oak").await, 1);
}
