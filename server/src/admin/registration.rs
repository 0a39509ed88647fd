//! Who may register.

use crate::error::Result;
use crate::store::Store;
use crate::store::registration::Registration;

pub(super) async fn show_or_set(store: &Store, mode: Option<Registration>) -> Result<String> {
    let mode = match mode {
        Some(mode) => {
            store.set_registration(mode).await?;
            mode
        }
        None => store.registration().await?,
    };
    let who = match mode {
        Registration::Open => "whoever reaches the server may register",
        Registration::Invitation => "it takes an invitation link to register",
        Registration::Closed => "nobody may register",
    };
    Ok(format!("{}: {who}\n", mode.as_str()))
}
