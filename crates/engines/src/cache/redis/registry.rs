//! Records of generations, one hash of Redis each, in the slot of the generation that they tell of.

use async_trait::async_trait;
use souk_ports::derived::{Generation, ProjectionName};
use souk_ports::{Error, Result};

use super::counts;
use super::link::{Answer, Link};
use super::lua::lua;
use super::mark;
use crate::remote::generations::{Record, Registry};

lua!(WRITE, "write_record.lua");
lua!(REMOVE, "remove_record.lua");
lua!(CREATE, "create_place.lua");
lua!(CLEAR, "clear_place.lua");

pub(super) struct Records {
    pub(super) link: Link,
    pub(super) prefix: String,
}

impl Records {
    fn key(&self, key: &str) -> String {
        format!("{}:derived:{{{key}}}:record", self.prefix)
    }

    fn of(&self, projection: ProjectionName, generation: Generation) -> String {
        self.key(&format!("{projection}.{}", generation.0))
    }
}

#[async_trait]
impl Registry for Records {
    async fn read(&self, key: &str) -> Result<Option<Record>> {
        let mut command = redis::cmd("HMGET");
        command.arg(self.key(key)).arg("revision").arg("text");
        let (revision, text): (Option<u64>, Option<String>) = self.link.read(&command).await?;
        Ok(revision.zip(text).map(|(revision, text)| Record { revision, text }))
    }

    async fn write(&self, key: &str, seen: u64, text: &str) -> Result<bool> {
        let arguments = [seen.to_string(), (seen + 1).to_string(), mark(), text.to_owned()];
        let answer: Answer<bool> = self.link.run(&WRITE, &[self.key(key)], &arguments).await?;
        if !answer.said && answer.repeated {
            // Another may have written after a first try that nobody answered.
            return Err(Error::Unavailable { what: self.link.what().to_owned(), source: None });
        }
        Ok(answer.said)
    }

    async fn remove(&self, key: &str, seen: u64) -> Result<bool> {
        let answer: Answer<i64> = self.link.run(&REMOVE, &[self.key(key)], &[seen.to_string()]).await?;
        Ok(answer.said == 1 || answer.said == -1 && answer.repeated)
    }

    async fn create(&self, projection: ProjectionName, generation: Generation) -> Result<()> {
        let [counts, _] = counts::keys(&self.prefix, projection, generation);
        let keys = [self.of(projection, generation), counts];
        self.link.run::<()>(&CREATE, &keys, &[]).await.map(drop)
    }

    async fn clear(&self, projection: ProjectionName, generation: Generation) -> Result<()> {
        let [counts, ids] = counts::keys(&self.prefix, projection, generation);
        let keys = [self.of(projection, generation), counts, ids];
        self.link.run::<()>(&CLEAR, &keys, &[]).await.map(drop)
    }
}
