//! What the contract cannot ask for, because its cases begin with weights: being without them, and packages that are not
//! what they should be.

use std::io::Write;

use zip::write::SimpleFileOptions;

use super::files::{File, install};
use super::*;

const LITTLE: [File; 2] = [
    File { name: "a", bytes: 3, sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    File { name: "b", bytes: 0, sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
];

fn wheel(folder: &Path, contents: &[(&str, &[u8])]) -> PathBuf {
    let path = folder.join("made.whl");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for (name, content) in contents {
        archive.start_file(format!("in/{name}"), SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap();
    path
}

fn try_to_install(contents: &[(&str, &[u8])]) -> (std::io::Result<()>, Vec<String>) {
    let (beside, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let wheel = wheel(beside.path(), contents);
    let installed = install(&wheel, "in", &LITTLE, beside.path(), folder.path());
    let names = std::fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    (installed, names)
}

#[test]
fn a_package_is_installed_whole_or_not_at_all() {
    let (installed, names) = try_to_install(&[("b", b""), ("more", b"left alone"), ("a", b"abc")]);
    installed.unwrap();
    assert_eq!(names, ["a", "b"]);
    for contents in [
        &[("a", &b"abd"[..]), ("b", b"")],
        &[("a", b"abc"), ("b", b"more than there should be")],
        &[("a", b"ab"), ("b", b"")],
        &[("a", b"abc"), ("c", b"")],
    ] {
        let (installed, names) = try_to_install(contents);
        assert!(installed.is_err(), "{contents:?}");
        assert!(names.is_empty(), "{contents:?}: {names:?}");
    }
}

#[tokio::test]
async fn without_weights_it_says_how_to_get_them() {
    let folder = tempfile::tempdir().unwrap();
    let embedder = Minilm::at(folder.path().join("none"));
    assert!(!embedder.is_here().await.unwrap());
    let error = embedder.embed(vec!["tea".to_owned()]).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }), "{error}");
    assert!(error.to_string().contains("`souk model fetch`"), "{error}");
}

#[tokio::test]
async fn damaged_weights_are_not_used() {
    let folder = tempfile::tempdir().unwrap();
    for file in &FILES {
        let made = std::fs::File::create(folder.path().join(file.name)).unwrap();
        made.set_len(file.bytes).unwrap();
    }
    let embedder = Minilm::at(folder.path().to_owned());
    assert!(embedder.is_here().await.unwrap(), "it looks at sizes");
    let error = embedder.embed(vec!["tea".to_owned()]).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }), "{error}");
    assert!(error.to_string().contains("`souk model fetch`"), "{error}");
}
