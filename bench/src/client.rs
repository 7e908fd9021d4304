//! A lean HTTP client: one connection, one request at a time. It shares the cores with the server it measures, so it
//! reads no more of an answer than it must.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 << 10) })
    }

    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<Answer<'_>> {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: souk\r\n\r\n").as_bytes()).await
    }

    pub(crate) async fn json(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> anyhow::Result<Answer<'_>> {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: souk\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n{headers}\r\n{body}"
        );
        self.send(request.as_bytes()).await
    }

    pub(crate) async fn send(&mut self, request: &[u8]) -> anyhow::Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            self.fill().await?;
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = std::str::from_utf8(&self.buffer[..head])?;
        let status = text.get(9..12).context("no status")?.parse()?;
        let at = text.find("content-length: ").context("no content-length")? + "content-length: ".len();
        let length: usize = text[at..].split("\r\n").next().unwrap_or_default().parse()?;
        while self.buffer.len() < head + length {
            self.fill().await?;
        }
        Ok(Answer { status, body: &self.buffer[head..head + length] })
    }

    async fn fill(&mut self) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.stream.read_buf(&mut self.buffer).await? > 0,
            "the server closed the connection"
        );
        Ok(())
    }
}

pub(crate) fn find(text: &[u8], pattern: &[u8]) -> Option<usize> {
    text.windows(pattern.len()).position(|window| window == pattern)
}

/// Gets paths over `connections` connections at once until `time` is over; returns the latencies in milliseconds and
/// the seconds it took.
pub(crate) async fn hammer(
    address: SocketAddr,
    connections: usize,
    time: Duration,
    path: impl Fn(usize) -> String + Send + Sync + 'static,
) -> anyhow::Result<(Vec<f64>, f64)> {
    let path = Arc::new(path);
    let over = Arc::new(AtomicBool::new(false));
    let begin = Instant::now();
    let tasks: Vec<_> = (0..connections)
        .map(|connection| {
            let (path, over) = (path.clone(), over.clone());
            tokio::spawn(async move {
                let mut client = Client::connect(address).await?;
                let mut latencies = Vec::new();
                let mut at = connection;
                while !over.load(Ordering::Relaxed) {
                    let path = path(at);
                    at += connections;
                    let sent = Instant::now();
                    let answer = client.get(&path).await?;
                    anyhow::ensure!(answer.status == 200, "{} for {path}", answer.status);
                    latencies.push(sent.elapsed().as_secs_f64() * 1e3);
                }
                Ok(latencies)
            })
        })
        .collect();
    tokio::time::sleep(time).await;
    over.store(true, Ordering::Relaxed);
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    Ok((latencies, begin.elapsed().as_secs_f64()))
}
