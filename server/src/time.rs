//! The server's clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kith_shared::Millis;

/// Now; 0 on a machine whose clock stands before 1970.
pub fn now() -> Millis {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis)
}

/// How long until then; nothing where that is past.
pub fn until(at: Millis) -> Duration {
    Duration::from_millis(u64::try_from(at - now()).unwrap_or(0))
}

pub fn millis(duration: Duration) -> Millis {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
