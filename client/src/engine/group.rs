//! Groups, for the forms that wait for an answer. Errors are what the server refused, or that it can't be reached.

use kith_shared::conversation::{AddMembers, CreateGroup, UpdateGroup};
use kith_shared::{ConversationId, UserId};

use super::tabs::relay;
use super::{Engine, rest};
use crate::state::{Action, Failure};

type Result<T> = std::result::Result<T, Failure>;

impl Engine {
    pub async fn create_group(&self, title: String, members: Vec<UserId>) -> Result<ConversationId> {
        let conversation = rest::create_group(&CreateGroup { title, members }).await?;
        Ok(self.opened(conversation))
    }

    /// The socket brings the new title; so for the members.
    pub async fn rename_group(&self, id: ConversationId, title: String) -> Result<()> {
        rest::rename_group(id, &UpdateGroup { title }).await
    }

    pub async fn add_members(&self, id: ConversationId, users: Vec<UserId>) -> Result<()> {
        rest::add_members(id, &AddMembers { users }).await
    }

    pub async fn leave_group(&self, id: ConversationId) -> Result<()> {
        rest::leave(id).await?;
        self.has_left(id);
        Ok(())
    }

    /// The user is no member any more, in every tab.
    pub(super) fn has_left(&self, id: ConversationId) {
        self.tell(relay::LEFT, &id.to_string(), "");
        self.dispatch(Action::Left(id));
    }
}
