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

/// What validators and generators of clients stumble over.
#[test]
fn the_document_is_one_that_clients_can_be_made_of() {
    let (_, document) = routes();
    let document = serde_json::to_value(document).unwrap();
    let tags: Vec<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut once = tags.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), tags.len(), "{tags:?}");
    let mut operations = std::collections::HashSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(operations.insert(name.to_owned()), "two operations are called {name}");
            for (status, response) in operation["responses"].as_object().unwrap() {
                let says = response["description"].as_str().unwrap_or_default();
                assert!(!says.is_empty(), "{method} {path} {status}");
                for (kind, content) in response["content"].as_object().into_iter().flatten() {
                    let is_bytes = content["schema"]["format"] == "binary";
                    assert_eq!(kind.starts_with("image/"), is_bytes, "{method} {path} {status}");
                }
            }
        }
    }
}
