//! A person's way to the server, which can be cut, slow, or silent as a mobile network's is that has forgotten a connection.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How long each piece of data takes on a slow way.
const DELAY: Duration = Duration::from_millis(200);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Open,
    /// Connections end, and none is made.
    Cut,
    Slow,
    /// Nothing comes through and nobody hears that it does not; what was under way then is lost with its connection.
    Silent,
}

pub struct Link {
    pub address: SocketAddr,
    way: watch::Sender<Way>,
}

impl Link {
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (way, watched) = watch::channel(Way::Open);
        tokio::spawn(async move {
            loop {
                let (near, _) = listener.accept().await.unwrap();
                let watched = watched.clone();
                tokio::spawn(async move {
                    if *watched.borrow() != Way::Cut
                        && let Ok(far) = TcpStream::connect(server).await
                    {
                        join(near, far, watched).await;
                    }
                });
            }
        });
        Self { address, way }
    }

    pub fn is(&self, way: Way) {
        self.way.send_replace(way);
    }
}

/// Carries both directions until one ends.
async fn join(near: TcpStream, far: TcpStream, way: watch::Receiver<Way>) {
    let ((from_near, to_near), (from_far, to_far)) = (near.into_split(), far.into_split());
    let ended = CancellationToken::new();
    let up = carry(from_near, to_far, way.clone(), ended.clone());
    let down = carry(from_far, to_near, way, ended);
    tokio::join!(up, down);
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut way: watch::Receiver<Way>,
    ended: CancellationToken,
) {
    let mut buffer = vec![0; 16 * 1024];
    let carrying = async {
        loop {
            let read = tokio::select! {
                read = from.read(&mut buffer) => read.unwrap_or(0),
                _ = way.wait_for(|way| matches!(way, Way::Cut | Way::Silent)) => 0,
            };
            let now = *way.borrow_and_update();
            match now {
                Way::Silent => {
                    // The ends go on believing in it.
                    let _ = way.wait_for(|way| *way != Way::Silent).await;
                    return;
                }
                Way::Slow => tokio::time::sleep(DELAY).await,
                Way::Open | Way::Cut => {}
            }
            if read == 0 || to.write_all(&buffer[..read]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = carrying => {}
        () = ended.cancelled() => {}
    }
    ended.cancel();
}
