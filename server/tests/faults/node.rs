//! The server as a process that can be killed, stopped and started again where it was.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

pub struct Node {
    data: TempDir,
    pub address: SocketAddr,
    child: Child,
}

impl Node {
    pub fn start() -> Self {
        let data = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let (child, address) = spawn(data.path(), "127.0.0.1:0");
        Self { data, address, child }
    }

    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Ends it by a signal, and starts it again at its address.
    pub fn end_and_start(&mut self, signal: &str) {
        self.signal(signal);
        self.child.wait().unwrap();
        self.child = spawn(self.data.path(), &self.address.to_string()).0;
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended by itself, and the test has failed then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(data: &Path, listen: &str) -> (Child, SocketAddr) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kith"))
        .args(["serve", "--log", "error", "--listen", listen, "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().rsplit('/').next().unwrap();
    (child, address.parse().unwrap_or_else(|_| panic!("the server did not start: {line:?}")))
}
