//! How many pages are looked at for whom. In memory: a restart forgives.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use kith_shared::UserId;
use kith_shared::limits::PREVIEWS_A_MINUTE;
use kith_shared::problem::Code;

const MINUTE: Duration = Duration::from_secs(60);
/// Users remembered at once; past it those whose minute is over are forgotten.
const REMEMBERED: usize = 10_000;

#[derive(Default)]
pub struct Turns(Mutex<HashMap<UserId, Minute>>);

struct Minute {
    began: Instant,
    taken: u32,
}

impl Turns {
    /// # Errors
    /// `too_many`
    pub fn take(&self, user: UserId) -> Result<(), Code> {
        let mut users = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if users.len() >= REMEMBERED {
            users.retain(|_, minute| minute.began.elapsed() < MINUTE);
        }
        let minute = users.entry(user).or_insert_with(|| Minute { began: Instant::now(), taken: 0 });
        if minute.began.elapsed() >= MINUTE {
            *minute = Minute { began: Instant::now(), taken: 0 };
        }
        minute.taken += 1;
        if minute.taken > PREVIEWS_A_MINUTE { Err(Code::TooMany) } else { Ok(()) }
    }
}
