//! A server as the protocol describes it, in memory: what it says is right, and what devices have to end like.

use std::collections::HashMap;

use kith_shared::conversation::{Conversation, ConversationKind, Member, Role};
use kith_shared::format::mentions;
use kith_shared::frame::{ClientFrame, ConversationState, ReadMark, ServerFrame};
use kith_shared::message::{Body, Head, Message, Page, PageQuery, Reaction, Votes};
use kith_shared::problem::Code;
use kith_shared::setting::{Setting, Settings};
use kith_shared::user::User;
use kith_shared::{Change, ClientId, ConversationId, Seq, SessionId, UserId};
use uuid::Uuid;

/// Small, so that few messages make many pages.
const PAGE: usize = 7;

pub const MIA: UserId = UserId(Uuid::from_u128(1));
pub const LEO: UserId = UserId(Uuid::from_u128(2));
pub const USERS: [UserId; 2] = [MIA, LEO];
pub const DIALOG: ConversationId = ConversationId(Uuid::from_u128(3));
pub const GROUP: ConversationId = ConversationId(Uuid::from_u128(4));
pub const CONVERSATIONS: [ConversationId; 2] = [DIALOG, GROUP];

pub fn user(id: UserId) -> User {
    let name = if id == MIA { "mia" } else { "leo" };
    User { id, username: name.to_owned(), display_name: name.to_owned(), bot: false, avatar: None }
}

/// A frame for somebody: everybody's devices, or those of one, all or one of them.
pub struct Told {
    pub users: Vec<UserId>,
    pub only: Option<usize>,
    pub frame: ServerFrame,
}

#[derive(Default)]
pub struct Server {
    talks: HashMap<ConversationId, Talk>,
    done: HashMap<ClientId, (ConversationId, Head)>,
    settings: HashMap<UserId, Settings>,
}

#[derive(Default)]
struct Talk {
    messages: Vec<Message>,
    change: Change,
    reads: HashMap<UserId, Seq>,
    delivered: HashMap<UserId, Seq>,
    /// Who chose what of which poll.
    voted: HashMap<(Seq, UserId), Vec<u32>>,
}

impl Talk {
    fn head(&self) -> Head {
        Head { seq: Seq(self.messages.len() as i64), change: self.change }
    }

    /// A message as `me` sees it.
    fn seen(&self, me: UserId, message: &Message) -> Message {
        let mut message = message.clone();
        if let Some(votes) = &mut message.votes {
            votes.voted = Some(self.voted.get(&(message.seq, me)).cloned().unwrap_or_default());
        }
        message
    }

    fn unread(&self, me: UserId) -> impl Iterator<Item = &Message> {
        let read = self.reads.get(&me).copied().unwrap_or_default();
        let counts = move |message: &&Message| {
            message.seq > read && message.sender != me && message.body != Body::Deleted
        };
        self.messages.iter().filter(counts)
    }
}

impl Server {
    /// As `me` sees them.
    pub fn messages(&self, me: UserId, conversation: ConversationId) -> Vec<Message> {
        let talk = self.talks.get(&conversation);
        talk.iter().flat_map(|talk| talk.messages.iter().map(|message| talk.seen(me, message))).collect()
    }

    /// All that are set.
    pub fn settings(&self, user: UserId) -> Settings {
        let mut settings = self.settings.get(&user).cloned().unwrap_or_default();
        settings.settings.retain(|setting| setting.value.is_some());
        settings
    }

    /// A page of those set or removed since; a short one, so that there are often more.
    pub fn settings_since(&self, user: UserId, after: Change) -> Settings {
        let mut page = self.settings.get(&user).cloned().unwrap_or_default();
        page.settings.retain(|setting| setting.change > after);
        page.settings.sort_by_key(|setting| setting.change);
        page.more = page.settings.len() > 2;
        page.settings.truncate(2);
        if let Some(last) = page.settings.last().filter(|_| page.more) {
            page.head = last.change;
        }
        page
    }

    /// What a device sent, and what is to be told of it.
    pub fn take(&mut self, device: usize, me: UserId, frame: ClientFrame) -> Vec<Told> {
        let only = |frame| Told { users: vec![me], only: Some(device), frame };
        let id = match &frame {
            ClientFrame::Send { client_id, .. }
            | ClientFrame::Edit { client_id, .. }
            | ClientFrame::Delete { client_id, .. }
            | ClientFrame::Pin { client_id, .. }
            | ClientFrame::Vote { client_id, .. }
            | ClientFrame::ClosePoll { client_id, .. }
            | ClientFrame::React { client_id, .. } => Some(*client_id),
            _ => None,
        };
        if let Some((client_id, (conversation, head))) = id.and_then(|id| Some((id, *self.done.get(&id)?))) {
            return vec![only(ServerFrame::Ack {
                conversation,
                client_id,
                head,
                sent_at: head.seq.0,
                expires_at: None,
            })];
        }
        match frame {
            ClientFrame::Send { conversation, client_id, body } => {
                self.send(device, me, conversation, client_id, body)
            }
            ClientFrame::Edit { conversation, client_id, seq, body } => {
                let edit = |message: &mut Message| {
                    match message.body {
                        Body::Deleted | Body::Expired => return Err(Code::MessageDeleted),
                        Body::Poll { .. } | Body::Sticker(_) | Body::Notice(_) => return Err(Code::NotYours),
                        Body::Text { .. } => {}
                    }
                    (message.body, message.edited_at) = (body, Some(1));
                    Ok(())
                };
                self.change(device, me, conversation, client_id, seq, true, edit)
            }
            ClientFrame::Delete { conversation, client_id, seq } => {
                let delete = |message: &mut Message| {
                    message.take_away(Body::Deleted);
                    Ok(())
                };
                self.change(device, me, conversation, client_id, seq, true, delete)
            }
            ClientFrame::React { conversation, client_id, seq, emoji, on } => {
                let react = |message: &mut Message| {
                    if message.body == Body::Deleted {
                        return Err(Code::MessageDeleted);
                    }
                    react(&mut message.reactions, me, emoji, on);
                    Ok(())
                };
                self.change(device, me, conversation, client_id, seq, false, react)
            }
            ClientFrame::Pin { conversation, client_id, seq, on } => {
                let pin = |message: &mut Message| {
                    if message.body == Body::Deleted {
                        return Err(Code::MessageDeleted);
                    }
                    message.pinned_at = on.then_some(1);
                    Ok(())
                };
                self.change(device, me, conversation, client_id, seq, false, pin)
            }
            ClientFrame::Vote { conversation, client_id, seq, options } => {
                let talk = self.talks.entry(conversation).or_default();
                let before = talk.voted.get(&(seq, me)).cloned().unwrap_or_default();
                let vote = |message: &mut Message| {
                    let (places, _) = open_poll(message)?;
                    message.votes = Votes::after(message.votes.take(), places, &before, &options);
                    Ok(())
                };
                let mut told = self.change(device, me, conversation, client_id, seq, false, vote);
                if told.iter().any(|told| matches!(told.frame, ServerFrame::Ack { .. })) {
                    self.talks.entry(conversation).or_default().voted.insert((seq, me), options);
                }
                self.tell_voter(me, conversation, &mut told);
                told
            }
            ClientFrame::ClosePoll { conversation, client_id, seq } => {
                let close = |message: &mut Message| match open_poll(message) {
                    Ok((_, closed)) => {
                        *closed = true;
                        Ok(())
                    }
                    Err(Code::PollClosed) => Ok(()),
                    Err(code) => Err(code),
                };
                self.change(device, me, conversation, client_id, seq, true, close)
            }
            ClientFrame::Read { conversation, seq } => self.read(me, conversation, seq),
            ClientFrame::Received { conversation, seq } => self.receive(me, conversation, seq),
            ClientFrame::Set { client_id, key, value } => self.set(me, client_id, key, value),
            ClientFrame::Schedule { .. }
            | ClientFrame::Typing { .. }
            | ClientFrame::Attending { .. }
            | ClientFrame::Ping
            | ClientFrame::Unknown => Vec::new(),
        }
    }

    fn send(
        &mut self,
        device: usize,
        sender: UserId,
        conversation: ConversationId,
        client_id: ClientId,
        body: Body,
    ) -> Vec<Told> {
        let talk = self.talks.entry(conversation).or_default();
        talk.change = talk.change.next();
        let head = Head { seq: talk.head().seq.next(), change: talk.change };
        let message = Message::new(conversation, head, (sender, client_id), head.seq.0, body);
        talk.messages.push(message.clone());
        self.done.insert(client_id, (conversation, head));
        let ack = ServerFrame::Ack { conversation, client_id, head, sent_at: head.seq.0, expires_at: None };
        vec![
            Told {
                users: USERS.to_vec(),
                only: None,
                frame: ServerFrame::Messages { messages: vec![message] },
            },
            Told { users: vec![sender], only: Some(device), frame: ack },
        ]
    }

    #[allow(clippy::too_many_arguments, reason = "as many as the frame has")]
    fn change(
        &mut self,
        device: usize,
        me: UserId,
        conversation: ConversationId,
        client_id: ClientId,
        seq: Seq,
        own: bool,
        change: impl FnOnce(&mut Message) -> Result<(), Code>,
    ) -> Vec<Told> {
        let talk = self.talks.entry(conversation).or_default();
        let next = talk.change.next();
        let only = |frame| Told { users: vec![me], only: Some(device), frame };
        let refuse =
            |code| vec![only(ServerFrame::Error { code, detail: String::new(), client_id: Some(client_id) })];
        let Some(message) = usize::try_from(seq.0 - 1).ok().and_then(|at| talk.messages.get_mut(at)) else {
            return refuse(Code::MessageNotFound);
        };
        if own && message.sender != me {
            return refuse(Code::NotYours);
        }
        let before = message.clone();
        if let Err(code) = change(message) {
            return refuse(code);
        }
        let mut told = Vec::new();
        if *message != before {
            (message.change, talk.change) = (next, next);
            let frame = ServerFrame::Messages { messages: vec![message.clone()] };
            told.push(Told { users: USERS.to_vec(), only: None, frame });
        }
        let head = Head { seq, change: message.change };
        self.done.insert(client_id, (conversation, head));
        told.push(only(ServerFrame::Ack { conversation, client_id, head, sent_at: seq.0, expires_at: None }));
        told
    }

    /// The devices of who voted are told the message with what they have chosen.
    fn tell_voter(&self, me: UserId, conversation: ConversationId, told: &mut Vec<Told>) {
        let shared = told.iter_mut().find(|told| matches!(told.frame, ServerFrame::Messages { .. }));
        let Some(Told { users, frame: ServerFrame::Messages { messages }, .. }) = shared else { return };
        users.retain(|user| *user != me);
        let messages = messages.iter().map(|message| self.talks[&conversation].seen(me, message)).collect();
        told.insert(0, Told { users: vec![me], only: None, frame: ServerFrame::Messages { messages } });
    }

    fn read(&mut self, user: UserId, conversation: ConversationId, seq: Seq) -> Vec<Told> {
        let talk = self.talks.entry(conversation).or_default();
        let mark = talk.reads.entry(user).or_default();
        if seq <= *mark || seq.0 > talk.messages.len() as i64 {
            return Vec::new();
        }
        *mark = seq;
        if conversation == DIALOG {
            let delivered = talk.delivered.entry(user).or_default();
            *delivered = seq.max(*delivered);
        }
        let users = if conversation == DIALOG { USERS.to_vec() } else { vec![user] };
        vec![Told { users, only: None, frame: ServerFrame::Read { conversation, user, seq } }]
    }

    fn receive(&mut self, user: UserId, conversation: ConversationId, seq: Seq) -> Vec<Told> {
        let talk = self.talks.entry(conversation).or_default();
        let mark = talk.delivered.entry(user).or_default();
        assert!(
            conversation == DIALOG && seq.0 <= talk.messages.len() as i64,
            "there is something to receive"
        );
        if seq <= *mark {
            return Vec::new();
        }
        *mark = seq;
        let frame = ServerFrame::Received { conversation, user, seq };
        vec![Told { users: USERS.to_vec(), only: None, frame }]
    }

    fn set(&mut self, user: UserId, client_id: ClientId, key: String, value: Option<String>) -> Vec<Told> {
        let settings = self.settings.entry(user).or_default();
        let known = settings.settings.iter().position(|setting| setting.key == key);
        let same = known.filter(|at| settings.settings[*at].value == value);
        let setting = match (same, known) {
            (Some(at), _) => settings.settings[at].clone(),
            (None, known) => {
                settings.head = settings.head.next();
                if let Some(at) = known {
                    settings.settings.remove(at);
                }
                let setting = Setting { key, value, change: settings.head };
                settings.settings.push(setting.clone());
                setting
            }
        };
        let frame = ServerFrame::Setting { setting, client_id: Some(client_id) };
        vec![Told { users: vec![user], only: None, frame }]
    }

    pub fn welcome(&self, me: UserId) -> ServerFrame {
        let state = |conversation: ConversationId| {
            let seen = self.conversation(me, conversation);
            let told = seen.members.iter().filter(|member| conversation == DIALOG || member.user.id == me);
            ConversationState {
                conversation,
                head: seen.head,
                revision: seen.revision,
                reads: told
                    .map(|member| ReadMark {
                        user: member.user.id,
                        seq: member.read,
                        delivered: member.delivered,
                    })
                    .collect(),
                writable: true,
            }
        };
        ServerFrame::Welcome {
            session: SessionId(Uuid::nil()),
            user: user(me),
            now: 1,
            conversations: CONVERSATIONS.map(state).to_vec(),
            settings: self.settings(me).head,
            scheduled: Change::ZERO,
            online: Vec::new(),
        }
    }

    /// A conversation as `me` sees it.
    pub fn conversation(&self, me: UserId, id: ConversationId) -> Conversation {
        let none = Talk::default();
        let talk = self.talks.get(&id).unwrap_or(&none);
        let read = |user| match id == DIALOG || user == me {
            true => talk.reads.get(&user).copied().unwrap_or_default(),
            false => Seq::ZERO,
        };
        let delivered = |user| talk.delivered.get(&user).copied().unwrap_or_default();
        let member =
            |id| Member { user: user(id), read: read(id), delivered: delivered(id), role: Role::Member };
        let mention = |message: &&Message| matches!(&message.body, Body::Text { text, .. } if mentions(text, &user(me).username));
        Conversation {
            id,
            kind: if id == DIALOG { ConversationKind::Direct } else { ConversationKind::Group },
            title: (id == GROUP).then(|| "The group".to_owned()),
            description: None,
            avatar: None,
            expire_after: None,
            revision: 1,
            created_at: 1,
            members: USERS.map(member).to_vec(),
            head: talk.head(),
            last_message: talk.messages.last().map(|message| talk.seen(me, message)),
            unread: talk.unread(me).count() as i64,
            mentions: talk.unread(me).filter(mention).count() as i64,
            writable: true,
            pins: talk.messages.iter().filter(|it| it.pinned_at.is_some()).map(|it| it.seq).collect(),
            requests: 0,
        }
    }

    pub fn page(&self, me: UserId, conversation: ConversationId, query: PageQuery) -> Page {
        let none = Talk::default();
        let talk = self.talks.get(&conversation).unwrap_or(&none);
        let mut messages = self.messages(me, conversation);
        if let Some(change) = query.changed_after {
            messages.retain(|message| message.change > change);
            messages.sort_by_key(|message| message.change);
        } else {
            messages.retain(|message| query.before.is_none_or(|seq| message.seq < seq));
            messages.reverse();
        }
        let more = messages.len() > PAGE;
        messages.truncate(PAGE);
        if query.changed_after.is_none() {
            messages.reverse();
        }
        Page { messages, more, head: talk.head() }
    }
}

/// How many options a poll has, and whether it is closed, which it must not be.
fn open_poll(message: &mut Message) -> Result<(usize, &mut bool), Code> {
    match &mut message.body {
        Body::Poll { closed: true, .. } => Err(Code::PollClosed),
        Body::Poll { options, closed, .. } => Ok((options.len(), closed)),
        Body::Deleted | Body::Expired => Err(Code::MessageDeleted),
        Body::Text { .. } | Body::Sticker(_) | Body::Notice(_) => Err(Code::InvalidVote),
    }
}

fn react(reactions: &mut Vec<Reaction>, user: UserId, emoji: String, on: bool) {
    let known = reactions.iter_mut().find(|reaction| reaction.emoji == emoji);
    match known {
        Some(reaction) if on && !reaction.users.contains(&user) => reaction.users.push(user),
        Some(reaction) if !on => reaction.users.retain(|other| *other != user),
        None if on => reactions.push(Reaction { emoji, users: vec![user] }),
        _ => {}
    }
    reactions.retain(|reaction| !reaction.users.is_empty());
}
