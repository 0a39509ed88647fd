//! What the user writes, and what they do to what is written: each goes into the outbox, and from there to the server.

use kith_shared::json;
use kith_shared::message::{Body, Voters};
use kith_shared::{ClientId, ConversationId, Seq};

use super::tabs::relay;
use super::{Engine, browser, rest};
use crate::state::{Action, Failure, Outgoing, Reacting};

impl Engine {
    /// Writes a message: it is in the state, and so on the screen, at once; it is sent when it is stored.
    pub fn send(&self, conversation: ConversationId, text: String) {
        // Who goes on typing after a message is typing anew.
        self.0.typing.set(None);
        self.write(conversation, self.typed(conversation, text), |_| {});
        self.load_newest(conversation);
        self.sync_draft(conversation);
        self.ask_to_keep();
    }

    /// Changes what a message of one's own says.
    pub fn edit(&self, conversation: ConversationId, seq: Seq, text: String) {
        self.write(conversation, Body::text(text), |change| change.of = Some(seq));
        self.set_edit(conversation, None);
    }

    /// What stands in the composer while a message is being edited; nothing once that is over.
    pub fn set_edit(&self, conversation: ConversationId, edit: Option<(Seq, String)>) {
        self.dispatch(Action::Editing { conversation, edit });
    }

    /// The message that is being answered; nothing once that is over.
    pub fn set_reply(&self, conversation: ConversationId, reply: Option<Seq>) {
        self.dispatch(Action::Replying { conversation, reply });
    }

    /// Says again elsewhere what was said in a conversation: texts, with what they carry, in their order.
    pub fn forward(&self, said: &[Body], to: &[ConversationId]) {
        for conversation in to {
            for body in said {
                let mut body = body.clone();
                match &mut body {
                    Body::Text { reply_to, forwarded, .. } => (*reply_to, *forwarded) = (None, true),
                    Body::Sticker(sent) => (sent.reply_to, sent.forwarded) = (None, true),
                    _ => {}
                }
                self.write(*conversation, body, |_| {});
            }
        }
    }

    /// Deletes a message for everyone.
    pub fn delete(&self, conversation: ConversationId, seq: Seq) {
        self.write(conversation, Body::Deleted, |change| change.of = Some(seq));
    }

    /// Pins a message for everyone, or takes it down.
    pub fn pin(&self, conversation: ConversationId, seq: Seq, on: bool) {
        self.write(conversation, Body::Deleted, |change| (change.of, change.pin) = (Some(seq), Some(on)));
    }

    /// Reacts to a message, or takes it back.
    pub fn react(&self, conversation: ConversationId, seq: Seq, emoji: &str, on: bool) {
        let reaction = Reacting { emoji: emoji.to_owned(), on };
        self.write(conversation, Body::Deleted, |change| {
            (change.of, change.reaction) = (Some(seq), Some(reaction));
        });
    }

    /// Asks something of the conversation's members.
    pub fn ask(&self, conversation: ConversationId, poll: Body) {
        self.write(conversation, poll, |_| {});
        self.load_newest(conversation);
    }

    /// Chooses these of a poll's options, in place of what one had chosen.
    pub fn vote(&self, conversation: ConversationId, seq: Seq, options: Vec<u32>) {
        self.write(conversation, Body::Deleted, |change| {
            (change.of, change.vote) = (Some(seq), Some(options));
        });
    }

    pub fn close_poll(&self, conversation: ConversationId, seq: Seq) {
        self.write(conversation, Body::Deleted, |change| (change.of, change.closes) = (Some(seq), true));
    }

    /// Who chose what of a poll.
    ///
    /// # Errors
    /// What the server refused, or that it can't be reached.
    pub async fn voters(&self, conversation: ConversationId, seq: Seq) -> Result<Voters, Failure> {
        rest::voters(conversation, seq).await
    }

    /// What was typed, with what it answers and the preview of what it links to.
    pub(super) fn typed(&self, conversation: ConversationId, text: String) -> Body {
        let state = self.state();
        let view = state.conversations.get(&conversation);
        let reply_to = view.and_then(|view| view.replying);
        let preview = view.and_then(|view| view.preview_of(&text)).cloned().map(Box::new);
        Body::Text { text, reply_to, forwarded: false, files: Vec::new(), preview }
    }

    /// A message, unless it is made a change of one. What is done with it is apart, and so in the module once.
    pub(super) fn write(&self, conversation: ConversationId, body: Body, change: impl FnOnce(&mut Outgoing)) {
        let mut outgoing = self.outgoing(conversation, body);
        change(&mut outgoing);
        self.written(outgoing);
    }

    fn outgoing(&self, conversation: ConversationId, body: Body) -> Outgoing {
        let (client_id, place) = (ClientId(browser::new_uuid()), self.state().next_place());
        Outgoing::new(conversation, client_id, body, self.now(), place)
    }

    fn written(&self, outgoing: Outgoing) {
        self.0.outbox.unstored(outgoing.client_id);
        if let Ok(text) = json::write(&[&outgoing]) {
            self.tell(relay::OUTBOX, "", &text);
        }
        if outgoing.is_typed() {
            self.tell(relay::DRAFT, &outgoing.conversation.to_string(), "");
        }
        self.dispatch(Action::Written(outgoing));
    }
}
