//! The real `souk` program on a data folder of its own: commands that end by themselves, and servers that are ended.
//!
//! Every process runs in the test's own folder, without the settings of whoever runs the tests. A server ends with the
//! value that stands for it, so a test that fails leaves none behind.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::profile;

/// How long anything may take that should take a moment: only to end a test that would hang.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How often something is tried that chance decides: before a change lands, and, with `SOUK_TEST_FULL=1`, before a release.
pub(crate) fn times(few: u32, full: u32) -> u32 {
    if std::env::var("SOUK_TEST_FULL").is_ok_and(|value| value == "1") { full } else { few }
}

/// A folder with `data/` in it, removed in the end. Pictures are not drawn and nothing is embedded in it, because both
/// take long; [`Folder::with_every_role`] does both.
pub(crate) struct Folder {
    folder: TempDir,
    every_role: bool,
    /// Variables of every process, beside those of this module.
    settings: Vec<(&'static str, String)>,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder for the test"),
            every_role: false,
            settings: profile::settings(),
        }
    }

    /// The small catalogue with everything that is told of it, pictures and embeddings.
    pub(crate) fn with_every_role() -> Self {
        let folder = Self { every_role: true, ..Self::new() };
        folder.write_catalogue(1_000);
        let told = [
            (
                "reviews.json",
                r#"[{"external_id":"R1","user_id":"U1","product_id":"P1","rating":5,"title":"Round","content":"As told.",
                "created_at":"2025-03-01T10:00:00Z","comments":[{"user_id":"U2","content":"Mine too.",
                "created_at":"2025-03-02T10:00:00Z","comments":[]}]}]"#,
            ),
            (
                "specifications.json",
                r#"[{"product_id":"P1","specifications":[{"name":"Width","value":"12","unit":"cm"}]}]"#,
            ),
            (
                "profiles.json",
                r#"[{"seller_id":"S1","story":"Two turners.","techniques":["turning"],
                "portfolio":[{"title":"A trunk","description":"Out of one piece.","year":2024}]},
                {"user_id":"U1","about":"Bowls.","interests":["bowls"],"sizes":[],"newsletter":true}]"#,
            ),
        ];
        for (name, text) in told {
            std::fs::write(folder.path().join("catalogue").join(name), text).unwrap();
        }
        folder.run(&["load", "all", "--from", "catalogue", "--strict"]);
        folder
    }

    pub(crate) fn with_settings(settings: Vec<(&'static str, String)>) -> Self {
        Self { settings, ..Self::new() }
    }

    /// Servers are given the time that a shop gives them unless told otherwise; tests are more patient.
    pub(crate) fn with_usual_timeouts(mut self) -> Self {
        for (_, url) in &mut self.settings {
            if let Some((base, options)) = url.split_once('?') {
                let usual = options.split('&').filter(|option| !option.starts_with("timeout_ms="));
                *url = format!("{base}?{}", usual.collect::<Vec<_>>().join("&"));
            }
        }
        self
    }

    /// With a catalogue of two products: `P1`, of which there are `stock`, and `P2`, of which there are a million.
    pub(crate) fn with_small_catalogue(stock: u32) -> Self {
        let folder = Self::new();
        folder.load_small_catalogue(stock);
        folder
    }

    pub(crate) fn load_small_catalogue(&self, stock: u32) {
        self.write_catalogue(stock);
        self.run(&["load", "all", "--from", "catalogue", "--strict"]);
    }

    pub(crate) fn write_catalogue(&self, stock: u32) {
        let files = self.path().join("catalogue");
        let users: String = (1..=USERS)
            .map(|n| format!("U{n},User {n},u{n}@example.com,2024-01-01,,1 Kiln Lane,,Porto,,4050-253,PT\n"))
            .collect();
        let texts = [
            (
                "users.csv",
                "id,name,email,join_date,phone,address_line1,address_line2,city,region,postal_code,country",
                users,
            ),
            ("categories.csv", "id,name,description,parent,image", "C1,Bowls,For soup.,,\n".to_owned()),
            (
                "sellers.csv",
                "id,name,rating,user_id,city,country,founded,description",
                "S1,Elm & Co,4.5,,,,,Two turners.\n".to_owned(),
            ),
            (
                "products.csv",
                "id,name,description,price,category_id,seller_id,brand,tags,is_active,materials,care,created_at",
                "P1,Ash bowl,Turned from ash.,29.90,C1,S1,Elm & Co,wood,true,ash,,2025-01-01\n\
                 P2,Elm bowl,Turned from elm.,10.00,C1,S1,Elm & Co,wood,true,elm,,2025-01-02\n"
                    .to_owned(),
            ),
            (
                "variants.csv",
                "product,size,color,sku,price_adjustment,stock",
                format!("P1,,,ASH-1,0,{stock}\nP2,,,ELM-1,0,1000000\n"),
            ),
        ];
        std::fs::create_dir(&files).unwrap();
        for (name, columns, rows) in texts {
            std::fs::write(files.join(name), format!("{columns}\n{rows}")).unwrap();
        }
    }

    /// A folder that begins with the same data. Nobody may be using this one.
    pub(crate) fn copy(&self) -> Self {
        assert!(profile::is_embedded(), "what lies on servers is not copied with its folder");
        let copy = Self::new();
        copy_all(&self.data(), &copy.data());
        copy
    }

    /// The store is a file in the folder.
    pub(crate) fn keeps_its_store(&self) -> bool {
        self.setting("SOUK_STORE").is_none()
    }

    pub(crate) fn store_url(&self) -> String {
        self.setting("SOUK_STORE").unwrap_or("sqlite://souk.db").to_owned()
    }

    fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(known, _)| *known == name).map(|(_, url)| url.as_str())
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_souk"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("SOUK_") {
                command.env_remove(name);
            }
        }
        command.current_dir(self.path()).args(["--data", "data"]).args(arguments);
        if !self.every_role {
            command
                .env("SOUK_MEDIA_DRAW", "false")
                .env("SOUK_EMBEDDER", "minilm://no-weights")
                .env("SOUK_MODEL_FETCH", "false");
        }
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command.env("SOUK_LOG_LEVEL", "warn").stdin(Stdio::null());
        command
    }

    /// What a command that must succeed prints.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let Output { status, stdout, stderr } = self.command(arguments).output().expect("souk starts");
        let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        assert!(status.success(), "souk {arguments:?} ended with {status}:\n{stdout}{stderr}");
        stdout.into_owned()
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let printed = self.run(&[arguments, &["--json"]].concat());
        serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{error} in {printed}"))
    }

    pub(crate) fn serve(&self) -> Server {
        Server::start(self.command(&["serve"]), &self.log_file())
    }

    pub(crate) fn log_file(&self) -> PathBuf {
        self.path().join("server.log")
    }

    /// What its servers have logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }
}

pub(crate) fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_all(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// How many users there are in the small catalogue, each with an address.
pub(crate) const USERS: usize = 64;

/// A process that serves, until it is dropped.
pub(crate) struct Server {
    running: Running,
    /// `http://127.0.0.1:…/api/v1`
    pub(crate) api: String,
}

impl Server {
    /// Returns when it serves. What it logs is added to a file.
    pub(crate) fn start(mut serve: Command, log: &Path) -> Self {
        serve.args(["--listen", "127.0.0.1:0"]);
        let (running, printed) = Running::start(serve, log);
        Self { running, api: format!("{}/api/v1", printed["address"].as_str().expect("an address")) }
    }

    /// The memory that the process takes right now, in bytes, where the system tells.
    pub(crate) fn resident_bytes(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.running.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
    }

    /// SIGKILL, at whatever it is doing.
    pub(crate) fn kill(self) {
        self.running.kill();
    }

    pub(crate) fn into_running(self) -> Running {
        self.running
    }

    /// SIGTERM; it must end well.
    pub(crate) fn stop(self) {
        self.running.stop();
    }
}

/// A process that goes on until it is dropped.
pub(crate) struct Running {
    child: Child,
}

impl Running {
    /// Returns when it has printed its first line, with that line. What it logs is added to a file.
    pub(crate) fn start(mut command: Command, log: &Path) -> (Self, Value) {
        let log_file = std::fs::File::options().create(true).append(true).open(log).unwrap();
        command.arg("--json").stdout(Stdio::piped()).stderr(log_file);
        let mut child = command.spawn().expect("souk starts");
        let stdout = child.stdout.take().expect("it is piped");
        let mut running = Self { child };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        match serde_json::from_str(&line) {
            Ok(printed) => (running, printed),
            Err(_) => {
                let ended = running.child.wait();
                let log = std::fs::read_to_string(log).unwrap_or_default();
                panic!("no JSON but {line:?}, {ended:?}\n{log}");
            }
        }
    }

    pub(crate) fn kill(mut self) {
        let ended_before = self.child.try_wait().expect("asking");
        assert_eq!(ended_before, None, "it ended by itself");
        self.child.kill().expect("killing");
        self.child.wait().expect("waiting");
    }

    /// SIGSTOP: it holds what it holds, and does nothing.
    pub(crate) fn freeze(&self) {
        self.signal("-STOP");
    }

    /// SIGCONT.
    pub(crate) fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let told = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(told.expect("kill starts").success());
    }

    pub(crate) fn stop(mut self) {
        self.signal("-TERM");
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            if let Some(ended) = self.child.try_wait().expect("asking") {
                assert!(ended.success(), "{ended}");
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("it does not stop");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
