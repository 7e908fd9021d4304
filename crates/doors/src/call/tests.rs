/// GraphQL and gRPC make the same callers, positions and problems, from something that is no HTTP request of axum's.
#[test]
fn nothing_here_knows_how_calls_are_carried() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/call");
    let mut read = 0;
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.ends_with("tests.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        for carrier in ["axum", "http::", "hyper", "tower"] {
            assert!(!text.contains(carrier), "{} names {carrier}", file.display());
        }
        read += 1;
    }
    assert!(read >= 7, "{read} files");
}
