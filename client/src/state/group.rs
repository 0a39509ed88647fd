//! A group's title, description, members and roles, by revision: the next one is taken in, a hole is fetched.

use std::rc::Rc;

use kith_shared::conversation::{ConversationKind, Member, MemberRole, Role};
use kith_shared::message::Message;
use kith_shared::{ConversationId, Seq, UserId};

use super::{ConversationView, Effect, State};

impl State {
    /// The user is no member any more: nothing of the conversation stays.
    pub(super) fn left(&mut self, conversation: ConversationId, effects: &mut Vec<Effect>) {
        if let Some(view) = Rc::make_mut(&mut self.conversations).remove(&conversation) {
            Rc::make_mut(&mut self.listing).remove(conversation, view.listing_place());
            effects.push(Effect::DropConversation(conversation));
        }
    }
}

impl ConversationView {
    pub fn is_group(&self) -> bool {
        self.held.conversation.kind == ConversationKind::Group
    }

    /// What it is called: a group's title, or the other person's name. Notes to self have no name of their own.
    pub fn name(&self, me: UserId) -> &str {
        match &self.held.conversation.title {
            Some(title) => title,
            None => self.other(me).map_or("", |user| &user.display_name),
        }
    }

    /// Somebody's name here; empty for who has left.
    pub fn member_name(&self, user: UserId) -> &str {
        self.member(user).map_or("", |member| &member.user.display_name)
    }

    /// What the user is here; who is no member may do nothing.
    pub fn role(&self, me: UserId) -> Role {
        self.member(me).map_or(Role::Member, |member| member.role)
    }

    /// Whether the user may answer a message.
    pub fn may_answer(&self, seq: Seq) -> bool {
        self.writable() && self.at_hand(seq).is_some_and(|message| message.body.words().is_some())
    }

    /// Whether the user may pin messages here for everybody.
    pub fn may_pin(&self, me: UserId) -> bool {
        self.writable() && (!self.is_group() || self.role(me).may_moderate())
    }

    /// Whether the user may have messages disappear here.
    pub fn may_set_timer(&self, me: UserId) -> bool {
        self.writable() && (!self.is_group() || self.role(me).may_describe())
    }

    /// Whether the user may take a message away from everybody.
    pub fn may_delete(&self, me: UserId, message: &Message) -> bool {
        let moderates = self.is_group() && self.role(me).may_moderate();
        self.writable() && message.body.words().is_some() && (message.sender == me || moderates)
    }

    /// How many ask to be let in, where `me` may decide.
    pub fn requests(&self, me: UserId) -> u32 {
        if self.role(me).may_admit() { self.held.conversation.requests } else { 0 }
    }

    /// Whether a program speaks as this member.
    pub fn is_bot(&self, user: UserId) -> bool {
        self.member(user).is_some_and(|member| member.user.bot)
    }

    pub(super) fn member(&self, user: UserId) -> Option<&Member> {
        self.held.conversation.members.iter().find(|member| member.user.id == user)
    }

    /// What changed with this revision, if it is the next one.
    pub(super) fn take_revision(
        &mut self,
        revision: i64,
        change: impl FnOnce(&mut Self),
        effects: &mut Vec<Effect>,
    ) {
        let known = self.held.conversation.revision;
        if revision == known + 1 {
            self.held.conversation.revision = revision;
            change(self);
            effects.push(Effect::StoreConversation(self.id()));
        } else if revision > known {
            effects.push(Effect::FetchConversation(self.id()));
        }
    }

    pub(super) fn take_members(&mut self, added: Vec<Member>, removed: &[UserId]) {
        let members = &mut self.held.conversation.members;
        let gone = |id: &UserId| removed.contains(id) || added.iter().any(|member| member.user.id == *id);
        members.retain(|member| !gone(&member.user.id));
        members.extend(added);
    }

    pub(super) fn take_roles(&mut self, roles: &[MemberRole]) {
        for member in &mut self.held.conversation.members {
            if let Some(told) = roles.iter().find(|told| told.user == member.user.id) {
                member.role = told.role;
            }
        }
    }
}
