//! A server in a process of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rustix::process::{Resource, getrlimit, setrlimit};

/// The kernel's unit in `/proc/PID/stat` (USER_HZ), the same on every Linux a server runs on.
const TICKS_PER_SECOND: u64 = 100;

/// What a process needs open besides its connections.
const OTHER_FILES: usize = 200;

/// Lets this process and those it starts hold so many connections.
#[allow(dead_code, reason = "each benchmark asks for what it measures")]
pub fn let_in_many(connections: usize) -> Result<()> {
    let needed = (connections + OTHER_FILES) as u64;
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < needed) {
        ensure!(
            limit.maximum.is_none_or(|maximum| maximum >= needed),
            "{needed} open files are needed and the limit is {:?}: raise it with ulimit -Hn",
            limit.maximum
        );
        limit.current = Some(needed);
        setrlimit(Resource::Nofile, limit)?;
    }
    Ok(())
}

/// Killed when it is dropped.
pub struct Process {
    command: Command,
    child: Child,
    address: SocketAddr,
}

impl Process {
    /// Starts a server that prints its address as the first line's end once it is ready.
    pub fn start(mut command: Command) -> Result<Self> {
        let (child, address) = spawn(&mut command)?;
        Ok(Self { command, child, address })
    }

    /// Ends it and starts it again, as if what it did so far had been another day.
    pub fn restart(&mut self) -> Result<()> {
        self.end();
        (self.child, self.address) = spawn(&mut self.command)?;
        Ok(())
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the kernel tells this of it.
    pub fn about(&self, what: &str) -> String {
        format!("/proc/{}/{what}", self.child.id())
    }

    /// Processor time used so far.
    pub fn cpu(&self) -> Result<Duration> {
        let stat = fs::read_to_string(self.about("stat"))?;
        // The command's name may hold anything; the numbers begin after its closing bracket.
        let (_, numbers) = stat.rsplit_once(')').context("no command in stat")?;
        let ticks = |place| -> Result<u64> {
            Ok(numbers.split_whitespace().nth(place).context("stat is short")?.parse()?)
        };
        let (user, system) = (ticks(11)?, ticks(12)?);
        Ok(Duration::from_millis((user + system) * 1_000 / TICKS_PER_SECOND))
    }

    fn end(&mut self) {
        // Either fails only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

fn spawn(command: &mut Command) -> Result<(Child, SocketAddr)> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
    let address = line.trim().rsplit('/').next().unwrap_or_default();
    let address = address.parse().with_context(|| format!("no address in {line:?}"))?;
    Ok((child, address))
}
