//! Events as the frames connections hear, serialised once for all of them.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use axum::extract::ws::Utf8Bytes;
use kith_shared::frame::ServerFrame;
use kith_shared::message::Head;
use kith_shared::{ClientId, ConversationId, SessionId, UserId};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{encode, serialised};
use crate::bus::Event;
use crate::store::Sealed;

/// Bytes up to which messages share a frame: what a connection writes at once.
const FRAME: usize = 16 * 1024;

/// [`ServerFrame::Messages`] with messages that are serialised already.
#[derive(Serialize)]
#[serde(tag = "type", rename = "messages")]
struct MessagesFrame<'a> {
    messages: Vec<&'a RawValue>,
}

pub(super) enum Post {
    Messages(Messages),
    /// The connection it came by gets the acknowledgement besides.
    Changed {
        conversation: ConversationId,
        bytes: Utf8Bytes,
        /// What the devices of who voted hear instead: the same, with what they have chosen.
        own: Option<(UserId, Utf8Bytes)>,
        origin: u64,
        ack: Utf8Bytes,
    },
    Conversation {
        conversation: ConversationId,
        bytes: Utf8Bytes,
    },
    Users {
        users: Vec<UserId>,
        bytes: Utf8Bytes,
    },
    Joined {
        conversation: ConversationId,
        users: Vec<UserId>,
    },
    Left {
        conversation: ConversationId,
        users: Vec<UserId>,
    },
    SessionEnded {
        session: SessionId,
    },
}

/// New messages of one conversation, in their order.
pub(super) struct Messages {
    pub conversation: ConversationId,
    each: Vec<New>,
    /// What whoever wrote none of them hears; made when somebody is found who did not, as in most dialogs nobody is.
    shared: OnceCell<Vec<Utf8Bytes>>,
}

struct New {
    json: Box<RawValue>,
    /// The connection it came by gets the acknowledgement in its place.
    origin: u64,
    ack: Utf8Bytes,
}

/// Serialises events. New messages of one conversation that come in a row, those of others in between or not, become
/// one post.
pub(super) fn posts(events: Vec<Event>) -> Vec<Post> {
    let mut posts = Vec::new();
    let mut news: HashMap<ConversationId, Vec<New>> = HashMap::new();
    for event in events {
        let post = match event {
            Event::Message { message, origin } => {
                news.entry(message.conversation).or_default().extend(New::of(&message, origin));
                continue;
            }
            Event::Changed { message, voted, client_id, origin } => {
                changed(message, voted, client_id, origin)
            }
            Event::Conversation { conversation, frame } => {
                encode(&frame).map(|bytes| Post::Conversation { conversation, bytes })
            }
            Event::Users { users, frame } => encode(&frame).map(|bytes| Post::Users { users, bytes }),
            Event::Joined { conversation, users } => Some(Post::Joined { conversation, users }),
            Event::Left { conversation, users } => Some(Post::Left { conversation, users }),
            Event::SessionEnded { session } => Some(Post::SessionEnded { session }),
        };
        // Nothing is told before what came before it.
        posts.extend(news.drain().map(Messages::of));
        posts.extend(post);
    }
    posts.extend(news.into_iter().map(Messages::of));
    posts
}

fn changed(
    mut message: Sealed,
    voted: Option<(UserId, Vec<u32>)>,
    client_id: ClientId,
    origin: u64,
) -> Option<Post> {
    let bytes = whole(&message)?;
    let ack = ack(&message, client_id)?;
    let own = voted.and_then(|(user, chosen)| {
        message.votes.iter_mut().for_each(|votes| votes.voted = Some(chosen.clone()));
        Some((user, whole(&message)?))
    });
    Some(Post::Changed { conversation: message.conversation, bytes, own, origin, ack })
}

fn whole(message: &Sealed) -> Option<Utf8Bytes> {
    encode(&MessagesFrame { messages: vec![&raw(message)?] })
}

impl Messages {
    fn of((conversation, each): (ConversationId, Vec<New>)) -> Post {
        Post::Messages(Self { conversation, each, shared: OnceCell::new() })
    }

    /// The frames `connection` hears, in their order.
    pub fn frames(&self, connection: u64) -> Cow<'_, [Utf8Bytes]> {
        if self.each.iter().any(|new| new.origin == connection) {
            return frames_for(connection, &self.each).into();
        }
        self.shared.get_or_init(|| frames(&self.each)).into()
    }
}

impl New {
    fn of(message: &Sealed, origin: u64) -> Option<Self> {
        Some(Self { json: raw(message)?, origin, ack: ack(message, message.client_id)? })
    }
}

/// The frames of the connection some came by.
fn frames_for(connection: u64, news: &[New]) -> Vec<Utf8Bytes> {
    let mut heard = Vec::new();
    for run in news.chunk_by(|one, next| (one.origin == connection) == (next.origin == connection)) {
        if run.iter().any(|new| new.origin == connection) {
            heard.extend(run.iter().map(|new| new.ack.clone()));
        } else {
            heard.append(&mut frames(run));
        }
    }
    heard
}

fn frames(news: &[New]) -> Vec<Utf8Bytes> {
    let mut frames = Vec::new();
    let mut left = news;
    while !left.is_empty() {
        let mut bytes = 0;
        let fits = |new: &&New| {
            bytes += new.json.get().len();
            bytes <= FRAME
        };
        // At least one, whatever its size.
        let (now, later) = left.split_at(left.iter().take_while(fits).count().max(1));
        frames.extend(encode(&MessagesFrame { messages: now.iter().map(|new| &*new.json).collect() }));
        left = later;
    }
    frames
}

fn raw(message: &Sealed) -> Option<Box<RawValue>> {
    serialised(serde_json::value::to_raw_value(message))
}

/// What the device is told that wrote or changed the message.
fn ack(message: &Sealed, client_id: ClientId) -> Option<Utf8Bytes> {
    let head = Head { seq: message.seq, change: message.change };
    let Sealed { conversation, sent_at, expires_at, .. } = *message;
    encode(&ServerFrame::Ack { conversation, client_id, head, sent_at, expires_at })
}

#[cfg(test)]
mod tests {
    use kith_shared::message::{Body, Message};
    use kith_shared::{Change, Seq};
    use uuid::Uuid;

    use super::*;

    const HERE: ConversationId = ConversationId(Uuid::from_u128(1));
    const THERE: ConversationId = ConversationId(Uuid::from_u128(2));
    /// The connection that wrote, and one that did not.
    const MIA: u64 = 1;
    const LEO: u64 = 2;
    const ZOE: u64 = 3;

    fn sealed(conversation: ConversationId, seq: i64, text: &str) -> Sealed {
        let body = serde_json::value::to_raw_value(&Body::text(text)).unwrap();
        let (sender, client_id) = (UserId(Uuid::nil()), ClientId(Uuid::from_u128(seq.unsigned_abs().into())));
        let head = Head { seq: Seq(seq), change: Change(seq) };
        Message::new(conversation, head, (sender, client_id), 0, body)
    }

    fn new(conversation: ConversationId, seq: i64, origin: u64) -> Event {
        Event::Message { message: sealed(conversation, seq, "hello"), origin }
    }

    /// What a connection hears, a frame each: seqs of messages, or `-seq` for an acknowledgement.
    fn heard(post: &Post, connection: u64) -> Vec<Vec<i64>> {
        let mut heard = Vec::new();
        let read = |bytes: &Utf8Bytes| match serde_json::from_str(bytes).unwrap() {
            ServerFrame::Messages { messages } => messages.iter().map(|message| message.seq.0).collect(),
            ServerFrame::Ack { head, .. } => vec![-head.seq.0],
            other => panic!("not expected: {other:?}"),
        };
        match post {
            Post::Messages(messages) => heard.extend(messages.frames(connection).iter().map(read)),
            Post::Changed { bytes, .. } => heard.push(read(bytes)),
            _ => panic!("no message"),
        }
        heard
    }

    #[test]
    fn what_comes_together_shares_a_frame_and_who_wrote_is_acknowledged_in_its_place() {
        let news = [(1, MIA), (2, LEO), (3, LEO), (4, MIA), (5, LEO)].map(|(seq, who)| new(HERE, seq, who));
        let posts = posts(news.into());
        assert_eq!(posts.len(), 1);
        assert_eq!(heard(&posts[0], ZOE), [[1, 2, 3, 4, 5]]);
        assert_eq!(heard(&posts[0], MIA), [vec![-1], vec![2, 3], vec![-4], vec![5]]);
        assert_eq!(heard(&posts[0], LEO), [vec![1], vec![-2], vec![-3], vec![4], vec![-5]]);
    }

    #[test]
    fn conversations_have_frames_of_their_own() {
        let mut posts = posts(vec![new(HERE, 1, MIA), new(THERE, 7, MIA), new(HERE, 2, MIA)]);
        posts.sort_by_key(|post| heard(post, ZOE));
        assert_eq!(
            posts.iter().map(|post| heard(post, ZOE)).collect::<Vec<_>>(),
            [[[1, 2].as_slice()], [&[7]]]
        );
    }

    #[test]
    fn no_message_is_told_before_a_change_that_came_before_it() {
        let change = Event::Changed {
            message: Message { change: Change(2), ..sealed(HERE, 1, "hello!") },
            voted: None,
            client_id: ClientId(Uuid::nil()),
            origin: MIA,
        };
        let posts = posts(vec![new(HERE, 1, MIA), change, new(HERE, 3, MIA)]);
        assert_eq!(posts.iter().map(|post| heard(post, ZOE)).collect::<Vec<_>>(), [[[1]], [[1]], [[3]]]);
    }

    #[test]
    fn a_frame_holds_no_more_than_a_connection_writes_at_once() {
        let long = "x".repeat(FRAME / 3);
        let message = |seq| Event::Message { message: sealed(HERE, seq, &long), origin: MIA };
        let posts = posts((1..=5).map(message).collect());
        assert_eq!(heard(&posts[0], ZOE), [vec![1, 2], vec![3, 4], vec![5]]);
        let huge = "x".repeat(2 * FRAME);
        let posts = super::posts(vec![
            Event::Message { message: sealed(HERE, 1, &huge), origin: MIA },
            new(HERE, 2, MIA),
        ]);
        assert_eq!(heard(&posts[0], ZOE), [[1], [2]], "one that is longer has a frame of its own");
    }
}
