//! What a first visit loads, as the server really sends it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::{finish, project, say, server};

/// Kibibytes in brotli.
const AIM: f64 = 250.0;

pub fn run() -> Result<()> {
    server::build()?;
    report()
}

/// Asks the built server for every file the app is opened with, in each form it has. What is only for installing the app
/// is not among them: no visit loads it.
pub fn report() -> Result<()> {
    say::step("asking the server how large a first visit is");
    let data = project::target().join("size-data");
    // A database of an earlier version would be in the way.
    if data.exists() {
        fs::remove_dir_all(&data).with_context(|| format!("{} can't be removed", data.display()))?;
    }
    let kith = Running::start(&data)?;
    println!("\n{:<44} {:>10} {:>10} {:>10}", "a first visit loads (bytes)", "raw", "gzip", "brotli");
    let mut sums = [0; 3];
    for path in finish::first_visit(&project::dist())? {
        let mut sizes = [0; 3];
        for (size, encoding) in sizes.iter_mut().zip(["identity", "gzip", "br"]) {
            *size = kith.size(&path, encoding)?;
        }
        row(&path, sizes);
        sums.iter_mut().zip(sizes).for_each(|(sum, size)| *sum += size);
    }
    row("all", sums);
    let kibibytes = sums[2] as f64 / 1024.0;
    let verdict = if kibibytes <= AIM { "within" } else { "over" };
    println!("\n{kibibytes:.1} KiB in brotli: {verdict} the aim of {AIM:.0} KiB");
    Ok(())
}

fn row(name: &str, [raw, gzip, brotli]: [u64; 3]) {
    println!("{name:<44} {raw:>10} {gzip:>10} {brotli:>10}");
}

/// A server on a free port, ended when dropped.
struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn start(data: &Path) -> Result<Self> {
        let mut kith = Command::new(project::kith());
        kith.args(["serve", "--listen", "127.0.0.1:0", "--log", "error", "--data"]).arg(data);
        let mut child = kith.stdout(Stdio::piped()).spawn().context("the built server can't be started")?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let address = line.trim().rsplit("http://").next().unwrap_or_default().to_owned();
        ensure!(!address.is_empty(), "the built server did not start");
        Ok(Self { child, address })
    }

    /// The bytes of a file's body in one encoding.
    fn size(&self, path: &str, encoding: &str) -> Result<u64> {
        let mut stream = TcpStream::connect(&self.address)?;
        write!(
            stream,
            "HEAD {path} HTTP/1.1\r\nhost: {}\r\naccept-encoding: {encoding}\r\nconnection: close\r\n\r\n",
            self.address
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        ensure!(answer.starts_with("HTTP/1.1 200"), "the server has no {path}: {answer}");
        let length = answer
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned));
        length
            .with_context(|| format!("the server does not say how large {path} is"))?
            .trim()
            .parse()
            .context("a size")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
