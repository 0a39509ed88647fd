//! What the benchmarks share: servers in processes of their own, people to log in, and a table with floors and aims.

pub mod kith;
#[allow(dead_code, reason = "each benchmark asks for what it measures")]
pub mod latencies;
pub mod process;
pub mod table;

use anyhow::Result;
use tempfile::TempDir;

/// On the disk the build is on: `target` on a tmpfs would make every commit free and the figures worthless.
pub fn data() -> Result<TempDir> {
    Ok(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?)
}

pub fn median<T>(measured: &[T], of: impl Fn(&T) -> f64) -> f64 {
    let mut values: Vec<f64> = measured.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
