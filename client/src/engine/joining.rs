//! Who asks to be let into a group, for the form that waits for an answer. Errors are what the server refused, or that it
//! can't be reached.

use kith_shared::joining::JoinRequest;
use kith_shared::{ConversationId, UserId};

use super::{Engine, rest};
use crate::state::Failure;

type Result<T> = std::result::Result<T, Failure>;

impl Engine {
    pub async fn join_requests(&self, id: ConversationId) -> Result<Vec<JoinRequest>> {
        rest::join_requests(id).await
    }

    /// Lets somebody in who asks, or declines. The socket says who came, and how many ask now.
    pub async fn decide_join(&self, id: ConversationId, user: UserId, approve: bool) -> Result<()> {
        rest::decide_join(id, user, approve).await
    }
}
