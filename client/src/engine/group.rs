//! Groups, for the forms that wait for an answer. Errors are what the server refused, or that it can't be reached.

use kith_shared::conversation::{AddMembers, CreateGroup, Role, SetRole, SetTimer, UpdateGroup};
use kith_shared::{ConversationId, Millis, UserId};

use super::tabs::relay;
use super::{Engine, rest};
use crate::state::{Action, Failure};

type Result<T> = std::result::Result<T, Failure>;

impl Engine {
    pub async fn create_group(&self, title: String, members: Vec<UserId>) -> Result<ConversationId> {
        let conversation = rest::create_group(&CreateGroup { title, members }).await?;
        Ok(self.opened(conversation))
    }

    pub async fn describe_group(&self, id: ConversationId, about: UpdateGroup) -> Result<()> {
        self.answered(rest::describe_group(id, &about).await?);
        Ok(())
    }

    pub async fn set_role(&self, id: ConversationId, user: UserId, role: Role) -> Result<()> {
        self.answered(rest::set_role(id, user, SetRole { role }).await?);
        Ok(())
    }

    /// Has a conversation's messages disappear after so many milliseconds, or never.
    pub async fn set_timer(&self, id: ConversationId, expire_after: Option<Millis>) -> Result<()> {
        self.answered(rest::set_timer(id, SetTimer { expire_after }).await?);
        Ok(())
    }

    /// The socket says who is gone, and who came.
    pub async fn remove_member(&self, id: ConversationId, user: UserId) -> Result<()> {
        rest::remove_member(id, user).await
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
