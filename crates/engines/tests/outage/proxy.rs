//! Stands between an engine and its server, and can fail in its place.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Carries,
    /// Takes connections, and is silent.
    Frozen,
    /// Closes every connection at once.
    Gone,
}

pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    mode: Arc<watch::Sender<Mode>>,
}

impl Proxy {
    pub(crate) async fn start(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let (mode, server) = (Arc::new(watch::Sender::new(Mode::Carries)), server.to_owned());
        let modes = mode.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server.clone(), modes.subscribe()));
            }
        });
        Self { address, mode }
    }

    pub(crate) fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }
}

/// Ends with the connection, or when the server is gone. What was on its way when it froze is lost.
async fn carry(mut client: TcpStream, server: String, mut mode: watch::Receiver<Mode>) {
    if *mode.borrow() == Mode::Gone {
        return;
    }
    let Ok(mut upstream) = TcpStream::connect(server).await else { return };
    loop {
        let now = *mode.borrow_and_update();
        tokio::select! {
            _ = copy_bidirectional(&mut client, &mut upstream), if now == Mode::Carries => return,
            changed = mode.changed() => if changed.is_err() { return },
        }
        if *mode.borrow() == Mode::Gone {
            return;
        }
    }
}
