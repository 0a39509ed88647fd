//! How fast files come and go and what memory that takes, beside bare file streams of axum in the same run.
//!
//! One floor writes what comes to a file and syncs it; the other hashes it on the way too, which Kith has to: its files
//! are named after what is in them. Every server is a process of its own, and each transfer meets one that was just
//! started. Every byte that comes back is compared with what was brought.
//!
//! `KITH_BENCH_MEDIA_MIB` is the size of the large file, 1024 where it is not given; those that go at once have a
//! sixteenth each.

#[path = "../common/mod.rs"]
mod common;
mod floor;
mod noise;
mod subject;
mod table;
mod transfer;
mod wire;

use std::env;

use anyhow::{Context, Result, ensure};
use noise::Noise;
use subject::{Kind, Subject};
use transfer::{Transfer, bring, have};

/// Times each is measured, in turns: what else the machine does hits all alike.
const ROUNDS: u64 = 3;
/// Files that go at once.
const AT_ONCE: u64 = 50;
/// Bytes with each request, as the client sends them.
const SLICE: u64 = 4 << 20;
const KINDS: [Kind; 3] = [Kind::Stream, Kind::HashingStream, Kind::Kith];

/// In bytes.
#[derive(Clone, Copy)]
struct Sizes {
    large: u64,
    /// Of each that goes at once.
    each: u64,
}

/// What was measured of one server.
#[derive(Default)]
struct Figures {
    uploads: Vec<Transfer>,
    sliced: Vec<Transfer>,
    downloads: Vec<Transfer>,
    uploads_at_once: Vec<Transfer>,
    downloads_at_once: Vec<Transfer>,
}

fn main() -> Result<()> {
    if env::args().nth(1).as_deref() == Some(floor::ARGUMENT) {
        return floor::serve(env::args().skip(2));
    }
    let sizes = sizes()?;
    let mut figures = [Figures::default(), Figures::default(), Figures::default()];
    for round in 1..=ROUNDS {
        eprintln!("one file: round {round} of {ROUNDS}");
        for (kind, figures) in KINDS.into_iter().zip(&mut figures) {
            one(kind, Noise { seed: round, length: sizes.large }, figures)?;
        }
    }
    eprintln!("{AT_ONCE} files at once");
    for (kind, figures) in KINDS.into_iter().zip(&mut figures) {
        many(kind, sizes.each, figures)?;
    }
    table::print(&figures, sizes);
    Ok(())
}

fn sizes() -> Result<Sizes> {
    let mib = match env::var("KITH_BENCH_MEDIA_MIB") {
        Ok(mib) => mib.parse().context("KITH_BENCH_MEDIA_MIB is no number")?,
        Err(_) => 1024,
    };
    ensure!(mib >= 16, "KITH_BENCH_MEDIA_MIB is 16 at least");
    Ok(Sizes { large: mib << 20, each: (mib / 16) << 20 })
}

/// The server goes, and what it keeps with it: the disk needs room for what one has.
fn one(kind: Kind, file: Noise, figures: &mut Figures) -> Result<()> {
    let mut subject = Subject::start(kind)?;
    let (brought, upload) = bring(&mut subject, &[file], file.length)?;
    figures.uploads.push(upload);
    figures.downloads.push(have(&mut subject, &brought)?);
    if kind == Kind::Kith {
        let another = Noise { seed: file.seed + ROUNDS, ..file };
        figures.sliced.push(bring(&mut subject, &[another], SLICE)?.1);
    }
    Ok(())
}

fn many(kind: Kind, length: u64, figures: &mut Figures) -> Result<()> {
    let files: Vec<_> = (0..AT_ONCE).map(|seed| Noise { seed, length }).collect();
    let mut subject = Subject::start(kind)?;
    let (brought, uploads) = bring(&mut subject, &files, length)?;
    figures.uploads_at_once.push(uploads);
    figures.downloads_at_once.push(have(&mut subject, &brought)?);
    Ok(())
}
