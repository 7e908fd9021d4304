//! A server as a process of its own, ended when it is dropped.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::Context;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) process: Process,
}

/// A program that goes on until it is dropped.
pub(crate) struct Process(Child);

impl Process {
    /// Returns when it has printed a line of JSON that holds this field, with its value.
    pub(crate) async fn start(mut command: Command, field: &str) -> anyhow::Result<(Self, Value)> {
        let mut process = command.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let output = process.stdout.take().context("no output")?;
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next_line().await? {
            let mut said: Value = serde_json::from_str(&line).unwrap_or_default();
            if !said[field].is_null() {
                return Ok((Self(process), said[field].take()));
            }
        }
        anyhow::bail!("the program ended without saying `{field}`")
    }

    /// The time that it has had on all cores together, in user space and in the kernel; to 10 ms.
    pub(crate) fn cpu_s(&self) -> anyhow::Result<f64> {
        /// Of a core, as the kernel counts them for `/proc`.
        const TICKS_PER_S: f64 = 100.0;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id().context("it has ended")?))?;
        // The name in parentheses may hold anything; the times are the 14th and 15th field of all.
        let (_, fields) = stat.rsplit_once(')').context("not as the kernel writes it")?;
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
        Ok(ticks.sum::<Result<f64, _>>()? / TICKS_PER_S)
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        let id = self.0.id().context("it has ended")?.to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status().await?;
        anyhow::ensure!(told.success(), "it cannot be told to stop");
        let ended = self.0.wait().await?;
        anyhow::ensure!(ended.success(), "it ended with {ended}");
        Ok(())
    }
}

/// The souk that was built beside this program.
pub(crate) fn souk() -> anyhow::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("souk"))
}

/// Where a shop's roles are kept, as variables of the environment.
pub(crate) type Settings = Vec<(&'static str, String)>;

/// Neither pictures nor embeddings: they are made once, and of 100,000 products for an hour.
pub(crate) fn without_models() -> Settings {
    vec![
        ("SOUK_MEDIA_DRAW", "false".to_owned()),
        ("SOUK_EMBEDDER", "minilm://no-weights".to_owned()),
        ("SOUK_MODEL_FETCH", "false".to_owned()),
        ("SOUK_LOG_LEVEL", "error".to_owned()),
    ]
}

/// Runs a souk command to its end.
pub(crate) async fn run(data: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    run_on(data, &[], arguments).await
}

pub(crate) async fn run_on(
    data: &Path,
    settings: &[(&'static str, String)],
    arguments: &[&str],
) -> anyhow::Result<()> {
    let status = Command::new(souk()?)
        .envs(settings.iter().cloned())
        .arg("--data")
        .arg(data)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await?;
    anyhow::ensure!(status.success(), "souk {} ended with {status}", arguments.join(" "));
    Ok(())
}

impl Server {
    pub(crate) async fn souk(data: &Path) -> anyhow::Result<Self> {
        Self::souk_on(data, &[]).await
    }

    pub(crate) async fn souk_on(data: &Path, settings: &[(&'static str, String)]) -> anyhow::Result<Self> {
        Self::of(&souk()?, data, settings).await
    }

    /// Of a certain build.
    pub(crate) async fn of(
        souk: &Path,
        data: &Path,
        settings: &[(&'static str, String)],
    ) -> anyhow::Result<Self> {
        let mut command = Command::new(souk);
        command.envs(settings.iter().cloned());
        command.arg("--data").arg(data).args(["--json", "serve", "--listen", "127.0.0.1:0"]);
        Self::start(command).await
    }

    pub(crate) async fn bare(bytes: usize) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args([crate::bare_http::COMMAND, &bytes.to_string()]);
        Self::start(command).await
    }

    /// The process prints `{"address":"http://…"}` when it serves.
    pub(crate) async fn start(command: Command) -> anyhow::Result<Self> {
        let (process, address) = Process::start(command, "address").await?;
        let address = address.as_str().context("no address")?.trim_start_matches("http://").parse()?;
        Ok(Self { address, process })
    }
}
