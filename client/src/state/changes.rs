//! Changes of messages on their way to the server, and how a message looks under them.

use std::borrow::Cow;
use std::rc::Rc;

use kith_shared::frame::ClientFrame;
use kith_shared::message::{Body, Message, Reaction, Votes};
use kith_shared::read_by_fields;
use kith_shared::{ClientId, ConversationId, Millis, UserId};
use serde::Serialize;

use super::{ConversationView, Outgoing};

/// A reaction that is set or taken back.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reacting {
    pub emoji: String,
    pub on: bool,
}

read_by_fields!(Reacting { emoji, on });

impl Outgoing {
    /// A message of its own, until it is made a change of one.
    pub fn new(
        conversation: ConversationId,
        client_id: ClientId,
        body: Body,
        written_at: Millis,
        place: i64,
    ) -> Self {
        let (of, reaction, pin, vote, closes, at, refused) = (None, None, None, None, false, None, None);
        let (uploads, paused) = (Vec::new(), false);
        Self {
            conversation,
            client_id,
            body,
            of,
            reaction,
            pin,
            vote,
            closes,
            at,
            written_at,
            place,
            refused,
            uploads,
            paused,
        }
    }

    /// Whether it is a message of its own, not a change of one, nor one for later.
    pub fn is_message(&self) -> bool {
        self.of.is_none() && self.at.is_none()
    }

    /// Whether it is what stood in the composer.
    pub fn is_typed(&self) -> bool {
        self.of.is_none() && matches!(self.body, Body::Text { forwarded: false, .. })
    }

    /// How the server is told.
    pub fn frame(&self) -> ClientFrame {
        let (conversation, client_id, body) = (self.conversation, self.client_id, self.body.clone());
        if let Some(at) = self.at {
            return ClientFrame::Schedule { conversation, client_id, body, at };
        }
        match (self.of, &self.reaction, &self.body) {
            (None, ..) => ClientFrame::Send { conversation, client_id, body },
            (Some(seq), Some(Reacting { emoji, on }), _) => {
                ClientFrame::React { conversation, client_id, seq, emoji: emoji.clone(), on: *on }
            }
            (Some(seq), None, _) if self.pin.is_some() => {
                ClientFrame::Pin { conversation, client_id, seq, on: self.pin == Some(true) }
            }
            (Some(seq), None, _) if self.closes => ClientFrame::ClosePoll { conversation, client_id, seq },
            (Some(seq), None, Body::Deleted) if self.vote.is_some() => {
                let options = self.vote.clone().unwrap_or_default();
                ClientFrame::Vote { conversation, client_id, seq, options }
            }
            (Some(seq), None, Body::Deleted) => ClientFrame::Delete { conversation, client_id, seq },
            (Some(seq), None, _) => ClientFrame::Edit { conversation, client_id, seq, body },
        }
    }

    /// Makes of a message what it will be once the server has taken this.
    fn apply(&self, message: &mut Message, me: UserId) {
        if message.body.is_gone() {
            return;
        }
        match (&self.reaction, self.pin, &self.body, &mut message.body) {
            (Some(reacting), ..) => react(&mut message.reactions, me, reacting),
            (None, Some(on), ..) => message.pinned_at = on.then_some(self.written_at),
            (.., Body::Poll { options, closed, .. }) if self.vote.is_some() || self.closes => {
                *closed |= self.closes;
                let options = options.len();
                self.vote.iter().for_each(|chosen| vote(message, options, chosen));
            }
            // What it answers, and that it was said before, stays; so does a preview of what it still links to.
            (None, None, Body::Text { text: said, .. }, Body::Text { text, preview, .. }) => {
                text.clone_from(said);
                preview.take_if(|preview| !preview.is_of(said));
                message.edited_at = Some(self.written_at);
            }
            (None, None, Body::Deleted, _) if self.vote.is_none() && !self.closes => {
                message.take_away(Body::Deleted);
            }
            // What can't be done to it, as the server will say.
            _ => {}
        }
    }
}

fn react(reactions: &mut Vec<Reaction>, me: UserId, Reacting { emoji, on }: &Reacting) {
    for reaction in reactions.iter_mut().filter(|reaction| reaction.emoji == *emoji) {
        reaction.users.retain(|user| *user != me);
    }
    match reactions.iter_mut().find(|reaction| reaction.emoji == *emoji) {
        Some(reaction) if *on => reaction.users.push(me),
        None if *on => reactions.push(Reaction { emoji: emoji.clone(), users: vec![me] }),
        _ => {}
    }
    reactions.retain(|reaction| !reaction.users.is_empty());
}

fn vote(message: &mut Message, options: usize, chosen: &[u32]) {
    let before = message.voted().unwrap_or_default().to_vec();
    message.votes = Votes::after(message.votes.take(), options, &before, chosen);
    message.votes.iter_mut().for_each(|votes| votes.voted = Some(chosen.to_vec()));
}

impl ConversationView {
    /// Messages written here and not acknowledged yet, oldest first.
    pub fn unsent(&self) -> impl DoubleEndedIterator<Item = &Rc<Outgoing>> {
        self.outgoing.iter().filter(|outgoing| outgoing.is_message())
    }

    /// A message as the user has it: what is on its way to the server has been done to it.
    pub fn shown<'a>(&self, message: &'a Rc<Message>, me: UserId) -> Cow<'a, Rc<Message>> {
        let mut shown = Cow::Borrowed(message);
        for change in self.outgoing.iter().filter(|outgoing| outgoing.of == Some(message.seq)) {
            change.apply(Rc::make_mut(shown.to_mut()), me);
        }
        shown
    }
}
