//! A running server, and how files are brought to it and had from it.

use anyhow::{Result, ensure};
use kith_shared::media::tus;
use kith_shared::routes;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::common::process::Process;
use crate::common::{data, kith};
use crate::floor;
use crate::noise::Noise;
use crate::wire::Connection;

/// Which server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Stream,
    HashingStream,
    Kith,
}

pub struct Subject {
    kind: Kind,
    pub process: Process,
    /// Of who brings files, where somebody has to say who they are.
    token: String,
    _folder: TempDir,
}

/// A file as the server knows it.
pub struct Brought {
    file: Noise,
    path: String,
}

impl Brought {
    /// Bytes.
    pub fn length(&self) -> u64 {
        self.file.length
    }
}

impl Subject {
    /// Starts one with nothing in it.
    pub fn start(kind: Kind) -> Result<Self> {
        let folder = data()?;
        let (process, token) = match kind {
            Kind::Stream => (floor::start(folder.path(), false)?, String::new()),
            Kind::HashingStream => (floor::start(folder.path(), true)?, String::new()),
            Kind::Kith => {
                let process = kith::start(folder.path(), &[])?;
                let rest = kith::Rest::new(process.address())?;
                let (token, _) = Runtime::new()?.block_on(rest.person("mia"))?;
                (process, token)
            }
        };
        Ok(Self { kind, process, token, _folder: folder })
    }

    /// Brings a file, `slice` bytes with each request.
    pub fn bring(&self, file: Noise, slice: u64) -> Result<Brought> {
        let mut connection = self.connect()?;
        let path = match self.kind {
            Kind::Stream | Kind::HashingStream => put(&mut connection, file)?,
            Kind::Kith => upload(&mut connection, file, slice)?,
        };
        Ok(Brought { file, path })
    }

    /// Has a file again, and sees that it is the same.
    pub fn have(&self, Brought { file, path }: &Brought) -> Result<()> {
        let mut connection = self.connect()?;
        let (answer, body) = connection.ask(&format!("GET {path}"), &[])?;
        ensure!(answer.length()? == file.length, "{path} has {} bytes", answer.length()?);
        file.expect(body)
    }

    /// Sees that Kith has named the file after what is in it.
    pub fn check(&self, Brought { file, path }: &Brought) -> Result<()> {
        ensure!(self.kind != Kind::Kith || *path == routes::file(file.hash()?), "{path} has another hash");
        Ok(())
    }

    fn connect(&self) -> Result<Connection> {
        Connection::open(self.process.address(), &self.token)
    }
}

fn put(connection: &mut Connection, file: Noise) -> Result<String> {
    let path = format!("/{}", file.seed);
    connection.send(&format!("PUT {path}"), &[], file.length, |stream| file.write(0..file.length, stream))?;
    Ok(path)
}

/// By tus.
fn upload(connection: &mut Connection, file: Noise, slice: u64) -> Result<String> {
    let version = ("tus-resumable", tus::VERSION);
    let length = file.length.to_string();
    let (begun, _) =
        connection.ask(&format!("POST {}", routes::UPLOADS), &[version, ("upload-length", &length)])?;
    let patch = format!("PATCH {}", begun.header("location")?);
    let mut offset = 0;
    loop {
        let end = file.length.min(offset + slice);
        let from = offset.to_string();
        let headers =
            [version, ("upload-offset", &from), ("content-type", "application/offset+octet-stream")];
        let answer =
            connection.send(&patch, &headers, end - offset, |stream| file.write(offset..end, stream))?;
        offset = answer.header("upload-offset")?.parse()?;
        ensure!(offset == end, "{offset} bytes are there instead of {end}");
        if end == file.length {
            return Ok(routes::file(answer.header(tus::FILE)?.parse()?));
        }
    }
}
