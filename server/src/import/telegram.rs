//! Telegram Desktop's export as JSON: `result.json`, of one chat or of all, with the files it names beside it.

use std::collections::{BTreeMap, HashSet};

use kith_shared::Millis;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::model::{Carried, Export, Kind, Names, Person, Room, Said, Told, or_default};
use super::source::Source;
use super::telegram_text::{Texts, text};
use crate::error::{Error, Result};

const FILE: &str = "result.json";
/// How a chat with oneself is called.
const SAVED: &str = "saved_messages";

pub(super) struct Telegram<'a> {
    source: &'a Source,
    chats: Vec<Chat>,
    /// Whose export it is; not known of one chat's.
    me: Option<Person>,
}

/// The whole file: either has all chats, or is one itself.
#[derive(Deserialize)]
struct Root {
    #[serde(default)]
    personal_information: Option<Me>,
    #[serde(default, deserialize_with = "or_default")]
    chats: Chats,
    #[serde(default, deserialize_with = "or_default")]
    left_chats: Chats,
    #[serde(default)]
    messages: Option<IgnoredAny>,
}

#[derive(Default, Deserialize)]
struct Chats {
    #[serde(default, deserialize_with = "or_default")]
    list: Vec<Chat>,
}

#[derive(Deserialize)]
struct Me {
    user_id: i64,
    #[serde(default)]
    first_name: Option<String>,
    #[serde(default)]
    last_name: Option<String>,
    #[serde(default)]
    username: Option<String>,
}

#[derive(Deserialize)]
struct Chat {
    #[serde(default)]
    name: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    id: i64,
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    id: i64,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    date_unixtime: Option<String>,
    #[serde(default)]
    edited_unixtime: Option<String>,
    /// What happened, and by whom, of what nobody said.
    #[serde(default)]
    action: Option<String>,
    #[serde(default)]
    actor_id: Option<String>,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    from_id: Option<String>,
    #[serde(default)]
    forwarded_from: Option<serde_json::Value>,
    #[serde(default)]
    reply_to_message_id: Option<i64>,
    /// Where that is another chat.
    #[serde(default)]
    reply_to_peer_id: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "or_default")]
    text: Texts,
    #[serde(default)]
    photo: Option<String>,
    #[serde(default)]
    file: Option<String>,
    #[serde(default)]
    file_name: Option<String>,
    #[serde(default)]
    media_type: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    reactions: Vec<Reaction>,
}

#[derive(Deserialize)]
struct Reaction {
    #[serde(default)]
    emoji: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    recent: Vec<Reacted>,
}

#[derive(Deserialize)]
struct Reacted {
    #[serde(default)]
    from_id: Option<String>,
}

impl<'a> Telegram<'a> {
    pub(super) fn open(source: &'a Source) -> Result<Self> {
        let root: Root = source.json(FILE)?.ok_or_else(|| {
            Error::Told(format!("there is no {FILE}: this is no export of Telegram as JSON"))
        })?;
        let me = root.personal_information.map(|me| {
            let parts = [me.first_name, me.last_name].into_iter().flatten().collect::<Vec<_>>();
            let (key, display_name) = (format!("user{}", me.user_id), parts.join(" "));
            let username = me.username.map_or_else(|| display_name.clone(), |name| name.replace('@', ""));
            Person { key, username, display_name, bot: false, gone: false }
        });
        let mut chats = root.chats.list;
        chats.extend(root.left_chats.list);
        if root.messages.is_some() {
            chats.extend(source.json::<Chat>(FILE)?);
        }
        Ok(Self { source, chats, me })
    }

    /// Whose dialogs the export has: of one chat's, who is not the other one.
    fn mine(&self, chat: &Chat) -> Option<String> {
        let me = self.me.as_ref().map(|me| me.key.clone());
        let other = format!("user{}", chat.id);
        let mut wrote = chat.messages.iter().filter_map(|message| message.from_id.as_ref());
        match kind(chat) {
            Kind::Direct => me.or_else(|| wrote.find(|key| **key != other).cloned()),
            Kind::Notes => me.or_else(|| wrote.next().cloned()),
            Kind::Group => me,
        }
    }

    /// What a chat is known by: a dialog is named after the other one, in each one's export.
    fn key(&self, chat: &Chat) -> String {
        match kind(chat) {
            Kind::Group => chat.id.to_string(),
            Kind::Direct | Kind::Notes => {
                format!("{}/user{}", self.mine(chat).unwrap_or_default(), chat.id)
            }
        }
    }

    /// What a message of a chat is known by: but in large groups each of the members counts their own.
    fn message_key(&self, chat: &Chat, id: i64) -> String {
        match chat.kind.ends_with("supergroup") || chat.kind.ends_with("channel") {
            true => id.to_string(),
            false => format!("{}/{id}", self.mine(chat).unwrap_or_default()),
        }
    }

    /// Nobody lists who is in a group: it is who wrote there, and whose export it is.
    fn members(&self, chat: &Chat) -> Vec<String> {
        let other = Some(format!("user{}", chat.id)).filter(|_| kind(chat) == Kind::Direct);
        let mut members: Vec<String> = other.into_iter().chain(self.mine(chat)).collect();
        if kind(chat) == Kind::Group {
            let wrote = chat.messages.iter().filter(|message| message.kind == "message");
            members.splice(0..0, wrote.filter_map(|message| message.from_id.clone()));
        }
        let mut met = HashSet::new();
        members.retain(|member| met.insert(member.clone()));
        members
    }

    fn said(&self, chat: &Chat, message: &Message, names: &Names) -> Result<Option<Said>> {
        let (Some(sender), Some(sent_at), "message") =
            (sender(message), millis(message.date_unixtime.as_ref()), message.kind.as_str())
        else {
            return Ok(None);
        };
        let answered = message.reply_to_message_id.filter(|_| message.reply_to_peer_id.is_none());
        let mut said = Said {
            key: self.message_key(chat, message.id),
            sender,
            sent_at,
            edited_at: millis(message.edited_unixtime.as_ref()),
            text: text(&message.text, names),
            answers: answered.map(|id| self.message_key(chat, id)),
            forwarded: message.forwarded_from.is_some(),
            reactions: reactions(&message.reactions),
            ..Said::default()
        };
        let voice = message.media_type.as_deref() == Some("voice_message");
        for path in [&message.photo, &message.file].into_iter().flatten() {
            self.carry(path, message.file_name.as_deref(), voice, &mut said)?;
        }
        Ok(Some(said))
    }

    fn carry(&self, path: &str, name: Option<&str>, voice: bool, said: &mut Said) -> Result<()> {
        let last = path.rsplit('/').next().unwrap_or(path);
        // What was too large, or not asked for, is a sentence in brackets instead of a path.
        if path.starts_with('(') {
            said.lacks(name.unwrap_or("file"));
            return Ok(());
        }
        let name = name.unwrap_or(last);
        match self.source.has(path)? {
            true => said.files.push(Carried { path: path.to_owned(), name: name.to_owned(), voice }),
            false => said.lacks(name),
        }
        Ok(())
    }
}

impl Export for Telegram<'_> {
    fn people(&self) -> Vec<Person> {
        let mut people: BTreeMap<String, Person> = BTreeMap::new();
        for chat in &self.chats {
            for sender in chat.messages.iter().filter_map(sender) {
                people.entry(sender.key.clone()).or_insert(sender);
            }
            if kind(chat) == Kind::Direct {
                let (key, name) = (format!("user{}", chat.id), chat.name.clone().unwrap_or_default());
                let other = Person {
                    key,
                    username: name.clone(),
                    display_name: name,
                    bot: is_bot(chat),
                    gone: false,
                };
                people.insert(other.key.clone(), other);
            }
        }
        people.extend(self.me.iter().map(|me| (me.key.clone(), me.clone())));
        people.into_values().collect()
    }

    fn rooms(&self) -> Vec<Room> {
        let room = |chat: &Chat| Room {
            key: self.key(chat),
            kind: kind(chat),
            title: chat.name.clone().unwrap_or_default(),
            description: String::new(),
            creator: creator(chat),
            members: self.members(chat),
            created_at: None,
        };
        self.chats.iter().map(room).collect()
    }

    fn told(&self, room: &Room, names: &Names) -> Result<Told> {
        let mut told = Told::default();
        let chats = self.chats.iter().filter(|chat| self.key(chat) == room.key);
        for (chat, message) in chats.flat_map(|chat| chat.messages.iter().map(move |one| (chat, one))) {
            match self.said(chat, message, names)? {
                Some(said) => told.said.push(said),
                None => told.left_out += 1,
            }
        }
        Ok(told)
    }
}

fn kind(chat: &Chat) -> Kind {
    match chat.kind.as_str() {
        "personal_chat" | "bot_chat" => Kind::Direct,
        SAVED => Kind::Notes,
        _ => Kind::Group,
    }
}

fn is_bot(chat: &Chat) -> bool {
    chat.kind == "bot_chat"
}

/// Who made a group, where that is told.
fn creator(chat: &Chat) -> Option<String> {
    let makes = |action: &str| matches!(action, "create_group" | "create_channel");
    let made = chat.messages.iter().find(|message| message.action.as_deref().is_some_and(makes));
    made.and_then(|message| message.actor_id.clone())
}

/// Nobody has a username in an export: it is made of what they are called.
fn sender(message: &Message) -> Option<Person> {
    let key = message.from_id.clone()?;
    let name = message.from.clone().unwrap_or_default();
    // A channel speaks as itself.
    let bot = key.starts_with("channel");
    Some(Person { key, username: name.clone(), display_name: name, bot, gone: false })
}

fn reactions(reactions: &[Reaction]) -> Vec<(String, Vec<String>)> {
    let known = |reaction: &Reaction| {
        let users = reaction.recent.iter().filter_map(|one| one.from_id.clone()).collect();
        Some((reaction.emoji.clone()?, users))
    };
    reactions.iter().filter_map(known).collect()
}

fn millis(seconds: Option<&String>) -> Option<Millis> {
    seconds?.parse::<i64>().ok()?.checked_mul(1_000)
}
