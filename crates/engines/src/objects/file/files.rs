//! A tree of objects on disk: whole files under the names of their keys.
//!
//! The last part of a key gets an `@`, which no key holds, so the object `a` and the folder of `a/b` do not meet. A file
//! is written beside the tree, synced, and renamed into it: whoever reads has the former one or the new one. What is
//! left out: versions (see [`super::collection`]).

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use souk_ports::objects::{Object, ObjectKey, StoredObject};
use souk_ports::{Error, Result};
use uuid::Uuid;

use super::WHAT;
use super::header::Header;

const TREE: &str = "tree";
const UNFINISHED: &str = "unfinished";
/// A file that is on its way for longer was left by a process that died.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

pub(super) struct Files {
    folder: PathBuf,
}

/// A file that is complete and synced, and not yet where readers look. Dropped, it is removed.
pub(super) struct Unfinished {
    path: PathBuf,
    placed: bool,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.placed {
            // What cannot be removed now is cleared away as abandoned.
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Files {
    pub(super) fn create(folder: &Path) -> Result<Self> {
        let files = Self::at(folder);
        let create = || {
            fs::create_dir_all(folder.join(TREE))?;
            fs::create_dir_all(folder.join(UNFINISHED))?;
            sync(folder)
        };
        create().map_err(failed)?;
        Ok(files)
    }

    pub(super) fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Removes what processes that died have left unfinished.
    pub(super) fn clear_abandoned(&self) -> Result<()> {
        let clear = || {
            for entry in fs::read_dir(self.folder.join(UNFINISHED))? {
                let entry = entry?;
                let age = entry.metadata().and_then(|data| data.modified()).map(|at| at.elapsed());
                if matches!(age, Ok(Ok(age)) if age > ABANDONED) {
                    remove_if_there(&entry.path())?;
                }
            }
            Ok(())
        };
        clear().map_err(failed)
    }

    pub(super) fn put(&self, key: &ObjectKey, header: &Header, bytes: &[u8]) -> Result<()> {
        let put = || {
            let unfinished = self.begin(header, bytes)?;
            let folder = self.place(unfinished, key)?;
            sync(&folder)
        };
        put().map_err(failed)
    }

    /// Writes and syncs a file where no reader looks.
    pub(super) fn begin(&self, header: &Header, bytes: &[u8]) -> io::Result<Unfinished> {
        let path = self.folder.join(UNFINISHED).join(Uuid::new_v4().simple().to_string());
        let unfinished = Unfinished { path, placed: false };
        let mut file = File::create_new(&unfinished.path)?;
        file.write_all(&header.line()?)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(unfinished)
    }

    /// Gives the file its name; the folder that holds it is returned, and has to be synced.
    pub(super) fn place(&self, mut unfinished: Unfinished, key: &ObjectKey) -> io::Result<PathBuf> {
        let path = self.path(key);
        let folder = path.parent().unwrap_or(&self.folder).to_owned();
        create_folders(&self.folder.join(TREE), &folder)?;
        fs::rename(&unfinished.path, &path)?;
        unfinished.placed = true;
        Ok(folder)
    }

    pub(super) fn get(&self, key: &ObjectKey) -> Result<Option<StoredObject>> {
        let bytes = match fs::read(self.path(key)) {
            Ok(bytes) => Bytes::from(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let (header, length) = Header::read(&bytes).map_err(failed)?;
        if header.deleted {
            return Ok(None);
        }
        let object = Object { bytes: bytes.slice(length..), content_type: header.content_type };
        Ok(Some(StoredObject { object, etag: header.etag }))
    }

    pub(super) fn header(&self, key: &ObjectKey) -> Result<Option<Header>> {
        match File::open(self.path(key)) {
            Ok(file) => Ok(Some(Header::of_file(&file).map_err(failed)?.0)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    pub(super) fn delete(&self, key: &ObjectKey) -> Result<bool> {
        let path = self.path(key);
        match fs::remove_file(&path) {
            Ok(()) => path.parent().map_or(Ok(()), sync).map_err(failed).map(|()| true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    /// Visits objects whose keys begin with `prefix`, after `after`, in the order of their keys, with the number of
    /// their bytes, until the visitor has seen enough.
    pub(super) fn walk(
        &self,
        prefix: &str,
        after: Option<&ObjectKey>,
        visit: &mut dyn FnMut(ObjectKey, Header, u64) -> bool,
    ) -> Result<()> {
        let after = after.map_or("", ObjectKey::as_str);
        walk_folder(&self.folder.join(TREE), "", prefix, after, visit).map(drop).map_err(failed)
    }

    fn path(&self, key: &ObjectKey) -> PathBuf {
        self.folder.join(TREE).join(format!("{}@", key.as_str()))
    }
}

/// `above` is what the keys in this folder begin with. False: the visitor has seen enough.
fn walk_folder(
    folder: &Path,
    above: &str,
    prefix: &str,
    after: &str,
    visit: &mut dyn FnMut(ObjectKey, Header, u64) -> bool,
) -> io::Result<bool> {
    // A folder stands where its keys do, with the slash that they all have: so names in order are keys in order.
    let mut here = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if entry.file_type()?.is_dir() {
            let key = format!("{above}{name}/");
            let is_past = key.as_str() <= after && !after.starts_with(&key);
            if !is_past && (key.starts_with(prefix) || prefix.starts_with(&key)) {
                here.insert(key);
            }
        } else if let Some(name) = name.strip_suffix('@') {
            let key = format!("{above}{name}");
            if key.as_str() > after && key.starts_with(prefix) {
                here.insert(key);
            }
        }
    }
    for key in here {
        if let Some(name) = key.strip_suffix('/') {
            let folder = folder.join(&name[above.len()..]);
            if !walk_folder(&folder, &key, prefix, after, visit)? {
                return Ok(false);
            }
            continue;
        }
        let file = match File::open(folder.join(format!("{}@", &key[above.len()..]))) {
            Ok(file) => file,
            // Deleted meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let (header, size_bytes) = Header::of_file(&file)?;
        // A file that was put there by hand has no key.
        let Ok(key) = ObjectKey::parse(&key) else { continue };
        if !visit(key, header, size_bytes) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Creates the folders from `top`, which exists, down to `folder`, each synced into the one above it.
fn create_folders(top: &Path, folder: &Path) -> io::Result<()> {
    if folder == top || folder.is_dir() {
        return Ok(());
    }
    let Some(above) = folder.parent() else { return Ok(()) };
    create_folders(top, above)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => sync(above),
    }
}

pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

pub(super) fn failed(error: io::Error) -> Error {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::TimedOut => {
            Error::Unavailable { what: WHAT.to_owned(), source: Some(error.into()) }
        }
        _ => Error::internal(WHAT, error),
    }
}
