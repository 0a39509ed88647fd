//! A body on its way to who writes it, in batches: handing over costs as much as writing a piece. It is hashed on the way, so
//! that one processor hashes while another writes.

use std::pin::{Pin, pin};
use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::digest::{Digests, Hashed};

/// How long a body may bring nothing.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes of a batch.
const BATCH: usize = 512 * 1024;
/// Bytes of all bodies' batches, of which each has two: one comes while the other is written. One of fifty has a single
/// piece in its batch.
const BATCHES: usize = 3 * 1024 * 1024;

/// Bytes that are still read of a body of which no more can be kept, and for how long.
const PASSED_OVER: usize = 32 * 1024 * 1024;
const PASSED_OVER_WITHIN: Duration = Duration::from_secs(10);

/// What comes of a body.
pub enum Part {
    /// Pieces, and what the upload hashes to with them.
    Batch(Vec<Bytes>, Hashed),
    /// It ended as it should, and is what it was said to be or is not. Without this it was cut.
    End { fits: bool },
}

/// The bodies that come in now. Clones are the same.
#[derive(Clone, Default)]
pub struct Bodies(TaskTracker);

impl Bodies {
    /// Where a body is handed over, and taken.
    pub fn channel() -> (mpsc::Sender<Part>, mpsc::Receiver<Part>) {
        mpsc::channel(1)
    }

    /// Hashes and hands on what comes of a body. Answers whether it ended as it should.
    pub async fn feed(
        &self,
        body: Body,
        mut digests: Digests,
        give: mpsc::Sender<Part>,
        cut: &CancellationToken,
    ) -> bool {
        let _one_more = self.0.token();
        let mut body = pin!(body);
        while let Ok(place) = give.reserve().await {
            let most = BATCH.min(BATCHES / 2 / self.0.len());
            let (batch, came) = collect(body.as_mut(), &mut digests, most, cut).await;
            place.send(Part::Batch(batch, digests.hashed.clone()));
            match came {
                Came::More => {}
                Came::Cut => return false,
                Came::All => {
                    // Who writes may have failed by now, and says why.
                    let _ = give.send(Part::End { fits: digests.fits() }).await;
                    return true;
                }
            }
        }
        pass_over(body).await;
        true
    }
}

/// Reads what can't be kept. Why that is, who sends hears once they have sent: a connection that is closed before that tells
/// them nothing.
pub async fn pass_over(mut body: Pin<&mut Body>) {
    let reading = async {
        let mut bytes = 0;
        while bytes < PASSED_OVER
            && let Some(Ok(frame)) = body.frame().await
        {
            bytes += frame.into_data().map_or(0, |piece| piece.len());
        }
    };
    let _ = timeout(PASSED_OVER_WITHIN, reading).await;
}

/// How far a body has come.
enum Came {
    More,
    All,
    Cut,
}

/// The next so many bytes, and fewer where it ends.
async fn collect(
    mut body: Pin<&mut Body>,
    digests: &mut Digests,
    most: usize,
    cut: &CancellationToken,
) -> (Vec<Bytes>, Came) {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while bytes < most {
        let frame = tokio::select! {
            () = cut.cancelled() => return (batch, Came::Cut),
            frame = timeout(PATIENCE, body.frame()) => frame,
        };
        match frame {
            Ok(Some(Ok(frame))) => {
                // Trailers say nothing here.
                let piece = frame.into_data().unwrap_or_default();
                bytes += piece.len();
                digests.update(&piece);
                batch.push(piece);
            }
            Ok(None) => return (batch, Came::All),
            Ok(Some(Err(_))) | Err(_) => return (batch, Came::Cut),
        }
    }
    (batch, Came::More)
}
