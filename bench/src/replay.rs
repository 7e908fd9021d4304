//! What a driver sends over HTTP, kept by a proxy in between, so that the same can be sent without it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Requests as they were sent, in turn.
pub(crate) struct Recorder {
    pub(crate) address: SocketAddr,
    sent: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Recorder {
    /// Passes everything on to `server`.
    pub(crate) async fn before(server: String) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let sent = Arc::new(Mutex::new(Vec::new()));
        let all = sent.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, server.clone(), all.clone()));
            }
        });
        Ok(Self { address, sent })
    }

    /// What was sent since the last time.
    pub(crate) fn take(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.sent.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn pass(mut client: TcpStream, server: String, all: Arc<Mutex<Vec<Vec<u8>>>>) -> anyhow::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let (mut requests, mut answers) = (vec![0; 64 << 10], vec![0; 64 << 10]);
    let mut request = Vec::new();
    loop {
        tokio::select! {
            read = client.read(&mut requests) => {
                let read = &requests[..read?];
                anyhow::ensure!(!read.is_empty(), "the client is done");
                request.extend_from_slice(read);
                if is_whole(&request) {
                    let request = std::mem::take(&mut request);
                    all.lock().unwrap_or_else(PoisonError::into_inner).push(request);
                }
                server.write_all(read).await?;
            }
            read = server.read(&mut answers) => {
                let read = read?;
                anyhow::ensure!(read > 0, "the server is done");
                client.write_all(&answers[..read]).await?;
            }
        }
    }
}

/// Whether its head and its body are there; one request at a time is under way on a connection.
fn is_whole(request: &[u8]) -> bool {
    let Some(head) = request.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let text = String::from_utf8_lossy(&request[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
    request.len() >= head + 4 + length.unwrap_or(0)
}
