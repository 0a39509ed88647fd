//! How long bringing or having files takes, and what it takes of the server.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};

use crate::common::process::Process;
use crate::noise::Noise;
use crate::subject::{Brought, Subject};

/// For what a start leaves behind to be done.
const SETTLE: Duration = Duration::from_millis(300);
const MIB: f64 = 1024.0 * 1024.0;

#[derive(Clone, Copy)]
pub struct Transfer {
    /// MiB.
    size: f64,
    took: Duration,
    cpu: Duration,
    /// Bytes of memory at most above what the server took at rest.
    growth: u64,
}

impl Transfer {
    /// MiB a second.
    pub fn rate(&self) -> f64 {
        self.size / self.took.as_secs_f64()
    }

    /// Seconds of processor time for each GiB.
    pub fn work(&self) -> f64 {
        self.cpu.as_secs_f64() / self.size * 1024.0
    }

    /// MiB.
    pub fn growth(&self) -> f64 {
        self.growth as f64 / MIB
    }
}

/// Brings files, all at once.
pub fn bring(subject: &mut Subject, files: &[Noise], slice: u64) -> Result<(Vec<Brought>, Transfer)> {
    let bytes = files.iter().map(|file| file.length).sum();
    let (brought, transfer) =
        measure(subject, bytes, |subject| at_once(files, |file| subject.bring(*file, slice)))?;
    brought.iter().try_for_each(|file| subject.check(file))?;
    Ok((brought, transfer))
}

/// Has files again, all at once.
pub fn have(subject: &mut Subject, files: &[Brought]) -> Result<Transfer> {
    let bytes = files.iter().map(Brought::length).sum();
    Ok(measure(subject, bytes, |subject| at_once(files, |file| subject.have(file)))?.1)
}

fn at_once<T: Sync, D: Send>(files: &[T], transfer: impl Fn(&T) -> Result<D> + Sync) -> Result<Vec<D>> {
    let transfer = &transfer;
    thread::scope(|scope| {
        let threads: Vec<_> = files.iter().map(|file| scope.spawn(move || transfer(file))).collect();
        let ended = |thread: thread::ScopedJoinHandle<'_, Result<D>>| {
            thread.join().unwrap_or_else(|_| Err(anyhow!("a transfer panicked")))
        };
        threads.into_iter().map(ended).collect()
    })
}

/// Of the server started anew: memory that earlier work has left free would hide what this takes.
fn measure<T>(
    subject: &mut Subject,
    bytes: u64,
    transfer: impl FnOnce(&Subject) -> Result<T>,
) -> Result<(T, Transfer)> {
    subject.process.restart()?;
    thread::sleep(SETTLE);
    forget_peak(&subject.process)?;
    let (at_rest, cpu, start) = (peak(&subject.process)?, subject.process.cpu()?, Instant::now());
    let done = transfer(subject)?;
    let took = start.elapsed();
    let (growth, cpu) = (peak(&subject.process)?.saturating_sub(at_rest), subject.process.cpu()? - cpu);
    Ok((done, Transfer { size: bytes as f64 / MIB, took, cpu, growth }))
}

/// The most memory that was resident since the peak was forgotten, in bytes.
fn peak(process: &Process) -> Result<u64> {
    let status = fs::read_to_string(process.about("status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse::<u64>()? * 1024)
}

/// Has the kernel begin anew, at what is resident now.
fn forget_peak(process: &Process) -> Result<()> {
    fs::write(process.about("clear_refs"), "5").context("the peak of resident memory can't be reset")
}
