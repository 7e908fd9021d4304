//! What a process that dies, or a person who deletes, may leave behind.

use std::fs;

use tempfile::TempDir;

use super::*;

const ONE: Generation = Generation(1);
const TWO: Generation = Generation(2);

fn folders() -> (TempDir, Folders) {
    let role = tempfile::tempdir().unwrap();
    let folders = Folders::new(role.path(), "sample");
    (role, folders)
}

fn begin(folders: &Folders) -> Generation {
    folders.begin(|folder| fs::write(folder.join("data"), "data")).unwrap()
}

fn names(folders: &Folders) -> Vec<String> {
    let entries = fs::read_dir(&folders.dir).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_generation_is_what_the_layout_says() {
    let (_role, folders) = folders();
    assert_eq!(begin(&folders), ONE);
    assert!(folders.promote(None, ONE).unwrap());
    assert_eq!(names(&folders), ["g000001", "g000001.lock", "g000001.readers", "live.json", "pointer.lock"]);
    let pointer = fs::read_to_string(folders.pointer_file()).unwrap();
    assert_eq!(pointer, r#"{"generation":1,"epoch":1,"begun":1}"#);
}

#[test]
fn what_a_dead_process_left_is_cleared_away() {
    let (_role, folders) = folders();
    begin(&folders);
    assert!(folders.promote(None, ONE).unwrap());
    // It died while it filled a folder, while it took one apart, while it wrote the pointer, between a lock file and
    // its folder.
    fs::create_dir_all(folders.dir.join("new-7/sub")).unwrap();
    fs::create_dir_all(folders.dir.join("old-0/sub")).unwrap();
    fs::write(folders.dir.join("live.json.new"), "{\"gener").unwrap();
    fs::write(folders.dir.join("g000008.lock"), "").unwrap();
    fs::write(folders.dir.join("g000008.readers"), "").unwrap();
    assert_eq!(begin(&folders), TWO);
    assert_eq!(folders.live().unwrap(), Some(ONE));
    let left = names(&folders);
    assert!(
        !left.iter().any(|name| name.contains("new") || name.contains("old") || name.contains('8')),
        "{left:?}"
    );
}

#[test]
fn a_folder_that_could_not_be_filled_is_no_generation() {
    let (_role, folders) = folders();
    assert!(folders.begin(|_| Err(io::Error::other("no room"))).is_err());
    assert!(folders.lock(ONE).is_err() && folders.read(ONE).is_err() && folders.promote(None, ONE).is_err());
    assert_eq!(begin(&folders), TWO);
}

#[test]
fn a_deleted_generation_is_not_live_and_its_number_is_not_used_again() {
    let (_role, folders) = folders();
    begin(&folders);
    assert!(folders.promote(None, ONE).unwrap());
    fs::remove_dir_all(folders.folder(ONE)).unwrap();
    assert_eq!(folders.live().unwrap(), None);
    assert_eq!(begin(&folders), TWO);
    assert!(!folders.promote(Some(ONE), TWO).unwrap());
    assert!(folders.promote(None, TWO).unwrap());
    assert_eq!(folders.live().unwrap(), Some(TWO));
}

#[test]
fn everything_deleted_is_a_new_beginning() {
    let (role, folders) = folders();
    begin(&folders);
    assert!(folders.promote(None, ONE).unwrap());
    fs::remove_dir_all(role.path()).unwrap();
    assert_eq!(folders.live().unwrap(), None);
    assert_eq!(begin(&folders), ONE);
    assert!(folders.promote(None, ONE).unwrap());
}

#[test]
fn a_pointer_that_cannot_be_read_points_nowhere() {
    let (_role, folders) = folders();
    begin(&folders);
    assert!(folders.promote(None, ONE).unwrap());
    fs::write(folders.pointer_file(), "").unwrap();
    assert_eq!(folders.live().unwrap(), None);
    assert_eq!(begin(&folders), TWO);
    assert!(folders.promote(None, TWO).unwrap());
    assert_eq!(folders.live().unwrap(), Some(TWO));
}

#[test]
fn what_is_read_or_written_stays() {
    let (_role, folders) = folders();
    begin(&folders);
    assert!(folders.promote(None, ONE).unwrap());
    let writing = folders.lock(ONE).unwrap().unwrap();
    begin(&folders);
    assert!(folders.promote(Some(ONE), TWO).unwrap());
    folders.sweep().unwrap();
    assert!(folders.exists(ONE));
    let reading = folders.read(ONE).unwrap();
    drop(writing);
    folders.sweep().unwrap();
    assert!(folders.exists(ONE));
    drop(reading);
    folders.sweep().unwrap();
    assert!(!folders.exists(ONE) && folders.exists(TWO));
    assert!(folders.read(ONE).is_err() && folders.lock(ONE).is_err());
}
