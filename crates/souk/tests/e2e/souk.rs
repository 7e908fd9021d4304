//! A souk with the catalogue that ships with it: commands that may fail, and a server to ask, one answer at a time.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use reqwest::{Method, Response};
use serde_json::Value;
use tempfile::TempDir;

use crate::{client, process, profile};

pub(crate) struct Souk {
    folder: TempDir,
    /// Where its roles are, when they are not in the folder.
    settings: Vec<(&'static str, String)>,
    /// How long its log is and has to stay.
    stays_at: Option<u64>,
}

/// What a command said and how it ended.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {} {}", self.out, self.err))
    }

    /// The problem document on standard error.
    pub(crate) fn problem(&self) -> Value {
        let last = self.err.lines().last().unwrap_or_default();
        serde_json::from_str(last).unwrap_or_else(|error| panic!("{error}: {}", self.err))
    }
}

impl Souk {
    pub(crate) fn empty() -> Self {
        Self { folder: TempDir::new().unwrap(), settings: profile::settings(), stays_at: None }
    }

    /// With the catalogue that ships with souk. It is loaded once and copied for each test, where it lies in files.
    pub(crate) fn loaded() -> Self {
        if !profile::is_embedded() {
            return Self::empty().load();
        }
        static TEMPLATE: OnceLock<Souk> = OnceLock::new();
        let template = TEMPLATE.get_or_init(|| Self::empty().load());
        let souk = Souk::empty();
        process::copy_all(&template.data(), &souk.data());
        souk
    }

    /// The same for a test that asks and is refused, and changes nothing: where nothing of the shop lies in files, one
    /// is loaded for all of them, and whoever writes something fails at the end, wherever the shop lies.
    pub(crate) fn to_read() -> Self {
        static SHOP: OnceLock<(Souk, u64)> = OnceLock::new();
        let (shop, head) = SHOP.get_or_init(|| {
            let shop = Self::loaded();
            let head = shop.head();
            (shop, head)
        });
        let mut souk = if profile::is_on_servers_alone() {
            Self { folder: TempDir::new().unwrap(), settings: shop.settings.clone(), stays_at: None }
        } else {
            Self::loaded()
        };
        souk.stays_at = Some(*head);
        souk
    }

    fn head(&self) -> u64 {
        self.json(&["status"])["head"]["position"].as_u64().unwrap()
    }

    fn load(self) -> Self {
        let said = self.run(&["load", "all"]);
        assert_eq!(said.code, 0, "{}", said.err);
        self
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("souk-data")
    }

    /// Deletes what a projection has derived, where it lies in files.
    pub(crate) fn lose(&self, role: &str, projection: &str) {
        let derived = self.data().join(role).join(projection);
        if derived.exists() || profile::is_embedded() {
            std::fs::remove_dir_all(derived).unwrap();
        }
    }

    /// Lets what is derived in the cache fall behind for a moment, where the cache is a Redis: its writes wait.
    pub(crate) fn hold_the_cache(&self) {
        let Some((_, url)) = self.settings.iter().find(|(name, _)| *name == "SOUK_CACHE") else { return };
        let address = url.strip_prefix("redis://").unwrap().split(['?', '/']).next().unwrap();
        let mut redis = TcpStream::connect(address).unwrap();
        redis.write_all(b"CLIENT PAUSE 100 WRITE\r\n").unwrap();
        let mut said = [0; 5];
        redis.read_exact(&mut said).unwrap();
        assert_eq!(&said, b"+OK\r\n");
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_souk"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        // What the person who runs the tests has set is no part of them.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SOUK_") {
                command.env_remove(name);
            }
        }
        // Drawing 680 pictures and computing as many embeddings take long, and few tests look at one: those say so.
        command
            .env("SOUK_MEDIA_DRAW", "false")
            .env("SOUK_EMBEDDER", "minilm://no-weights")
            .env("SOUK_MODEL_FETCH", "false")
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        // Four shops at once share the cores with eight servers, three of which have just begun: what follows the log may
        // take longer than a shop waits.
        if !profile::is_embedded() {
            command.env("SOUK_SERVER_READ_YOUR_WRITES_MS", "25000");
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(arguments).output().unwrap())
    }

    /// Runs a command that must end well, and reads the JSON it prints.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let said = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(said.code, 0, "{arguments:?}: {}", said.err);
        said.json()
    }

    pub(crate) fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    pub(crate) fn serve_with(&self, environment: &[(&str, &str)]) -> Server {
        let mut command = self.command(&["serve"]);
        command.envs(environment.iter().copied());
        let process = process::Server::start(command, &self.folder().join("server.log"));
        let base = process.api.trim_end_matches("/api/v1").to_owned();
        Server { process, base, client: client::http() }
    }
}

impl Drop for Souk {
    fn drop(&mut self) {
        if let Some(head) = self.stays_at
            && !std::thread::panicking()
        {
            assert_eq!(self.head(), head, "what is there to be read was written to");
        }
    }
}

fn said(output: Output) -> Said {
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A running server; it is killed when the test ends.
pub(crate) struct Server {
    process: process::Server,
    pub(crate) base: String,
    client: reqwest::Client,
}

/// An answer, read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: String,
    pub(crate) position: Option<String>,
    pub(crate) stale: bool,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The answer is a problem document with this status and code.
    pub(crate) fn is_problem(&self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.kind.as_str()), (status, "application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{self:?}");
        assert_eq!(problem["status"], status, "{self:?}");
        problem
    }

    pub(crate) fn ok(&self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.json()
    }
}

impl Server {
    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.client.request(Method::from_bytes(method.as_bytes()).unwrap(), format!("{}{path}", self.base))
    }

    /// Sends a request, as `U001` where `user` says so.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        user: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let mut request = self.request(method, path);
        if let Some(user) = user {
            request = request.header("X-User-Id", user);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        read(request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None, None).await
    }

    /// Waits until every role serves: on servers that have just started, the first answers take their time.
    pub(crate) async fn ready(&self) -> Value {
        let until = Instant::now() + process::PATIENCE;
        loop {
            let ready = self.get("/health/ready").await.ok();
            if ready["status"] == "ready" {
                return ready;
            }
            assert!(Instant::now() < until, "{ready}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What a page shows to whoever brings the position of a command's answer.
    pub(crate) async fn get_after(&self, command: &Answer, path: &str) -> Answer {
        let position = command.position.as_deref().expect("a command's answer has a position");
        read(self.request("GET", path).header("Souk-Position", position).send().await.unwrap()).await
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        self.base.split_once("://").unwrap().1
    }

    pub(crate) fn resident_bytes(&self) -> Option<u64> {
        self.process.resident_bytes()
    }

    /// Asks the process to stop, and waits until it has, and well.
    pub(crate) fn stop(self) {
        self.process.stop();
    }
}

pub(crate) async fn read(response: Response) -> Answer {
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    Answer {
        status: response.status().as_u16(),
        kind: header("content-type").unwrap_or_default(),
        position: header("souk-position"),
        stale: header("souk-stale").is_some(),
        body: response.text().await.unwrap(),
    }
}
