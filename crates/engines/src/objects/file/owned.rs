//! What is owned in the folder: its objects as records, and the mark that every write looks at.
//!
//! The mark lies beside the objects. Whoever writes one holds a shared lock meanwhile, and whoever sets the mark holds it
//! alone; so it holds for every process.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use souk_ports::moving::{Mark, Owned, Record, Room};
use souk_ports::objects::{Object, ObjectKey};
use souk_ports::{Error, Result};
use uuid::Uuid;

use super::WHAT;
use super::files::{Files, failed, sync};
use super::header::Header;
use crate::local::sqlite::blocking;
use crate::objects::content::checked;
use crate::objects::owned::{OBJECTS, key, object, record};

/// How long to wait for another process that writes.
const TURN: Duration = Duration::from_secs(10);

#[derive(Clone)]
pub(super) struct OwnedObjects {
    folder: PathBuf,
    files: Arc<Files>,
}

#[derive(Clone, Copy)]
enum Turn {
    WithOthers,
    Alone,
}

impl OwnedObjects {
    pub(super) fn new(folder: &Path, files: Arc<Files>) -> Self {
        Self { folder: folder.to_owned(), files }
    }

    /// Changes something, unless the mark forbids it. It blocks.
    pub(super) fn change<T>(
        &self,
        may: impl FnOnce(&Mark) -> Result<()>,
        change: impl FnOnce(&Files) -> Result<T>,
    ) -> Result<T> {
        let _turn = self.turn(Turn::WithOthers).map_err(failed)?;
        may(&self.read_mark()?)?;
        change(&self.files)
    }

    fn turn(&self, turn: Turn) -> io::Result<File> {
        let path = self.folder.join("mark.lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        let since = Instant::now();
        loop {
            let tried = match turn {
                Turn::WithOthers => file.try_lock_shared(),
                Turn::Alone => file.try_lock(),
            };
            match tried {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) if since.elapsed() < TURN => {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err(TryLockError::WouldBlock) => return Err(ErrorKind::TimedOut.into()),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }

    fn read_mark(&self) -> Result<Mark> {
        match fs::read_to_string(self.folder.join("mark")) {
            Ok(text) => Mark::of_text(&text),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Mark::default()),
            Err(error) => Err(failed(error)),
        }
    }

    fn write_mark(&self, mark: &Mark) -> io::Result<()> {
        let unfinished = self.folder.join("mark.new");
        let mut file = File::create(&unfinished)?;
        file.write_all(mark.text().as_bytes())?;
        file.sync_all()?;
        fs::rename(&unfinished, self.folder.join("mark"))?;
        sync(&self.folder)
    }

    fn keys(&self, after: Option<&ObjectKey>, limit: usize) -> Result<Vec<ObjectKey>> {
        let mut found = Vec::new();
        self.files.walk("", after, &mut |key, _, _| {
            found.push(key);
            found.len() < limit
        })?;
        Ok(found)
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let this = self.clone();
        blocking(WHAT, move || work(&this)).await
    }
}

#[async_trait]
impl Owned for OwnedObjects {
    fn collections(&self) -> Vec<&'static str> {
        vec![OBJECTS]
    }

    async fn is_empty(&self) -> Result<bool> {
        self.blocking(|this| Ok(this.keys(None, 1)?.is_empty())).await
    }

    async fn count(&self, _: &str) -> Result<u64> {
        self.blocking(|this| Ok(this.keys(None, usize::MAX)?.len() as u64)).await
    }

    async fn page(&self, _: &str, after: Option<&str>, room: Room) -> Result<Vec<Record>> {
        let after = after.map(key).transpose()?;
        self.blocking(move |this| {
            let (mut records, mut bytes) = (Vec::new(), 0);
            for key in this.keys(after.as_ref(), room.records)? {
                // Deleted meanwhile.
                let Some(stored) = this.files.get(&key)? else { continue };
                let record = record(&key, stored)?;
                bytes += record.size_bytes();
                records.push(record);
                if bytes >= room.bytes {
                    break;
                }
            }
            Ok(records)
        })
        .await
    }

    async fn put(&self, by: Uuid, _: &str, records: Vec<Record>) -> Result<()> {
        self.blocking(move |this| {
            let objects = records.into_iter().map(|record| {
                let (key, unchecked) = object(record)?;
                Ok((key, checked(unchecked)?))
            });
            let objects = objects.collect::<Result<Vec<(ObjectKey, Object)>>>()?;
            this.change(
                |mark| mark.check_arriving(WHAT, by),
                |files| {
                    objects
                        .iter()
                        .try_for_each(|(key, object)| files.put(key, &Header::of(object, 0), &object.bytes))
                },
            )
        })
        .await
    }

    async fn mark(&self) -> Result<Mark> {
        self.blocking(|this| this.read_mark()).await
    }

    async fn set_mark(&self, seen: &Mark, next: &Mark) -> Result<()> {
        let (seen, next) = (seen.clone(), next.clone());
        self.blocking(move |this| {
            let _turn = this.turn(Turn::Alone).map_err(failed)?;
            if this.read_mark()? != seen {
                return Err(Error::Conflict { what: format!("the mark of {WHAT}") });
            }
            this.write_mark(&next).map_err(failed)
        })
        .await
    }
}
