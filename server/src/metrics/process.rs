//! What the process takes of its machine, as Linux says (proc(5)). Elsewhere nothing is known of it, and all is 0.

use std::fs;

use rustix::param::{clock_ticks_per_second, page_size};

pub struct Process {
    /// Bytes of memory in use.
    pub memory: usize,
    /// Open files and connections.
    pub files: usize,
    /// Seconds of processor time used.
    pub processor: f64,
}

/// How it stands now.
pub fn look() -> Process {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The program's name, in parentheses, is all that may hold a space. The third field comes after it.
    let fields: Vec<u64> =
        stat.rsplit(')').next().unwrap_or_default().split(' ').skip(1).map(number).collect();
    let field = |number: usize| fields.get(number - 3).copied().unwrap_or_default();
    let (user, system, pages) = (field(14), field(15), field(24));
    Process {
        memory: usize::try_from(pages).unwrap_or(0) * page_size(),
        files: fs::read_dir("/proc/self/fd").map_or(0, Iterator::count),
        processor: (user + system) as f64 / clock_ticks_per_second() as f64,
    }
}

fn number(field: &str) -> u64 {
    field.trim().parse().unwrap_or(0)
}
