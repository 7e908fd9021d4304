//! What the cases of the port do not try: what PostgreSQL cannot hold. `cargo test -- --ignored` runs it against the
//! server of the contract run.

use souk_ports::derived::Derived;
use souk_ports::search::SearchDocument;
use uuid::Uuid;

use super::*;
use crate::Fresh;

const INDEX: ProjectionName = "products";

fn open() -> PostgresSearch {
    let Fresh::Url(url) = postgres::fresh("postgres") else { panic!("there is no server") };
    let options = url.split_once('?').and_then(|(_, option)| option.split_once('='));
    let options = options.map(|(key, value)| (key.to_owned(), value.to_owned())).into_iter().collect();
    PostgresSearch::new(&Location { url, path: "".into(), options }).unwrap()
}

async fn found(search: &PostgresSearch, text: &str) -> Vec<u128> {
    let query = SearchQuery { text: text.to_owned(), ..SearchQuery::default() };
    let found = search.search(INDEX, &query, Window { offset: 0, limit: 10 }).await.unwrap();
    found.hits.iter().map(|hit| hit.id.0.as_u128()).collect()
}

async fn count(search: &PostgresSearch, sql: &str) -> i64 {
    search.rows(sql, &[]).await.unwrap()[0].get(0)
}

#[tokio::test]
#[ignore = "needs a server"]
async fn words_of_every_kind_and_number_are_kept_and_counted() {
    let search = open();
    let generation = search.begin(INDEX).await.unwrap();
    search.promote(INDEX, None, generation).await.unwrap();
    let put = |id: u128, version, name: &str, description: String| SearchWrite {
        id: ProductId(Uuid::from_u128(id)),
        version,
        content: Some(SearchDocument { name: name.to_owned(), description, ..SearchDocument::default() }),
    };
    let write = async |writes| search.write(INDEX, generation, writes, Checkpoint::default()).await.unwrap();
    // Folded to ASCII some letters become more than one, and not all of these are letters.
    let odd = "\u{2474} \u{2488} \u{249c} \u{24f5} O'Neil's \\back\\slash 'quoted' a:b & | ! * <-> \u{fdfa}";
    let many: String = (0..150_000).map(|number| format!("w{number:06} ")).collect();
    write(vec![
        put(1, 1, odd, String::new()),
        put(2, 1, "needle", many),
        put(3, 1, "", "ash ".repeat(40_000)),
    ])
    .await;
    for (text, expected) in [
        ("\u{2474}", vec![1]),
        ("oneils", vec![1]),
        ("back", vec![1]),
        ("\u{fdfa}", vec![1]),
        ("needle", vec![2]),
        ("w000007", vec![2]),
        ("ash", vec![3]),
    ] {
        assert_eq!(found(&search, text).await, expected, "{text}");
    }

    // What is written again is not counted again, and what nobody has any more is gone.
    let names = search.names(INDEX, generation);
    write(vec![put(2, 2, "ash", String::new()), put(3, 1, "ash", "ash".to_owned())]).await;
    let ash = |table: &str| format!("SELECT products FROM {table} WHERE word = 'ash'");
    assert_eq!(
        (count(&search, &ash(&names.stems)).await, count(&search, &ash(&names.spellings)).await),
        (2, 2)
    );
    let deleted = |id: u128| SearchWrite { id: ProductId(Uuid::from_u128(id)), version: 3, content: None };
    write(vec![deleted(1), deleted(2), deleted(3), deleted(4)]).await;
    for table in [&names.stems, &names.spellings, &names.contents] {
        assert_eq!(count(&search, &format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
    }
}
