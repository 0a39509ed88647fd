//! Writes what an export has into a server's data: people, then room by room, some hundred messages at a time. What was
//! written stays written; begun again, it goes on where it was cut, for everything is known by what it was called there.

use std::collections::{HashMap, HashSet};
use std::io::Write;

use kith_shared::media::{Attachment, FileKind, fits_pixels};
use kith_shared::message::{Body, Reaction};
use kith_shared::problem::Code;
use kith_shared::{ClientId, ConversationId, FileId, UserId, limits, validate};
use sha2::{Digest, Sha256};

use super::model::{self, Carried, Export, Kind, Names, Person, Room, Said};
use super::pieces::pieces;
use super::source::Source;
use super::{Counts, Format};
use crate::error::{Error, Result};
use crate::media::{Storage, keep_file};
use crate::store::Store;
use crate::store::files::StoredFile;
use crate::store::import::{NewKind, NewMessage, NewPerson, NewRoom};
use crate::time;

/// Messages, or people, of one transaction: whoever else writes waits no longer than for these.
const BATCH: usize = 300;

pub(super) struct Writer<'a> {
    pub(super) format: Format,
    pub(super) store: &'a Store,
    pub(super) storage: &'a Storage,
    pub(super) source: &'a Source,
    /// Behind which there is no password anybody knows.
    pub(super) password_hash: String,
    pub(super) people: HashMap<String, UserId>,
    pub(super) bots: HashSet<UserId>,
    /// Who is a member wherever they wrote: programs, and those whose account is gone.
    pub(super) kept: HashSet<UserId>,
    /// Who came from there for the first time now.
    pub(super) first: HashSet<UserId>,
    pub(super) names: Names,
    pub(super) counts: Counts,
    /// Files brought this time, each counted once.
    pub(super) files: HashSet<FileId>,
}

/// A part of a message that is not longer than one may be.
struct Part<'a> {
    client_id: ClientId,
    said: &'a Said,
    text: String,
    files: &'a [Carried],
    first: bool,
}

impl Writer<'_> {
    pub(super) async fn write(&mut self, export: &dyn Export) -> Result<()> {
        self.counts.left_out += export.left_out();
        self.bring_people(&export.people()).await?;
        for room in export.rooms() {
            let mut told = export.told(&room, &self.names)?;
            let found = told.said.len();
            if room.kind != Kind::Group {
                // A dialog has no third who could have said something.
                told.said.retain(|said| room.members.contains(&said.sender.key));
            }
            self.counts.left_out += told.left_out + (found - told.said.len()) as u64;
            self.bring_strangers(&told.said).await?;
            match self.bring_room(&room, &told.said).await? {
                Some(id) => self.bring_messages(id, &room, &told.said).await?,
                // Nobody would ever see them.
                None => self.counts.left_out += told.said.len() as u64,
            }
        }
        Ok(())
    }

    async fn bring_people(&mut self, people: &[Person]) -> Result<()> {
        for batch in people.chunks(BATCH) {
            let valid: Vec<(String, String)> = batch.iter().map(|person| self.valid(person)).collect();
            let mut asked = Vec::with_capacity(batch.len());
            for (Person { key, bot, .. }, (username, display_name)) in batch.iter().zip(&valid) {
                asked.push(NewPerson { key, username, display_name, bot: *bot });
            }
            let known = self.store.import_people(self.format.name(), &asked, &self.password_hash).await?;
            for (person, known) in batch.iter().zip(known) {
                self.counts.people += u64::from(known.is_new);
                self.people.insert(person.key.clone(), known.id);
                if person.bot {
                    self.bots.insert(known.id);
                }
                if person.bot || person.gone {
                    self.kept.insert(known.id);
                }
                if known.is_first {
                    self.first.insert(known.id);
                }
                self.names.insert(person.key.clone(), known.username);
            }
        }
        Ok(())
    }

    /// Username and display name.
    fn valid(&self, person: &Person) -> (String, String) {
        let fallback = format!("{}-{}", self.format.name(), person.key);
        let fallback = model::username(&fallback, "somebody");
        let username = model::username(&person.username, &fallback);
        let display_name = model::display_name(&person.display_name, &username);
        (username, display_name)
    }

    /// Those who wrote and are not listed: guests, programs, and who left long ago.
    async fn bring_strangers(&mut self, said: &[Said]) -> Result<()> {
        let mut met = HashSet::new();
        let strangers = said
            .iter()
            .map(|said| &said.sender)
            .filter(|sender| !self.people.contains_key(&sender.key) && met.insert(sender.key.clone()));
        let strangers: Vec<Person> =
            strangers.map(|stranger| Person { gone: true, ..stranger.clone() }).collect();
        self.bring_people(&strangers).await
    }

    async fn bring_room(&mut self, room: &Room, said: &[Said]) -> Result<Option<ConversationId>> {
        let mut members = self.members(room, said);
        let fits = match room.kind {
            Kind::Direct => members.len() == 2,
            Kind::Notes => members.len() == 1,
            Kind::Group => !members.is_empty(),
        };
        if !fits {
            return Ok(None);
        }
        if members.len() > limits::GROUP_MEMBERS {
            self.counts.left_out += (members.len() - limits::GROUP_MEMBERS) as u64;
            members.truncate(limits::GROUP_MEMBERS);
        }
        let owner = self.owner(room, &members);
        let kind = match room.kind {
            Kind::Direct | Kind::Notes => NewKind::Direct,
            Kind::Group => NewKind::Group {
                title: model::display_name(&room.title, "Group"),
                description: model::description(&room.description),
                owner,
            },
        };
        let created_at =
            room.created_at.or_else(|| said.first().map(|said| said.sent_at)).unwrap_or_else(time::now);
        let joining = members.iter().copied().filter(|member| self.first.contains(member)).collect();
        let new = NewRoom { key: &room.key, kind, members, joining, created_at };
        let (id, is_new) = self.store.import_room(self.format.name(), &new).await?;
        match room.kind {
            Kind::Group => self.counts.groups += u64::from(is_new),
            Kind::Direct | Kind::Notes => self.counts.dialogs += u64::from(is_new),
        }
        Ok(Some(id))
    }

    /// Who is named as a member; of a group where nobody is, who made it, or else who wrote there. Besides, who has to be one
    /// to be known by name.
    fn members(&self, room: &Room, said: &[Said]) -> Vec<UserId> {
        let known = |key: &String| self.people.get(key).copied();
        let wrote: Vec<UserId> = said.iter().filter_map(|said| known(&said.sender.key)).collect();
        let mut members: Vec<UserId> = room.members.iter().filter_map(known).collect();
        if room.kind == Kind::Group {
            if members.is_empty() {
                members.extend(room.creator.as_ref().and_then(known));
            }
            match members.is_empty() {
                true => members.extend(&wrote),
                false => members.extend(wrote.iter().filter(|writer| self.kept.contains(writer))),
            }
        }
        let mut met = HashSet::new();
        members.retain(|member| met.insert(*member));
        members
    }

    /// Who made a group, if they are in it, or else the first of its people.
    fn owner(&self, room: &Room, members: &[UserId]) -> UserId {
        let creator = room.creator.as_ref().and_then(|key| self.people.get(key)).copied();
        let creator = creator.filter(|creator| members.contains(creator));
        let person = || members.iter().copied().find(|member| !self.bots.contains(member));
        creator.or_else(person).unwrap_or(members[0])
    }

    async fn bring_messages(&mut self, id: ConversationId, room: &Room, said: &[Said]) -> Result<()> {
        let parts: Vec<Part<'_>> = said.iter().flat_map(|said| self.parts(room, said)).collect();
        self.counts.left_out += said.iter().filter(|said| is_empty(said)).count() as u64;
        for batch in parts.chunks(BATCH) {
            let ids: Vec<ClientId> = batch.iter().map(|part| part.client_id).collect();
            let known = self.store.imported_messages(id, &ids).await?;
            let mut new = Vec::with_capacity(batch.len());
            for part in batch.iter().filter(|part| !known.contains_key(&part.client_id)) {
                new.extend(self.message(room, part).await?);
            }
            if !new.is_empty() {
                self.counts.messages += self.store.import_messages(id, &new).await? as u64;
            }
        }
        Ok(())
    }

    /// A message in as many parts as it takes; none of one that says nothing.
    fn parts<'a>(&self, room: &Room, said: &'a Said) -> Vec<Part<'a>> {
        if is_empty(said) {
            return Vec::new();
        }
        let (mut texts, mut files) = (pieces(&said.text).into_iter(), said.files.chunks(limits::ATTACHMENTS));
        let mut parts = Vec::new();
        loop {
            let (text, files) = (texts.next(), files.next());
            if text.is_none() && files.is_none() {
                return parts;
            }
            let client_id = self.client_id(room, &said.key, parts.len());
            let (text, files) = (text.unwrap_or_default(), files.unwrap_or_default());
            parts.push(Part { client_id, said, text, files, first: parts.is_empty() });
        }
    }

    async fn message(&mut self, room: &Room, part: &Part<'_>) -> Result<Option<NewMessage>> {
        let said = part.said;
        let Some(sender) = self.people.get(&said.sender.key).copied() else { return Ok(None) };
        let files = self.attachments(sender, part.files).await?;
        let forwarded = said.forwarded;
        let body = Body::Text { text: part.text.clone(), reply_to: None, forwarded, files, preview: None };
        let body = match validate::body(body) {
            // The one file it was is too large.
            Err(Code::EmptyMessage) => return Ok(None),
            body => body.map_err(|code| {
                let (key, room) = (&said.key, &room.key);
                Error::Told(format!("the message {key} in {room} can't be written: {}", code.as_str()))
            })?,
        };
        let answers = said.answers.as_ref().filter(|_| part.first);
        let reactions = if part.first { self.reactions(said) } else { Vec::new() };
        Ok(Some(NewMessage {
            client_id: part.client_id,
            sender,
            sent_at: said.sent_at,
            edited_at: said.edited_at,
            body,
            answers: answers.map(|key| self.client_id(room, key, 0)),
            reactions,
        }))
    }

    /// Each file once, as a message can carry it no twice.
    async fn attachments(&mut self, sender: UserId, files: &[Carried]) -> Result<Vec<Attachment>> {
        let mut attachments: Vec<Attachment> = Vec::with_capacity(files.len());
        for carried in files {
            let copy = |to: &mut dyn Write| self.source.copy(&carried.path, to);
            let stored = match keep_file(self.store, self.storage, sender, copy).await {
                Err(error) if error.code() == Code::FileTooLarge => {
                    self.counts.left_out += 1;
                    continue;
                }
                stored => stored?,
            };
            self.counts.files += u64::from(self.files.insert(stored.id));
            if !attachments.iter().any(|there| there.file == stored.id) {
                attachments.push(attachment(carried, stored));
            }
        }
        Ok(attachments)
    }

    /// Those by known people, with emoji that are ones; as many as a message may have.
    fn reactions(&self, said: &Said) -> Vec<Reaction> {
        let mut reactions: Vec<Reaction> = Vec::new();
        let mut room = limits::REACTIONS;
        for (emoji, keys) in &said.reactions {
            if validate::emoji(emoji).is_err() || reactions.iter().any(|there| there.emoji == *emoji) {
                continue;
            }
            let mut met = HashSet::new();
            let users = keys.iter().filter_map(|key| self.people.get(key)).copied();
            let users: Vec<UserId> = users.filter(|user| met.insert(*user)).take(room).collect();
            room -= users.len();
            if !users.is_empty() {
                reactions.push(Reaction { emoji: emoji.clone(), users });
            }
        }
        reactions
    }

    /// What a message is known by: a UUID made of what it is called there.
    fn client_id(&self, room: &Room, key: &str, part: usize) -> ClientId {
        let mut hash = Sha256::new();
        for name in ["kith import", self.format.name(), &room.key, key, &part.to_string()] {
            hash.update((name.len() as u64).to_be_bytes());
            hash.update(name);
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.finalize()[..16]);
        ClientId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

fn is_empty(said: &Said) -> bool {
    said.text.trim().is_empty() && said.files.is_empty()
}

/// What is said of a file: how it is shown is what its bytes allow.
fn attachment(carried: &Carried, stored: StoredFile) -> Attachment {
    let kinds = [FileKind::Photo, FileKind::Video, FileKind::Audio];
    let shown = kinds.into_iter().find(|kind| kind.fits(&stored.content_type));
    let fits = |(width, height): &(u32, u32)| *width > 0 && *height > 0 && fits_pixels(*width, *height);
    let pixels = stored.dimensions.filter(fits);
    let kind = match shown {
        Some(FileKind::Photo) if pixels.is_none() => FileKind::File,
        Some(_) if carried.voice && FileKind::Voice.fits(&stored.content_type) => FileKind::Voice,
        shown => shown.unwrap_or_default(),
    };
    Attachment {
        file: stored.id,
        kind,
        name: carried.name.clone(),
        size: stored.size,
        content_type: stored.content_type,
        width: pixels.map(|(width, _)| width),
        height: pixels.map(|(_, height)| height),
        thumbhash: None,
        thumb: None,
        duration: None,
        waveform: None,
    }
}
