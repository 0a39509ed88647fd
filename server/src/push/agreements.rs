//! What the next push to each device is encrypted by, made when there is nothing else to do: agreeing on it is most of what
//! a push costs, and a thousand devices are told of a message of their group at once.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use ring::error::Unspecified;

use super::encrypt::Agreement;
use crate::store::push::Keys;

/// Agreements kept at once, 200 bytes each.
const KEPT: usize = 10_000;

#[derive(Default)]
pub struct Agreements(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// By the device's public key.
    ready: HashMap<Vec<u8>, Agreement>,
    /// Devices whose last one was used.
    wanted: VecDeque<Keys>,
}

impl Agreements {
    /// One for a device, which is used once; made now where none is ready.
    pub fn take(&self, keys: &Keys) -> Result<Agreement, Unspecified> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ready = inner.ready.remove(&keys.public);
        if inner.wanted.len() < KEPT {
            inner.wanted.push_back(keys.clone());
        }
        drop(inner);
        ready.map_or_else(|| keys.agree(), Ok)
    }

    /// Makes the next one that is wanted. Answers whether there was any.
    pub fn make_one(&self) -> bool {
        let next = self.0.lock().unwrap_or_else(PoisonError::into_inner).wanted.pop_front();
        let Some(keys) = next else { return false };
        if let Ok(agreement) = keys.agree() {
            let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if inner.ready.len() >= KEPT {
                // Those of devices that were told of nothing since: which they are is all the same.
                inner.ready.clear();
            }
            inner.ready.insert(keys.public, agreement);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use ring::agreement::{ECDH_P256, EphemeralPrivateKey};
    use ring::rand::SystemRandom;

    use super::*;

    #[test]
    fn an_agreement_is_used_once_and_the_next_one_is_made_after() {
        let device = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
        let public = device.compute_public_key().unwrap().as_ref().to_vec();
        let keys = Keys { public, auth: vec![7; 16] };
        let agreements = Agreements::default();
        assert!(!agreements.make_one());
        let first = agreements.take(&keys).unwrap();
        assert!(agreements.make_one() && !agreements.make_one());
        let second = agreements.take(&keys).unwrap();
        assert_ne!(first.own, second.own);
        assert!(agreements.0.lock().unwrap().ready.is_empty(), "it is ready no more");
    }
}
