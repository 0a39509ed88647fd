//! A device: the app's own state, with an engine that does as the browser's does, and storage that survives a crash.

use std::collections::{BTreeMap, VecDeque};

use kith_client::state::{Action, Cut, Effect, Held, Outgoing, Pending, State, Stored, UserSettings};
use kith_shared::auth::Session;
use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::{Message, PageQuery};
use kith_shared::{ClientId, ConversationId, Seq, SessionId, UserId, setting};
use uuid::Uuid;

use crate::server::{Server, user};

/// What the device asks the server by REST.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fetch {
    Newest(ConversationId),
    Changed(ConversationId),
    Conversation(ConversationId),
    Conversations,
    Settings,
}

/// What survives a crash.
#[derive(Clone, Default)]
struct Disk {
    messages: BTreeMap<(ConversationId, Seq), Message>,
    held: BTreeMap<ConversationId, Held>,
    outbox: BTreeMap<i64, Outgoing>,
    drafts: BTreeMap<ConversationId, String>,
    settings: UserSettings,
}

enum Write {
    Message(Message),
    Held(Box<Held>),
    Outgoing(Outgoing),
    Drop(ClientId),
    Draft(ConversationId, String),
    Settings(UserSettings),
}

pub struct Device {
    pub me: UserId,
    pub state: State,
    pub connected: bool,
    /// Frames under way to the server, and from it.
    pub up: VecDeque<ClientFrame>,
    pub down: VecDeque<ServerFrame>,
    /// Asked and not yet heard by the server; answered and not yet heard here.
    pub asked: VecDeque<Fetch>,
    pub answered: VecDeque<Action>,
    disk: Disk,
    /// Not on the disk yet.
    writes: VecDeque<Write>,
    under_way: Vec<ClientId>,
    /// Where something was received, of which the server is told once it is on the disk.
    received: Vec<ConversationId>,
    next_id: u128,
}

impl Device {
    pub fn new(number: u128, me: UserId) -> Self {
        let mut device = Self {
            me,
            state: State::default(),
            connected: false,
            up: VecDeque::new(),
            down: VecDeque::new(),
            asked: VecDeque::new(),
            answered: VecDeque::new(),
            disk: Disk::default(),
            writes: VecDeque::new(),
            under_way: Vec::new(),
            received: Vec::new(),
            next_id: number << 64,
        };
        device.open();
        device
    }

    /// Opens the app: with what the disk holds, and nothing else.
    fn open(&mut self) {
        self.state = State::default();
        let session = Session { id: SessionId(Uuid::nil()), user: user(self.me), created_at: 0, token: None };
        let disk = self.disk.clone();
        let stored = Stored {
            conversations: disk.held.into_values().collect(),
            outbox: disk.outbox.into_values().collect(),
            drafts: disk.drafts.into_iter().collect(),
            settings: disk.settings,
            ..Stored::default()
        };
        self.apply(Action::LoggedIn { session, stored });
    }

    pub fn crash(&mut self) {
        self.disconnect();
        self.writes.clear();
        self.received.clear();
        self.open();
    }

    pub fn disconnect(&mut self) {
        self.connected = false;
        self.asked.clear();
        self.up.clear();
        self.down.clear();
        self.answered.clear();
        self.under_way.clear();
    }

    pub fn apply(&mut self, action: Action) {
        let mut effects = Vec::new();
        self.state.apply(action, &mut effects);
        effects.into_iter().for_each(|effect| self.perform(effect));
    }

    pub fn write(&mut self, conversation: ConversationId, make: impl FnOnce(&mut Outgoing)) {
        let (client_id, place) = (self.new_id(), self.state.next_place());
        let mut outgoing =
            Outgoing::new(conversation, client_id, kith_shared::message::Body::Deleted, 1, place);
        make(&mut outgoing);
        self.apply(Action::Written(outgoing));
    }

    pub fn set(&mut self, key: String, value: Option<String>) {
        let client_id = self.new_id();
        self.apply(Action::Set(Pending { client_id, key, value }));
    }

    /// One stopped typing.
    pub fn sync_draft(&mut self, conversation: ConversationId) {
        let Some(view) = self.state.conversations.get(&conversation) else { return };
        let draft = view.draft.clone();
        if draft != self.state.synced_draft(conversation) {
            self.set(setting::draft(conversation), Some(draft).filter(|draft| !draft.is_empty()));
        }
    }

    pub fn share_frames(&mut self) {
        for frame in std::mem::take(&mut self.down) {
            match (self.down.back_mut(), frame) {
                (Some(ServerFrame::Messages { messages }), ServerFrame::Messages { messages: more })
                    if messages[0].conversation == more[0].conversation =>
                {
                    messages.extend(more);
                }
                (_, frame) => self.down.push_back(frame),
            }
        }
    }

    pub fn hear(&mut self, frame: ServerFrame) {
        let welcome = matches!(frame, ServerFrame::Welcome { .. } | ServerFrame::Error { .. });
        self.apply(Action::Frame(frame));
        if welcome {
            let all: Vec<_> = self.state.conversations.keys().copied().collect();
            all.into_iter().for_each(|conversation| self.sync_draft(conversation));
        }
    }

    /// The server hears what was asked; its answer is under way.
    pub fn answer(&mut self, fetch: Fetch, server: &Server) {
        let page = |conversation, cut, query| Action::Page {
            conversation,
            cut,
            page: server.page(self.me, conversation, query),
        };
        let answer = match fetch {
            Fetch::Newest(conversation) => page(conversation, Cut::Newest, PageQuery::default()),
            Fetch::Changed(conversation) => {
                let Some(view) = self.state.conversations.get(&conversation) else { return };
                let changed_after = Some(view.held.change);
                page(conversation, Cut::Changed, PageQuery { changed_after, ..PageQuery::default() })
            }
            Fetch::Conversation(id) => Action::Conversations(vec![server.conversation(self.me, id)]),
            Fetch::Conversations => Action::Conversations(
                crate::server::CONVERSATIONS.map(|id| server.conversation(self.me, id)).to_vec(),
            ),
            Fetch::Settings => Action::Settings(server.settings_since(self.me, self.state.settings.head)),
        };
        self.answered.push_back(answer);
    }

    /// Hears an answer; after the newest page comes what was missed.
    pub fn hear_answer(&mut self, answer: Action) {
        let newest = match &answer {
            Action::Page { conversation, cut: Cut::Newest, .. } => Some(*conversation),
            _ => None,
        };
        self.apply(answer);
        if let Some(conversation) = newest {
            let held = &self.state.conversations[&conversation].held;
            if held.change < held.conversation.head.change {
                self.ask(Fetch::Changed(conversation));
            }
        }
    }

    /// Everything to be written reaches the disk; what waited for that is sent.
    pub fn flush(&mut self) {
        while let Some(write) = self.writes.pop_front() {
            self.disk.write(write);
        }
        self.confirm();
        self.send_outbox();
    }

    pub fn settled(&self) -> bool {
        self.connected
            && self.up.is_empty()
            && self.down.is_empty()
            && self.asked.is_empty()
            && self.answered.is_empty()
            && self.writes.is_empty()
            && self.received.is_empty()
    }

    /// The messages that are kept of a conversation.
    pub fn kept(&self, conversation: ConversationId) -> impl Iterator<Item = &Message> {
        self.disk.messages.values().filter(move |message| message.conversation == conversation)
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::CatchUp(id) => self.ask(Fetch::Changed(id)),
            Effect::FetchNewest(id) => self.ask(Fetch::Newest(id)),
            Effect::FetchConversations => self.ask(Fetch::Conversations),
            Effect::FetchConversation(id) => self.ask(Fetch::Conversation(id)),
            Effect::FetchSettings => self.ask(Fetch::Settings),
            Effect::SendOutbox => self.send_outbox(),
            Effect::SendSettings => self.send_settings(),
            Effect::SendRead { conversation, seq } => self.say(ClientFrame::Read { conversation, seq }),
            Effect::SendReceived(conversation) => self.received.push(conversation),
            Effect::StoreMessages(messages) => {
                self.writes.extend(messages.iter().map(|message| Write::Message((**message).clone())));
            }
            Effect::StoreConversation(id) => {
                let held = self.state.conversations[&id].held.clone();
                self.writes.push_back(Write::Held(Box::new(held)));
            }
            Effect::FetchSchedule | Effect::StoreSchedule => {}
            Effect::StoreSettings => {
                self.writes.push_back(Write::Settings((*self.state.settings).clone()));
            }
            Effect::StoreOutgoing(outgoing) => self.writes.push_back(Write::Outgoing((*outgoing).clone())),
            Effect::DropOutgoing(client_id) => self.writes.push_back(Write::Drop(client_id)),
            Effect::StoreDraft { conversation, text } => {
                self.writes.push_back(Write::Draft(conversation, text));
            }
            // Nobody sends files here.
            Effect::FilesSent(_) | Effect::DropFiles(_) | Effect::Notify { .. } => {}
            Effect::DropConversation(_) | Effect::FetchContacts | Effect::StoreContacts => {}
        }
    }

    fn ask(&mut self, fetch: Fetch) {
        if self.connected && !self.asked.contains(&fetch) {
            self.asked.push_back(fetch);
        }
    }

    fn say(&mut self, frame: ClientFrame) {
        if self.connected {
            self.up.push_back(frame);
        }
    }

    fn confirm(&mut self) {
        for conversation in std::mem::take(&mut self.received) {
            let received =
                self.state.conversations.get(&conversation).and_then(|view| view.received(self.me));
            if let Some(seq) = received {
                self.say(ClientFrame::Received { conversation, seq });
            }
        }
    }

    fn send_outbox(&mut self) {
        for outgoing in self.state.outbox() {
            if !self.disk.outbox.contains_key(&outgoing.place) {
                return;
            }
            self.send_once(outgoing.client_id, outgoing.frame());
        }
    }

    fn send_settings(&mut self) {
        for pending in self.state.settings.pending.clone() {
            self.send_once(pending.client_id, pending.frame());
        }
    }

    fn send_once(&mut self, client_id: ClientId, frame: ClientFrame) {
        if self.connected && !self.under_way.contains(&client_id) {
            self.under_way.push(client_id);
            self.say(frame);
        }
    }

    fn new_id(&mut self) -> ClientId {
        self.next_id += 1;
        ClientId(Uuid::from_u128(self.next_id))
    }
}

impl Disk {
    /// As Device Storage does: of a message, the latest change stays, and what is known of one's own vote.
    fn write(&mut self, write: Write) {
        match write {
            Write::Message(message) => {
                let kept = self.messages.entry((message.conversation, message.seq));
                let kept = kept.or_insert_with(|| message.clone());
                if kept.change < message.change {
                    let before = std::mem::replace(kept, message);
                    kept.keep_voted(&before);
                }
            }
            Write::Held(held) => drop(self.held.insert(held.conversation.id, *held)),
            Write::Outgoing(outgoing) => drop(self.outbox.insert(outgoing.place, outgoing)),
            Write::Drop(client_id) => self.outbox.retain(|_, outgoing| outgoing.client_id != client_id),
            Write::Draft(conversation, text) => drop(self.drafts.insert(conversation, text)),
            Write::Settings(settings) => self.settings = settings,
        }
    }
}
