//! What a push says: as much as the user has pushes show, and as fits.

use kith_shared::format::plain;
use kith_shared::limits::PUSH_BYTES;
use kith_shared::message::{Body, Message};
use kith_shared::notify::Shows;
use kith_shared::push::{Closed, Kind, Push, Told};

use super::choice::Choice;
use crate::error::Result;
use crate::store::push::{Recipient, Talk};

/// Stands where a text was cut off.
const CUT: char = '…';

/// What a device is told, as JSON of at most [`PUSH_BYTES`].
pub fn write(
    talk: &Talk,
    choice: &Choice<'_>,
    recipient: &Recipient,
    shows: Shows,
    closed: &[Closed],
) -> Result<Vec<u8>> {
    let mut told = told(talk, choice, recipient, shows, closed);
    let bytes = serde_json::to_vec(&Push::Message(told.clone()))?;
    if bytes.len() <= PUSH_BYTES {
        return Ok(bytes);
    }
    told.message = None;
    let mut bytes = serde_json::to_vec(&Push::Message(told.clone()))?;
    if let Some(over) = bytes.len().checked_sub(PUSH_BYTES).filter(|over| *over > 0) {
        told.text = told.text.map(|text| cut(&text, over));
        bytes = serde_json::to_vec(&Push::Message(told))?;
    }
    Ok(bytes)
}

fn told<'a>(
    talk: &Talk,
    choice: &Choice<'a>,
    recipient: &Recipient,
    shows: Shows,
    closed: &[Closed],
) -> Box<Told<&'a Message>> {
    let Choice { message, mention } = *choice;
    let (named, whole) = (shows != Shows::Nothing, shows == Shows::All);
    let sender = talk.senders.get(&message.sender).filter(|_| named);
    let title = talk.title.as_ref().filter(|_| named).or(sender.map(|sender| &sender.display_name));
    let files = message.body.files().iter().filter(|_| whole).map(|file| file.kind);
    Box::new(Told {
        user: recipient.to.user,
        conversation: talk.conversation,
        seq: message.seq,
        change: message.change,
        sent_at: message.sent_at,
        expires_at: message.expires_at,
        title: title.cloned(),
        sender: sender.cloned(),
        group: named && talk.title.is_some(),
        avatar: talk.avatar.filter(|_| named),
        mention: named && mention,
        kind: kind(&message.body).filter(|_| whole),
        text: message.body.words().filter(|_| whole).map(|words| plain(words).into_owned()),
        files: files.collect(),
        message: whole.then_some(message),
        unread: recipient.unread,
        closed: closed.to_vec(),
    })
}

/// A notice or what is gone is told to nobody.
fn kind(body: &Body) -> Option<Kind> {
    match body {
        Body::Text { .. } => Some(Kind::Text),
        Body::Poll { .. } => Some(Kind::Poll),
        Body::Sticker(_) => Some(Kind::Sticker),
        Body::Deleted | Body::Expired | Body::Notice(_) => None,
    }
}

/// A text that takes `over` bytes less in JSON, at least.
fn cut(text: &str, over: usize) -> String {
    let all: usize = text.chars().map(width).sum();
    let mut room = all.saturating_sub(over + width(CUT));
    let fits = |c: &char| {
        let rest = room.checked_sub(width(*c));
        room = rest.unwrap_or_default();
        rest.is_some()
    };
    let mut cut: String = text.chars().take_while(fits).collect();
    cut.truncate(cut.trim_end().len());
    cut.push(CUT);
    cut
}

/// Bytes a character takes in JSON, as serde_json writes it.
fn width(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        c if c < ' ' => 6,
        c => c.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use kith_shared::message::Head;
    use kith_shared::user::User;
    use kith_shared::{Change, ClientId, ConversationId, Seq, SessionId, UserId};
    use uuid::Uuid;

    use super::*;
    use crate::store::push::{Keys, Subscription};

    /// What is told of a text, in a group or a dialog.
    fn tell(text: &str, title: Option<&str>, shows: Shows) -> (Told, usize) {
        let (conversation, sender) = (ConversationId(Uuid::nil()), UserId(Uuid::max()));
        let head = Head { seq: Seq(7), change: Change(9) };
        let message = Message::new(conversation, head, (sender, ClientId(Uuid::nil())), 1, Body::text(text));
        let leo = User {
            id: sender,
            username: "leo".to_owned(),
            display_name: "Leo".to_owned(),
            bot: false,
            avatar: None,
        };
        let title = title.map(str::to_owned);
        let talk = Talk {
            conversation,
            title,
            avatar: None,
            messages: Vec::new(),
            senders: HashMap::from([(sender, leo)]),
        };
        let keys = Keys { public: Vec::new(), auth: Vec::new() };
        let (session, user, endpoint) = (SessionId(Uuid::nil()), UserId(Uuid::nil()), String::new());
        let recipient = Recipient {
            to: Subscription { session, user, endpoint, keys, site: None },
            username: "mia".to_owned(),
            read: Seq::ZERO,
            joined_at: 0,
            settings: HashMap::new(),
            unread: 3,
        };
        let choice = Choice { message: &message, mention: true };
        let bytes = write(&talk, &choice, &recipient, shows, &[]).unwrap();
        match serde_json::from_slice(&bytes).unwrap() {
            Push::Message(told) => (*told, bytes.len()),
            Push::Test { .. } => panic!("no message"),
        }
    }

    #[test]
    fn what_a_push_is_not_to_show_is_not_in_it() {
        let (all, _) = tell("**six** o'clock", Some("Harbour"), Shows::All);
        assert_eq!((all.title.as_deref(), all.text.as_deref()), (Some("Harbour"), Some("six o'clock")));
        assert!(all.group && all.mention && all.message.is_some() && all.unread == 3);
        let (name, _) = tell("six", None, Shows::Name);
        assert_eq!(
            (name.title.as_deref(), name.sender.map(|leo| leo.username)),
            (Some("Leo"), Some("leo".to_owned()))
        );
        assert_eq!((name.text, name.kind, name.message), (None, None, None));
        let (nothing, _) = tell("six", Some("Harbour"), Shows::Nothing);
        assert_eq!((nothing.title, nothing.sender, nothing.text, nothing.message), (None, None, None, None));
        assert!(!nothing.group && !nothing.mention && nothing.unread == 3);
    }

    #[test]
    fn a_long_text_is_cut_at_a_character_and_the_message_left_out() {
        for text in [
            "x".repeat(4_000),
            "é".repeat(4_000),
            "\"".repeat(4_000),
            "👩‍🚀".repeat(800),
            "\u{1}".repeat(4_000),
        ] {
            let (told, bytes) = tell(&text, None, Shows::All);
            assert!(bytes <= PUSH_BYTES && bytes > PUSH_BYTES - 20, "{bytes}");
            assert_eq!(told.message, None);
            let shown = told.text.unwrap();
            assert!(text.starts_with(shown.strip_suffix('…').unwrap()), "{shown}");
        }
        let (told, bytes) = tell(&"x".repeat(2_000), None, Shows::All);
        assert!(told.message.is_none() && bytes < PUSH_BYTES, "the text has room, the message has none");
        assert_eq!(told.text.unwrap().len(), 2_000);
    }
}
