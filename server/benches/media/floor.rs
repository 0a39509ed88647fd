//! The floors: axum with a file under each path, streamed in and out. What is brought is on the disk before it is
//! answered for, as in Kith; one of them hashes it too, which Kith has to, for its files are named after that.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt;
use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_util::io::ReaderStream;

use crate::common::process::Process;

/// This program with this argument and a folder is such a server; with [`HASHING`] after them, one that hashes.
pub const ARGUMENT: &str = "serve-floor";
const HASHING: &str = "hashing";
/// Bytes read from a file at once, as in Kith. Of itself the stream takes 4 KiB, and is slower.
const CHUNK: usize = 64 * 1024;

pub fn start(folder: &Path, hashing: bool) -> Result<Process> {
    let mut command = Command::new(env::current_exe()?);
    command.arg(ARGUMENT).arg(folder).args(hashing.then_some(HASHING));
    Process::start(command)
}

struct Floor {
    folder: PathBuf,
    hashing: bool,
}

impl Floor {
    fn path(&self, uri: &Uri) -> PathBuf {
        self.folder.join(uri.path().trim_start_matches('/'))
    }
}

/// With what stands behind [`ARGUMENT`].
pub fn serve(mut arguments: impl Iterator<Item = String>) -> Result<()> {
    let folder = PathBuf::from(arguments.next().unwrap_or_default());
    let floor = Floor { folder, hashing: arguments.next().as_deref() == Some(HASHING) };
    tokio::runtime::Runtime::new()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("ready at http://{}", listener.local_addr()?);
        // As in Kith.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let router = Router::new().route("/{name}", get(give).put(take)).with_state(Arc::new(floor));
        Ok(axum::serve(listener, router).await?)
    })
}

async fn take(State(floor): State<Arc<Floor>>, uri: Uri, body: Body) -> Result<Response, Failed> {
    let mut file = File::create(floor.path(&uri)).await?;
    let mut hash = floor.hashing.then(Sha256::new);
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        let part = part.map_err(io::Error::other)?;
        if let Some(hash) = &mut hash {
            hash.update(&part);
        }
        file.write_all(&part).await?;
    }
    file.sync_all().await?;
    let tag = hash.map(|hash| format!("{:?}", hash.finalize())).unwrap_or_default();
    Ok((StatusCode::NO_CONTENT, [(header::ETAG, tag)]).into_response())
}

async fn give(State(floor): State<Arc<Floor>>, uri: Uri) -> Result<Response, Failed> {
    let file = File::open(floor.path(&uri)).await?;
    let length = file.metadata().await?.len();
    let body = Body::from_stream(ReaderStream::with_capacity(file, CHUNK));
    Ok(([(header::CONTENT_LENGTH, length)], body).into_response())
}

struct Failed(io::Error);

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.0.to_string()).into_response()
    }
}
