use super::*;

#[test]
fn the_committed_document_is_current() {
    let (_, document) = routes();
    let text = document.to_pretty_json().unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == text, "run the tests with UPDATE_SNAPSHOTS=1 to write openapi.json again");
}
