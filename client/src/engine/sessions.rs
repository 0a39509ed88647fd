//! Where the user is logged in. The server keeps it, not the device: it is asked for where it is shown.

use kith_shared::SessionId;
use kith_shared::auth::OwnSession;

use super::{Engine, rest};
use crate::state::Failure;

impl Engine {
    /// # Errors
    /// What the server refused, or that it can't be reached; so for the one below.
    pub async fn sessions(&self) -> Result<Vec<OwnSession>, Failure> {
        rest::sessions().await
    }

    /// Ends one, or all but this device's.
    pub async fn end_session(&self, which: Option<SessionId>) -> Result<(), Failure> {
        rest::end_session(which).await
    }
}
