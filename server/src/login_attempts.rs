//! Slows down whoever guesses passwords. In memory: a restart forgives, and costs a guesser more than it gives.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use kith_shared::limits::{LOGIN_FAILURES, LOGIN_PAUSE};
use kith_shared::problem::Code;

/// Usernames remembered at once; past it those whose pause is over are forgotten.
const REMEMBERED: usize = 10_000;

#[derive(Default)]
pub struct LoginAttempts {
    failures: Mutex<HashMap<String, Failures>>,
}

struct Failures {
    count: u32,
    last: Instant,
}

impl LoginAttempts {
    /// # Errors
    /// `too_many_attempts` while the username has to wait, whether it exists or not.
    pub fn check(&self, username: &str) -> Result<(), Code> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        match failures.get(username) {
            Some(known) if known.count >= LOGIN_FAILURES && known.last.elapsed() < LOGIN_PAUSE => {
                Err(Code::TooManyAttempts)
            }
            _ => Ok(()),
        }
    }

    pub fn failed(&self, username: &str) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= REMEMBERED {
            failures.retain(|_, known| known.last.elapsed() < LOGIN_PAUSE);
        }
        let known =
            failures.entry(username.to_owned()).or_insert(Failures { count: 0, last: Instant::now() });
        if known.last.elapsed() >= LOGIN_PAUSE {
            known.count = 0;
        }
        known.count += 1;
        known.last = Instant::now();
    }

    pub fn succeeded(&self, username: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(username);
    }
}
