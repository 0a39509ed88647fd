//! Groups, for the forms that wait for an answer. Errors are what the server refused, or that it can't be reached.

use kith_shared::conversation::{AddMembers, CreateGroup, UpdateGroup};
use kith_shared::{ConversationId, UserId};

use super::{Engine, rest};
use crate::state::{Action, Failure};

type Result<T> = std::result::Result<T, Failure>;

impl Engine {
    pub async fn create_group(&self, title: String, members: Vec<UserId>) -> Result<ConversationId> {
        let conversation = rest::create_group(&CreateGroup { title, members }).await?;
        let id = conversation.id;
        self.dispatch(Action::Conversations(vec![conversation]));
        Ok(id)
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
        self.dispatch(Action::Left(id));
        Ok(())
    }
}
