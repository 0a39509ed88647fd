//! Slack's export: `users.json`, what lists its channels and dialogs, and a folder of each with a file a day.

use std::collections::BTreeMap;

use kith_shared::Millis;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::model::{Carried, Export, Kind, Names, Person, Room, Said, Told, emoji, or_default};
use super::slack_text::text;
use super::source::Source;
use crate::error::{Error, Result};

pub(super) struct Slack<'a> {
    source: &'a Source,
    users: Vec<User>,
    rooms: Vec<(Kind, Channel)>,
}

#[derive(Deserialize)]
struct User {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
    #[serde(default)]
    real_name: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    is_bot: bool,
    #[serde(default, deserialize_with = "or_default")]
    deleted: bool,
    #[serde(default, deserialize_with = "or_default")]
    profile: Profile,
}

#[derive(Default, Deserialize)]
struct Profile {
    #[serde(default)]
    real_name: Option<String>,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    name: Option<String>,
}

/// A channel, or a dialog, which has no name.
#[derive(Deserialize)]
struct Channel {
    id: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    created: Option<i64>,
    #[serde(default)]
    creator: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    members: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    topic: About,
    #[serde(default, deserialize_with = "or_default")]
    purpose: About,
}

#[derive(Default, Deserialize)]
struct About {
    #[serde(default, deserialize_with = "or_default")]
    value: String,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    subtype: Option<String>,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    bot_id: Option<String>,
    /// What a program calls itself.
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    user_profile: Option<Profile>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    ts: Option<String>,
    #[serde(default)]
    thread_ts: Option<String>,
    #[serde(default)]
    edited: Option<Edited>,
    #[serde(default, deserialize_with = "or_default")]
    reactions: Vec<Reaction>,
    #[serde(default, deserialize_with = "or_default")]
    files: Vec<Option<SlackFile>>,
    #[serde(default, deserialize_with = "or_default")]
    attachments: Vec<Attached>,
}

#[derive(Deserialize)]
struct Edited {
    ts: String,
}

#[derive(Deserialize)]
struct Reaction {
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    users: Vec<String>,
}

#[derive(Deserialize)]
struct SlackFile {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    subtype: Option<String>,
}

/// What a program shows beside its text, or instead of it.
#[derive(Deserialize)]
struct Attached {
    #[serde(default)]
    fallback: Option<String>,
    #[serde(default)]
    text: Option<String>,
    /// Found by Slack itself, of an address in the text.
    #[serde(default)]
    from_url: Option<String>,
}

/// What is said by people and programs, of all the subtypes there are.
const SAID: [&str; 6] =
    ["bot_message", "file_comment", "file_share", "me_message", "reply_broadcast", "thread_broadcast"];

impl<'a> Slack<'a> {
    pub(super) fn open(source: &'a Source) -> Result<Self> {
        let users = source
            .json("users.json")?
            .ok_or_else(|| Error::Told("there is no users.json: this is no export of Slack".to_owned()))?;
        let mut rooms = Vec::new();
        for (name, kind) in [
            ("channels.json", Kind::Group),
            ("groups.json", Kind::Group),
            ("mpims.json", Kind::Group),
            ("dms.json", Kind::Direct),
        ] {
            let listed: Vec<Channel> = listed(source, name)?;
            rooms.extend(listed.into_iter().map(|channel| match kind {
                Kind::Direct if channel.members.len() == 1 => (Kind::Notes, channel),
                _ => (kind, channel),
            }));
        }
        Ok(Self { source, users, rooms })
    }

    fn said(&self, folder: &str, message: Message, names: &Names) -> Result<Option<Said>> {
        let is_said = message.subtype.as_deref().is_none_or(|subtype| SAID.contains(&subtype));
        let (Some(sender), Some(ts), true) = (sender(&message), message.ts.clone(), is_said) else {
            return Ok(None);
        };
        let Some(sent_at) = millis(&ts) else { return Ok(None) };
        let mut said = Said {
            sender,
            sent_at,
            edited_at: message.edited.as_ref().and_then(|edited| millis(&edited.ts)),
            text: text(message.text.as_deref().unwrap_or_default(), names),
            answers: message.thread_ts.filter(|thread| *thread != ts),
            key: ts,
            ..Said::default()
        };
        if said.text.is_empty() {
            said.text = beside(&message.attachments, names);
        }
        said.reactions = reactions(message.reactions);
        for file in message.files.into_iter().flatten() {
            self.carry(folder, file, &mut said)?;
        }
        Ok(Some(said))
    }

    /// Where programs that complete an export put files: Slack's own has only their addresses.
    fn carry(&self, folder: &str, file: SlackFile, said: &mut Said) -> Result<()> {
        let name = file.name.or(file.title).unwrap_or_else(|| "file".to_owned());
        let id = file.id.unwrap_or_default();
        let voice = file.subtype.as_deref() == Some("slack_audio");
        let candidates = [
            format!("__uploads/{id}/{name}"),
            format!("{folder}/attachments/{id}-{name}"),
            format!("attachments/{id}-{name}"),
        ];
        // What is in no folder of its own is nowhere, whatever it is called.
        let plain = [&id, &name].iter().all(|part| !part.contains(['/', '\\', '\0']) && *part != "..");
        for path in candidates.into_iter().filter(|_| plain) {
            if self.source.has(&path)? {
                said.files.push(Carried { path, name, voice });
                return Ok(());
            }
        }
        said.lacks(&name);
        Ok(())
    }
}

impl Export for Slack<'_> {
    fn people(&self) -> Vec<Person> {
        self.users.iter().map(person).collect()
    }

    fn rooms(&self) -> Vec<Room> {
        let room = |(kind, channel): &(Kind, Channel)| {
            let about =
                [&channel.purpose.value, &channel.topic.value].into_iter().find(|text| !text.is_empty());
            Room {
                key: channel.id.clone(),
                kind: *kind,
                title: channel.name.clone().unwrap_or_default(),
                description: about.cloned().unwrap_or_default(),
                creator: channel.creator.clone(),
                members: channel.members.clone(),
                created_at: channel.created.map(|seconds| seconds.saturating_mul(1_000)),
            }
        };
        self.rooms.iter().map(room).collect()
    }

    fn told(&self, room: &Room, names: &Names) -> Result<Told> {
        let named = room.kind == Kind::Group && !room.title.is_empty();
        let folder = if named { &room.title } else { &room.key };
        let mut told = Told::default();
        // By time: a file holds a day, and what answers may stand in another.
        let mut said: BTreeMap<String, Said> = BTreeMap::new();
        for day in self.source.list(folder)?.iter().filter(|name| name.ends_with(".json")) {
            let messages: Vec<Message> = listed(self.source, &format!("{folder}/{day}"))?;
            for message in messages {
                match self.said(folder, message, names)? {
                    Some(one) => drop(said.insert(one.key.clone(), one)),
                    None => told.left_out += 1,
                }
            }
        }
        told.said = said.into_values().collect();
        told.said.sort_by_key(|said| said.sent_at);
        Ok(told)
    }
}

fn listed<T: DeserializeOwned>(source: &Source, name: &str) -> Result<Vec<T>> {
    Ok(source.json(name)?.unwrap_or_default())
}

fn person(user: &User) -> Person {
    let names = [&user.profile.display_name, &user.profile.real_name, &user.real_name];
    let display_name = names.into_iter().flatten().find(|name| !name.is_empty());
    Person {
        key: user.id.clone(),
        username: user.name.clone(),
        display_name: display_name.unwrap_or(&user.name).clone(),
        bot: user.is_bot,
        gone: user.deleted,
    }
}

/// Who wrote it, with what is known of them should they not be listed.
fn sender(message: &Message) -> Option<Person> {
    if let Some(user) = &message.user {
        let profile = message.user_profile.as_ref();
        let name = profile.and_then(|profile| profile.name.clone()).unwrap_or_else(|| user.clone());
        let shown = profile.and_then(|profile| profile.real_name.clone()).unwrap_or_else(|| name.clone());
        return Some(Person {
            key: user.clone(),
            username: name,
            display_name: shown,
            bot: false,
            gone: false,
        });
    }
    let bot = message.bot_id.clone()?;
    let name = message.username.clone().unwrap_or_else(|| bot.clone());
    Some(Person { key: bot, username: name.clone(), display_name: name, bot: true, gone: false })
}

/// What a program shows, where it says nothing.
fn beside(attachments: &[Attached], names: &Names) -> String {
    let shown = attachments.iter().filter(|shown| shown.from_url.is_none());
    let shown = shown.filter_map(|shown| shown.text.as_ref().or(shown.fallback.as_ref()));
    shown.map(|shown| text(shown, names)).collect::<Vec<_>>().join("\n")
}

fn reactions(reactions: Vec<Reaction>) -> Vec<(String, Vec<String>)> {
    let known = |Reaction { name, users }: Reaction| Some((emoji(&name)?.to_owned(), users));
    reactions.into_iter().filter_map(known).collect()
}

/// A time such as `1700000000.000200`, seconds; what stands behind the thousandths only tells messages apart.
fn millis(ts: &str) -> Option<Millis> {
    let (seconds, part) = ts.split_once('.').unwrap_or((ts, ""));
    let seconds: i64 = seconds.parse().ok()?;
    let part: i64 = format!("{part:0<3}").get(..3)?.parse().ok()?;
    seconds.checked_mul(1_000)?.checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_to_the_thousandth() {
        assert_eq!(millis("1700000000.000200"), Some(1_700_000_000_000));
        assert_eq!(millis("1700000000.123456"), Some(1_700_000_000_123));
        assert_eq!(millis("1700000000"), Some(1_700_000_000_000));
        assert_eq!(millis("soon"), None);
    }
}
