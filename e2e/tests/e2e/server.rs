//! The built server as a process of its own, so that it can be killed.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

pub struct Server {
    child: Child,
    address: String,
    data: TempDir,
    options: Vec<String>,
}

impl Server {
    /// A new server with nobody in it, on a free port.
    pub fn start() -> Result<Self> {
        Self::start_with(&[])
    }

    /// With these options besides.
    pub fn start_with(options: &[&str]) -> Result<Self> {
        let options: Vec<String> = options.iter().map(|option| (*option).to_owned()).collect();
        // Built together with the server, reqwest leaves it to its user what it does TLS by, also where it does none.
        // Refused where another test has done it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let data = tempfile::tempdir()?;
        let (child, address) = serve("127.0.0.1:0", data.path(), &options)?;
        Ok(Self { child, address, data, options })
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Does something to it by `kith admin`, and answers what that says.
    pub fn admin(&self, arguments: &[&str]) -> Result<String> {
        let output = kith()?.arg("admin").args(arguments).arg("--data").arg(self.data.path()).output()?;
        ensure!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Ends it as a power cut would: SIGKILL, nothing tidied up.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts it again, with the same data at the same address.
    pub fn restart(&mut self) -> Result<()> {
        let (child, address) = serve(&self.address, self.data.path(), &self.options)?;
        ensure!(address == self.address, "the server came back at {address}");
        self.child = child;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be dead already: that is what is wanted.
        let _ = self.kill();
    }
}

fn kith() -> Result<Command> {
    let kith = std::env::var_os("KITH_BIN").context("run by `cargo xtask test e2e`, which sets KITH_BIN")?;
    Ok(Command::new(kith))
}

fn serve(listen: &str, data: &Path, options: &[String]) -> Result<(Child, String)> {
    let mut command = kith()?;
    command.args(["serve", "--listen", listen, "--log", "warn", "--data"]).arg(data).args(options);
    let mut child = command.stdout(Stdio::piped()).spawn().context("the server can't be started")?;
    let mut line = String::new();
    let stdout = child.stdout.take().context("the server has no stdout")?;
    BufReader::new(stdout).read_line(&mut line)?;
    let address = line.trim().rsplit("http://").next().unwrap_or_default().to_owned();
    ensure!(!address.is_empty(), "the server did not start");
    Ok((child, address))
}
