//! How often something is done for each user: so many times a minute. In memory: a restart forgives.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use kith_shared::UserId;
use kith_shared::problem::Code;

const MINUTE: Duration = Duration::from_secs(60);
/// Users remembered at once; past it those whose minute is over are forgotten.
const REMEMBERED: usize = 10_000;

pub struct Turns {
    a_minute: u32,
    users: Mutex<HashMap<UserId, Minute>>,
}

struct Minute {
    began: Instant,
    taken: u32,
}

impl Turns {
    pub fn new(a_minute: u32) -> Self {
        Self { a_minute, users: Mutex::default() }
    }

    /// # Errors
    /// `too_many`
    pub fn take(&self, user: UserId) -> Result<(), Code> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        if users.len() >= REMEMBERED {
            users.retain(|_, minute| minute.began.elapsed() < MINUTE);
        }
        let minute = users.entry(user).or_insert_with(|| Minute { began: Instant::now(), taken: 0 });
        if minute.began.elapsed() >= MINUTE {
            *minute = Minute { began: Instant::now(), taken: 0 };
        }
        minute.taken += 1;
        if minute.taken > self.a_minute { Err(Code::TooMany) } else { Ok(()) }
    }
}
