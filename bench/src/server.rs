//! A server as a process of its own, ended when it is dropped.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::Context;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    _process: Child,
}

/// The souk that was built beside this program.
pub(crate) fn souk() -> anyhow::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("souk"))
}

/// Where a shop's roles are kept, as variables of the environment.
pub(crate) type Settings = Vec<(&'static str, String)>;

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
        let mut command = Command::new(souk()?);
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
    pub(crate) async fn start(mut command: Command) -> anyhow::Result<Self> {
        let mut process = command.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let output = process.stdout.take().context("no output")?;
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next_line().await? {
            let said: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            if let Some(address) = said["address"].as_str() {
                let address = address.trim_start_matches("http://").parse()?;
                return Ok(Self { address, _process: process });
            }
        }
        anyhow::bail!("the server ended without an address")
    }
}
