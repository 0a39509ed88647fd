//! A new password for who has forgotten theirs, or lost it to somebody.

use kith_shared::validate;

use crate::error::{Error, Result};
use crate::password::Passwords;
use crate::store::Store;
use crate::token;

pub(super) async fn reset(store: &Store, username: &str) -> Result<String> {
    // What can't be a name is nobody's.
    let name = validate::username(username).map_err(|_| Error::NoSuchUser(username.to_owned()))?;
    let password = token::password();
    let hash = Passwords::default().hash(password.clone()).await?;
    let ended = match store.reset_password(&name, &hash).await? {
        1 => "1 session was ended".to_owned(),
        ended => format!("{ended} sessions were ended"),
    };
    Ok(format!("The new password of {name} is {password}\n{ended}.\n"))
}
