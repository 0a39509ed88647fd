//! Argon2id, off the async threads, a bounded number at once.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// Hashes and checks passwords. Each takes 19 MiB and some 30 ms of a processor (OWASP's first recommendation, the
/// crate's default), so as many run at once as there are processors and the others wait.
#[derive(Clone)]
pub struct Passwords {
    slots: Arc<Semaphore>,
}

/// Stands in for the hash of a user who does not exist, so that the answer takes the same work. Its parameters are those
/// of [`hash_now`]; no password is behind it.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlzIQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

impl Default for Passwords {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self { slots: Arc::new(Semaphore::new(processors)) }
    }
}

impl Passwords {
    /// The password's PHC string, with a fresh salt.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || hash_now(&password)).await
    }

    /// Whether `password` is the one behind `hash`; without a hash the same work is done, and it is not.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        self.run(move || {
            let known = hash.is_some();
            let parsed = PasswordHash::new(hash.as_deref().unwrap_or(NOBODY))
                .map_err(|error| Error::Corrupt(error.to_string()))?;
            let fits = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
            Ok(known && fits)
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let slot = self.slots.clone().acquire_owned().await.map_err(|_| Error::GoingDown)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(slot);
            done
        });
        done.await.map_err(|error| Error::Hash(error.to_string()))?
    }
}

fn hash_now(password: &str) -> Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| Error::Hash(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_user_is_the_same_work_as_a_wrong_password() {
        let real = hash_now("correct horse").unwrap();
        let (real, nobody) = (PasswordHash::new(&real).unwrap(), PasswordHash::new(NOBODY).unwrap());
        assert_eq!(
            (real.algorithm, real.version, &real.params),
            (nobody.algorithm, nobody.version, &nobody.params)
        );
        let lengths = |hash: &PasswordHash| (hash.salt.unwrap().len(), hash.hash.unwrap().len());
        assert_eq!(lengths(&real), lengths(&nobody));
    }

    #[tokio::test]
    async fn only_the_password_behind_the_hash_fits() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        for (password, hash, fits) in [
            ("correct horse", Some(hash.clone()), true),
            ("wrong one", Some(hash), false),
            ("correct horse", None, false),
        ] {
            assert_eq!(passwords.verify(password.to_owned(), hash).await.unwrap(), fits);
        }
    }
}
