//! From the command to the first answer, with nothing there yet: the database is made too.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use kith_shared::routes;

use crate::common::{data, kith};

const TIMES: usize = 5;
const PATIENCE: Duration = Duration::from_secs(10);

/// The median of several.
pub fn measure() -> Result<Duration> {
    let mut times = (0..TIMES).map(|_| once()).collect::<Result<Vec<_>>>()?;
    times.sort_unstable();
    Ok(times[TIMES / 2])
}

fn once() -> Result<Duration> {
    let data = data()?;
    // Known beforehand, so that asking needn't wait for the server to say it; free again once dropped.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let start = Instant::now();
    let mut child = kith::command(data.path(), &address.to_string()).stdout(Stdio::null()).spawn()?;
    let answered = loop {
        if healthy(address) {
            break Ok(start.elapsed());
        }
        if start.elapsed() > PATIENCE {
            break Err(());
        }
        thread::sleep(Duration::from_micros(500));
    };
    child.kill()?;
    child.wait()?;
    let Ok(took) = answered else { bail!("the server does not answer") };
    Ok(took)
}

fn healthy(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        write!(stream, "GET {} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n", routes::HEALTH)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}
