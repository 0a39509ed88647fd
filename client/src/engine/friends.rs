//! Friends invitation and opening dialogs, for the forms that wait for an answer.

use std::rc::Rc;
use std::time::Duration;

use kith_shared::contact::{Contact, CreateInvitation, Invitation};
use kith_shared::conversation::Conversation;
use kith_shared::json;
use kith_shared::problem::Code;
use kith_shared::{ConversationId, InvitationId, Millis, UserId, validate};

use wasm_bindgen_futures::spawn_local;

use super::fetch::Fetch;
use super::tabs::relay;
use super::{Engine, rest};
use crate::state::{Action, ConversationView, Failure, InvitationLookup, Notice, Route};

type Result<T> = std::result::Result<T, Failure>;

/// What one can do about somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relate {
    Request,
    Accept,
    Decline,
    Cancel,
    Unfriend,
    Block,
    Unblock,
}

impl Engine {
    /// # Errors
    /// `user_not_found`, also for what can't be a username.
    pub async fn find_user(&self, username: String) -> Result<Contact> {
        let username =
            validate::username(username.trim()).map_err(|_| Failure::Refused(Code::UserNotFound))?;
        rest::user_by_username(&username).await
    }

    /// # Errors
    /// What the server refused, or that it can't be reached; so for all below.
    pub async fn relate(&self, what: Relate, user: UserId) -> Result<()> {
        rest::relate(what, user).await?;
        // The socket says so too; but it may be down while REST gets through.
        self.fetch(Fetch::Contacts);
        Ok(())
    }

    /// A link for at most `max_uses` people, open for `life`; into a group, perhaps with approval.
    pub async fn create_invitation(
        &self,
        group: Option<ConversationId>,
        max_uses: u32,
        life: Duration,
        approval: bool,
    ) -> Result<Invitation> {
        let (max_uses, life) = (Some(max_uses), Some(life.as_millis() as Millis));
        rest::create_invitation(group, &CreateInvitation { max_uses, life, approval }).await
    }

    pub async fn invitations(&self, group: Option<ConversationId>) -> Result<Vec<Invitation>> {
        rest::invitations(group).await
    }

    pub async fn revoke_invitation(&self, group: Option<ConversationId>, id: InvitationId) -> Result<()> {
        rest::revoke_invitation(group, id).await
    }

    /// Becomes the inviter's friend, or joins the group, and goes to the dialog; where an admin has to approve first, says
    /// so.
    pub async fn accept_invitation(&self, token: String) -> Result<()> {
        match rest::accept_invitation(&token).await? {
            Some(conversation) => {
                let dialog = self.opened(conversation);
                self.replace(Route::Dialog(dialog));
            }
            None => self.look_up_invitation(token).await,
        }
        Ok(())
    }

    /// The dialog with a friend, or one's notes to self.
    pub(super) async fn open_direct(&self, user: UserId) -> Result<ConversationId> {
        if let Some(known) = self.direct_with(user) {
            return Ok(known);
        }
        let conversation = rest::open_direct(user).await?;
        Ok(self.opened(conversation))
    }

    /// Goes to the dialog with a friend, or to one's notes to self.
    pub fn write_to(&self, user: UserId) {
        let engine = self.clone();
        spawn_local(async move {
            match engine.open_direct(user).await {
                Ok(dialog) => engine.go(Route::Dialog(dialog)),
                Err(failure) => engine.dispatch(Action::Notice(Some(Notice::Failed(failure)))),
            }
        });
    }

    /// The same, in the place of where one is.
    pub(super) fn write_instead(&self, user: UserId) {
        let engine = self.clone();
        spawn_local(async move {
            let route = engine.open_direct(user).await.map_or(Route::Conversations, Route::Dialog);
            engine.replace(route);
        });
    }

    /// Looks up who made an invitation link.
    pub(super) async fn look_up_invitation(&self, token: String) {
        self.dispatch(Action::Invitation(InvitationLookup { token: token.clone(), result: None }));
        let result = Some(rest::preview_invitation(&token).await);
        self.dispatch(Action::Invitation(InvitationLookup { token, result }));
    }

    pub(super) fn opened(&self, conversation: Conversation) -> ConversationId {
        let id = conversation.id;
        self.answered(conversation);
        self.fetch(Fetch::Contacts);
        id
    }

    /// A conversation as the server answered: known at once, in every tab, whether the socket is up or not.
    pub(super) fn answered(&self, conversation: Conversation) {
        if let Ok(text) = json::write(&[&conversation]) {
            self.tell(relay::CONVERSATIONS, "", &text);
        }
        self.dispatch_own(Action::Conversations(vec![conversation]));
    }

    /// Whether these are the user's notes to self.
    pub(super) fn has_nobody_else(&self, conversation: ConversationId) -> bool {
        let state = self.state();
        let view = state.conversations.get(&conversation);
        state.me().zip(view).is_some_and(|(me, view)| view.is_notes(me))
    }

    fn direct_with(&self, user: UserId) -> Option<ConversationId> {
        let state = self.state();
        let me = state.me()?;
        let with = |view: &&Rc<ConversationView>| match view.other(me) {
            Some(other) => other.id == user,
            None => user == me && view.is_notes(me),
        };
        state.conversations.values().find(with).map(|view| view.id())
    }
}
