//! One pair, an unhurried talk: how long a message takes from the moment it was due to the other's screen.

use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use crate::Subject;
use crate::common::latencies::Latencies;
use crate::seat::heard;

pub const PER_SECOND: u32 = 50;
/// A second to get going, which does not count, and some to measure.
const WARM_UP: u32 = PER_SECOND;
const MESSAGES: u32 = WARM_UP + 6 * PER_SECOND;
/// Past this something is broken.
const PATIENCE: Duration = Duration::from_secs(10);
/// Sleeping ends this late at most; what is left is spun away.
const WAKE_UP: Duration = Duration::from_micros(200);

/// Measured from the fixed schedule, not from the sending: a server that stalls pays for all it kept waiting.
pub fn measure(subject: &Subject) -> Result<Latencies> {
    let (pair, address) = (&subject.pairs[0], subject.process.address());
    let mut reader = pair.reader.connect_blocking(address)?;
    let mut writer = pair.writer.connect_blocking(address)?;
    reader.get_ref().set_read_timeout(Some(PATIENCE))?;
    let acknowledgements = writer.get_ref().try_clone()?;

    let start = Instant::now() + Duration::from_millis(100);
    let due = |n: u32| start + Duration::from_secs(1) * n / PER_SECOND;
    thread::scope(|scope| {
        scope.spawn(|| pass_over(acknowledgements));
        let hearing = scope.spawn(|| -> Result<Latencies> {
            let mut latencies = Vec::new();
            for n in 0..MESSAGES {
                while heard(Some(reader.read()?))?.delivered() == 0 {}
                latencies.push(due(n).elapsed());
            }
            Ok(latencies.split_off(WARM_UP as usize).into_iter().collect())
        });
        let writing = (0..MESSAGES).try_for_each(|n| {
            let message = pair.writer.message()?;
            wait_until(due(n));
            Ok(writer.send(message)?)
        });
        let latencies = hearing.join().unwrap_or_else(|_| Err(anyhow!("the reader panicked")));
        // Ends the thread that passes over what comes here.
        writer.get_ref().shutdown(Shutdown::Both)?;
        writing.and(latencies)
    })
}

/// Keeps the writer's side empty without having it wait for an answer.
fn pass_over(mut stream: TcpStream) {
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
}

fn wait_until(moment: Instant) {
    thread::sleep(moment.saturating_duration_since(Instant::now()).saturating_sub(WAKE_UP));
    while Instant::now() < moment {
        std::hint::spin_loop();
    }
}
