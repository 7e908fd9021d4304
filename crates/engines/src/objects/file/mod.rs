//! Objects in a folder: one file each, with what belongs to it in its first line.
//!
//! ```text
//! objects/owned.files/tree/images/5f2c…@       what is owned, by key
//!                    /unfinished/…             on the way there
//!                    /mark                     whether that is being moved
//!         image-sizes/g000001/tree/…@          what is derived, one folder per generation
//!                             checkpoint.json
//! ```
//! No name of a projection holds a dot, so the two can never meet. What is left out: folders split by hash. A folder
//! with hundreds of thousands of files is well, and a listing stays in the order of the keys.

mod collection;
mod files;
mod header;
mod owned;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use souk_ports::Result;
use souk_ports::derived::{Checkpoint, Derived, Generation, Lock, ProjectionName};
use souk_ports::moving::Owned;
use souk_ports::objects::{Object, ObjectInfo, ObjectKey, ObjectWrite, Objects, StoredObject};

use self::collection::Collection;
use self::files::Files;
use self::header::Header;
use self::owned::OwnedObjects;
use crate::local::generations::{Contents, Generations};
use crate::local::sqlite::blocking;
use crate::objects::content::checked;
use crate::table::Location;

const WHAT: &str = "objects";
/// The folder of what is owned.
const OWNED: &str = "owned.files";

pub(super) async fn open(location: Location) -> Result<Arc<dyn Objects>> {
    location.only_options(&[])?;
    let path = location.path;
    let folder = path.join(OWNED);
    let laid = folder.clone();
    let owned = blocking(WHAT, move || {
        let files = Files::create(&laid)?;
        files.clear_abandoned()?;
        Ok(files)
    });
    let files = Arc::new(owned.await?);
    let owned = Arc::new(OwnedObjects::new(&folder, files.clone()));
    Ok(Arc::new(FileObjects { generations: Generations::new(WHAT, &path), path, files, owned }))
}

struct FileObjects {
    path: PathBuf,
    files: Arc<Files>,
    owned: Arc<OwnedObjects>,
    generations: Arc<Generations<Collection>>,
}

impl Contents for Collection {
    fn create(folder: &Path) -> Result<()> {
        Files::create(folder).map(drop)
    }

    fn open(folder: &Path) -> Result<Self> {
        Ok(Collection::new(folder))
    }
}

#[async_trait]
impl Derived for FileObjects {
    async fn live(&self, projection: ProjectionName) -> Result<Option<Generation>> {
        self.generations.live_number(projection)
    }

    async fn begin(&self, projection: ProjectionName) -> Result<Generation> {
        self.generations.begin(projection).await
    }

    async fn promote(
        &self,
        projection: ProjectionName,
        expected: Option<Generation>,
        next: Generation,
    ) -> Result<()> {
        self.generations.promote(projection, expected, next).await
    }

    async fn lock(
        &self,
        projection: ProjectionName,
        generation: Generation,
    ) -> Result<Option<Box<dyn Lock>>> {
        self.generations.lock(projection, generation).await
    }

    async fn checkpoint(&self, projection: ProjectionName, generation: Generation) -> Result<Checkpoint> {
        self.generations.get(projection, generation)?.checkpoint()
    }

    async fn settle(&self, projection: ProjectionName, generation: Generation) -> Result<()> {
        let target = self.generations.get(projection, generation)?;
        if target.ahead().kept().is_none() {
            return Ok(());
        }
        blocking(WHAT, move || target.settle()).await
    }

    async fn describe(&self) -> Result<String> {
        Ok(format!("files in {}", self.path.display()))
    }
}

#[async_trait]
impl Objects for FileObjects {
    async fn put(&self, key: &ObjectKey, object: Object) -> Result<()> {
        let object = checked(object)?;
        let (owned, key) = (self.owned.clone(), key.clone());
        blocking(WHAT, move || {
            let put = |files: &Files| files.put(&key, &Header::of(&object, 0), &object.bytes);
            owned.change(|mark| mark.check_open(WHAT), put)
        })
        .await
    }

    async fn get(&self, key: &ObjectKey) -> Result<Option<StoredObject>> {
        let (files, key) = (self.files.clone(), key.clone());
        blocking(WHAT, move || files.get(&key)).await
    }

    async fn link(&self, _: &ObjectKey, _: Duration) -> Result<Option<String>> {
        Ok(None)
    }

    async fn delete(&self, key: &ObjectKey) -> Result<bool> {
        let (owned, key) = (self.owned.clone(), key.clone());
        blocking(WHAT, move || owned.change(|mark| mark.check_open(WHAT), |files| files.delete(&key))).await
    }

    async fn list(&self, prefix: &str, after: Option<&ObjectKey>, limit: u32) -> Result<Vec<ObjectInfo>> {
        let (files, prefix, after) = (self.files.clone(), prefix.to_owned(), after.cloned());
        blocking(WHAT, move || {
            let mut found = Vec::new();
            files.walk(&prefix, after.as_ref(), &mut |key, header, size_bytes| {
                if !header.deleted && found.len() < limit as usize {
                    found.push(ObjectInfo { key, size_bytes });
                }
                found.len() < limit as usize
            })?;
            Ok(found)
        })
        .await
    }

    async fn write(
        &self,
        collection: ProjectionName,
        generation: Generation,
        writes: Vec<ObjectWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let check = |mut write: ObjectWrite| {
            write.content = write.content.map(checked).transpose()?;
            Ok(write)
        };
        let writes = writes.into_iter().map(check).collect::<Result<Vec<_>>>()?;
        let target = self.generations.get(collection, generation)?;
        if writes.is_empty() && target.ahead().keep(checkpoint) {
            return Ok(());
        }
        blocking(WHAT, move || target.write(&writes, checkpoint)).await
    }

    async fn get_derived(&self, collection: ProjectionName, key: &ObjectKey) -> Result<Option<StoredObject>> {
        let live = self.generations.read(collection)?;
        let key = key.clone();
        blocking(WHAT, move || live.files().get(&key)).await
    }

    async fn link_derived(
        &self,
        collection: ProjectionName,
        _: &ObjectKey,
        _: Duration,
    ) -> Result<Option<String>> {
        self.generations.read(collection).map(|_| None)
    }

    async fn scan(
        &self,
        collection: ProjectionName,
        after: Option<&ObjectKey>,
        limit: u32,
    ) -> Result<Vec<(ObjectKey, String)>> {
        let live = self.generations.read(collection)?;
        let after = after.cloned();
        blocking(WHAT, move || {
            let mut found = Vec::new();
            live.files().walk("", after.as_ref(), &mut |key, header, _| {
                if !header.deleted && found.len() < limit as usize {
                    found.push((key, header.etag));
                }
                found.len() < limit as usize
            })?;
            Ok(found)
        })
        .await
    }

    fn owned(&self) -> Arc<dyn Owned> {
        self.owned.clone()
    }
}
