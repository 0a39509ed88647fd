//! Mattermost's bulk export: a file of JSON lines, and the files that posts carry in `data/` beside it.

use std::collections::BTreeMap;
use std::path::Path;

use kith_shared::Millis;
use serde::Deserialize;

use super::model::{Carried, Export, Kind, Names, Person, Room, Said, Told, emoji, emoji_at, or_default};
use super::source::Source;
use crate::error::{Error, Result};

#[derive(Default)]
pub(super) struct Posts {
    channels: Vec<Channel>,
    users: Vec<User>,
    /// Who is in each dialog, by its key.
    directs: BTreeMap<String, Vec<String>>,
    /// What was said in each room, by its key.
    posts: BTreeMap<String, Vec<Post>>,
    left_out: u64,
}

pub(super) struct Mattermost<'a> {
    source: &'a Source,
    all: Posts,
}

/// A line. Of the other kinds there are none that Kith has.
#[derive(Deserialize)]
struct Line {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    channel: Option<Channel>,
    #[serde(default)]
    user: Option<User>,
    #[serde(default)]
    bot: Option<Bot>,
    #[serde(default)]
    post: Option<Post>,
    #[serde(default)]
    direct_channel: Option<DirectChannel>,
    #[serde(default)]
    direct_post: Option<Post>,
}

#[derive(Deserialize)]
struct Channel {
    team: String,
    name: String,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    purpose: Option<String>,
    #[serde(default)]
    header: Option<String>,
}

#[derive(Deserialize)]
struct User {
    username: String,
    #[serde(default)]
    nickname: Option<String>,
    #[serde(default)]
    first_name: Option<String>,
    #[serde(default)]
    last_name: Option<String>,
    #[serde(default)]
    delete_at: Option<Millis>,
    #[serde(default)]
    teams: Option<Vec<InTeam>>,
    #[serde(skip)]
    bot: bool,
}

#[derive(Deserialize)]
struct InTeam {
    name: String,
    #[serde(default)]
    channels: Option<Vec<InChannel>>,
}

#[derive(Deserialize)]
struct InChannel {
    name: String,
    #[serde(default)]
    roles: Option<String>,
}

#[derive(Deserialize)]
struct Bot {
    username: String,
    #[serde(default)]
    display_name: Option<String>,
}

#[derive(Deserialize)]
struct DirectChannel {
    #[serde(default, deserialize_with = "or_default")]
    members: Vec<String>,
    /// As newer versions say it.
    #[serde(default)]
    participants: Option<Vec<Participant>>,
}

#[derive(Deserialize)]
struct Participant {
    username: String,
}

/// A post, or what answers one, which names no place.
#[derive(Deserialize)]
struct Post {
    #[serde(default, deserialize_with = "or_default")]
    team: String,
    #[serde(default, deserialize_with = "or_default")]
    channel: String,
    #[serde(default, deserialize_with = "or_default")]
    channel_members: Vec<String>,
    user: String,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    message: String,
    create_at: Millis,
    #[serde(default)]
    edit_at: Option<Millis>,
    #[serde(default)]
    reactions: Option<Vec<Reaction>>,
    #[serde(default)]
    replies: Option<Vec<Post>>,
    #[serde(default)]
    attachments: Option<Vec<Attached>>,
}

#[derive(Deserialize)]
struct Reaction {
    user: String,
    emoji_name: String,
}

#[derive(Deserialize)]
struct Attached {
    path: String,
}

impl<'a> Mattermost<'a> {
    /// Opens the lines named, or those in a folder or an archive.
    pub(super) fn open(source: &'a Source, path: &Path) -> Result<Self> {
        let is_lines = |name: &str| name.ends_with(".jsonl");
        let named = path.file_name().and_then(|name| name.to_str()).filter(|name| is_lines(name));
        let name = match named {
            Some(name) => name.to_owned(),
            None => source.list("")?.into_iter().find(|name| is_lines(name)).ok_or_else(|| {
                Error::Told("there is no file of JSON lines: this is no export of Mattermost".to_owned())
            })?,
        };
        let mut all = Posts::default();
        source.json_lines(&name, |line| all.take(line))?;
        Ok(Self { source, all })
    }

    fn said(&self, post: &Post, key: String, names: &Names) -> Result<Said> {
        let sender = Person {
            key: post.user.clone(),
            username: post.user.clone(),
            display_name: post.user.clone(),
            bot: false,
            gone: false,
        };
        let mut said = Said {
            key,
            sender,
            sent_at: post.create_at,
            edited_at: post.edit_at.filter(|at| *at > 0),
            text: text(&post.message, names),
            reactions: reactions(post.reactions.as_deref().unwrap_or_default()),
            ..Said::default()
        };
        for Attached { path } in post.attachments.iter().flatten() {
            let name = path.rsplit('/').next().unwrap_or(path);
            let beside = format!("data/{path}");
            let there = if self.source.has(&beside)? { Some(beside) } else { None };
            let there = if self.source.has(path)? { Some(path.clone()) } else { there };
            match there {
                Some(path) => said.files.push(Carried { path, name: name.to_owned(), voice: false }),
                None => said.lacks(name),
            }
        }
        Ok(said)
    }
}

impl Posts {
    fn take(&mut self, line: Line) {
        if let Some(channel) = line.channel {
            self.channels.push(channel);
        } else if let Some(user) = line.user {
            self.users.push(user);
        } else if let Some(Bot { username, display_name }) = line.bot {
            let (first_name, last_name, delete_at, teams) = (None, None, None, None);
            self.users.push(User {
                username,
                nickname: display_name,
                first_name,
                last_name,
                delete_at,
                teams,
                bot: true,
            });
        } else if let Some(DirectChannel { members, participants }) = line.direct_channel {
            let named = participants.unwrap_or_default().into_iter().map(|one| one.username);
            self.open_direct(if members.is_empty() { named.collect() } else { members });
        } else if let Some(post) = line.post {
            let key = channel_key(&post.team, &post.channel);
            self.posts.entry(key).or_default().push(post);
        } else if let Some(post) = line.direct_post {
            self.open_direct(post.channel_members.clone());
            self.posts.entry(direct_key(&post.channel_members)).or_default().push(post);
        } else if !matches!(line.kind.as_str(), "version" | "info" | "team" | "role" | "scheme") {
            self.left_out += 1;
        }
    }

    fn open_direct(&mut self, mut members: Vec<String>) {
        members.sort();
        members.dedup();
        self.directs.entry(direct_key(&members)).or_insert(members);
    }

    /// Who is in a channel, and the first who administers it.
    fn members(&self, channel: &Channel) -> (Vec<String>, Option<String>) {
        let (mut members, mut admin) = (Vec::new(), None);
        for user in &self.users {
            let teams = user.teams.iter().flatten().filter(|team| team.name == channel.team);
            let mut channels = teams.flat_map(|team| team.channels.iter().flatten());
            if let Some(found) = channels.find(|found| found.name == channel.name) {
                let roles = found.roles.as_deref().unwrap_or_default();
                if admin.is_none() && roles.contains("channel_admin") {
                    admin = Some(user.username.clone());
                }
                members.push(user.username.clone());
            }
        }
        (members, admin)
    }
}

impl Export for Mattermost<'_> {
    fn people(&self) -> Vec<Person> {
        self.all.users.iter().map(person).collect()
    }

    fn rooms(&self) -> Vec<Room> {
        let channel = |channel: &Channel| {
            let (members, creator) = self.all.members(channel);
            let about =
                [&channel.purpose, &channel.header].into_iter().flatten().find(|text| !text.is_empty());
            Room {
                key: channel_key(&channel.team, &channel.name),
                kind: Kind::Group,
                title: channel.display_name.clone().unwrap_or_else(|| channel.name.clone()),
                description: about.cloned().unwrap_or_default(),
                creator,
                members,
                created_at: None,
            }
        };
        let direct = |members: &Vec<String>| Room {
            key: direct_key(members),
            kind: match members.len() {
                1 => Kind::Notes,
                2 => Kind::Direct,
                _ => Kind::Group,
            },
            title: members.join(", "),
            description: String::new(),
            creator: None,
            members: members.clone(),
            created_at: None,
        };
        let channels = self.all.channels.iter().map(channel);
        channels.chain(self.all.directs.values().map(direct)).collect()
    }

    fn told(&self, room: &Room, names: &Names) -> Result<Told> {
        let mut told = Told::default();
        // Posts have no ids: what was said by somebody at a time is one, and the next one by them is another.
        let mut met: BTreeMap<String, usize> = BTreeMap::new();
        let mut key = |post: &Post| {
            let key = format!("{}/{}", post.create_at, post.user);
            let count = met.entry(key.clone()).or_default();
            *count += 1;
            if *count == 1 { key } else { format!("{key}/{count}") }
        };
        for post in self.all.posts.get(&room.key).into_iter().flatten() {
            let root = key(post);
            let is_said = |post: &Post| !post.kind.as_deref().unwrap_or_default().starts_with("system_");
            for answer in post.replies.iter().flatten() {
                let key = key(answer);
                if is_said(answer) {
                    let said = self.said(answer, key, names)?;
                    told.said.push(Said { answers: Some(root.clone()), ..said });
                } else {
                    told.left_out += 1;
                }
            }
            if is_said(post) {
                told.said.push(self.said(post, root, names)?);
            } else {
                told.left_out += 1;
            }
        }
        told.said.sort_by_key(|said| (said.sent_at, said.answers.is_some()));
        Ok(told)
    }

    fn left_out(&self) -> u64 {
        self.all.left_out
    }
}

fn channel_key(team: &str, channel: &str) -> String {
    format!("channel/{team}/{channel}")
}

fn direct_key(members: &[String]) -> String {
    let mut members: Vec<&str> = members.iter().map(String::as_str).collect();
    members.sort_unstable();
    members.dedup();
    format!("direct/{}", members.join("/"))
}

fn person(user: &User) -> Person {
    let whole = [&user.first_name, &user.last_name].into_iter().flatten().map(String::as_str);
    let whole = whole.collect::<Vec<_>>().join(" ");
    let nickname = user.nickname.clone().filter(|name| !name.is_empty());
    let (key, username) = (user.username.clone(), user.username.clone());
    Person {
        key,
        username,
        display_name: nickname.unwrap_or(whole),
        bot: user.bot,
        gone: user.delete_at.is_some_and(|at| at > 0),
    }
}

/// The same emoji once, with all who reacted by it.
fn reactions(reactions: &[Reaction]) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for Reaction { user, emoji_name } in reactions {
        let Some(emoji) = emoji(emoji_name) else { continue };
        match found.iter_mut().find(|(there, _)| there == emoji) {
            Some((_, users)) => users.push(user.clone()),
            None => found.push((emoji.to_owned(), vec![user.clone()])),
        }
    }
    found
}

/// Its marks are Kith's but for the names of emoji, and of people who are called otherwise here.
fn text(message: &str, names: &Names) -> String {
    // What stands between backticks is code: every second part, whether it is a line of it or many.
    let part =
        |(place, part): (usize, &str)| if place % 2 == 1 { part.to_owned() } else { spoken(part, names) };
    let parts: Vec<String> = message.split('`').enumerate().map(part).collect();
    parts.join("`").trim().to_owned()
}

fn spoken(text: &str, names: &Names) -> String {
    let (mut made, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find([':', '@']) {
        made.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = emoji_at(rest).map(|(emoji, length)| (emoji.to_owned(), length));
        let (put, length) =
            found.or_else(|| mention(rest, names)).unwrap_or_else(|| (rest[..1].to_owned(), 1));
        made.push_str(&put);
        rest = &rest[length..];
    }
    made + rest
}

fn mention(text: &str, names: &Names) -> Option<(String, usize)> {
    let rest = text.strip_prefix('@')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    let name = rest[..length].trim_end_matches('.');
    match name {
        "here" | "channel" | "all" => Some(("@all".to_owned(), name.len() + 1)),
        _ => Some((format!("@{}", names.get(&name.to_ascii_lowercase())?), name.len() + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_people_and_emoji_become_kiths() {
        let names = Names::from([("mia".to_owned(), "mia-2".to_owned())]);
        for (message, made) in [
            ("**hi** @Mia. :tada:", "**hi** @mia-2. 🎉"),
            ("`:tada:` at 10:30, me@example.org", "`:tada:` at 10:30, me@example.org"),
            ("```\n@mia :tada:\n```", "```\n@mia :tada:\n```"),
            ("@channel", "@all"),
        ] {
            assert_eq!(text(message, &names), made);
        }
    }
}
