//! The Chat Client Engine: it owns the network and Device Storage, turns what happens into actions, and does what the
//! state then asks for.

mod account;
mod attention;
mod badge;
mod bots;
mod browser;
mod connection;
mod effects;
mod elsewhere;
mod emoji;
mod fetch;
mod friends;
mod group;
mod history;
mod index;
mod installing;
mod joining;
mod look;
mod media;
mod outbox;
mod previews;
mod push;
mod receipts;
mod rest;
mod scheduled;
pub mod service_worker;
mod sessions;
mod settings;
mod share;
mod socket;
mod stickers;
mod storage;
mod tabs;
mod usage;
mod window;
mod writing;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use kith_shared::frame::ClientFrame;
use kith_shared::limits::TYPING_INTERVAL;
use kith_shared::{ClientId, ConversationId, Millis, Seq, UserId, setting};
use wasm_bindgen_futures::spawn_local;

use crate::device;
use crate::state::{Action, Failure, State};

use tabs::relay;

pub use bots::BotChange;
pub use friends::Relate;
pub use media::{FileState, Picked, Prepared, Preview, Recorder, Want, Watch};
pub use push::PushState;
pub use share::Shared;
pub use usage::Usage;

/// A handle to the engine; clones are the same one.
#[derive(Clone)]
pub struct Engine(Rc<Inner>);

impl PartialEq for Engine {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

struct Inner {
    state: RefCell<Rc<State>>,
    on_state: Box<dyn Fn(&Engine)>,
    /// A call of `on_state` is due: all that happens until then is in it.
    told: Cell<bool>,
    storage: storage::Storage,
    tabs: tabs::Tabs,
    connection: connection::Connection,
    fetches: fetch::Queue,
    outbox: outbox::Outbox,
    media: media::Media,
    index: index::Index,
    /// When the next message that is at hand disappears, and what looks again then.
    expiry: RefCell<Option<(Millis, Timeout)>>,
    /// Single messages that are being brought, or could not be since there was a connection.
    elsewhere: RefCell<Vec<(ConversationId, Seq)>>,
    receipts: receipts::Receipts,
    /// Where a typing frame was last sent, and when.
    typing: Cell<Option<(ConversationId, Millis)>>,
    settings: settings::Sending,
    attention: attention::Attention,
    /// How many messages are unread, as the device shows it.
    unread: Cell<i64>,
    previews: previews::Previews,
    stickers: stickers::Stickers,
    /// Files another app has shared, and the dialog they are for.
    shared: RefCell<Option<(ConversationId, Vec<web_sys::File>)>>,
    /// How far this device's clock is ahead of the server's: one that is wrong by a day tells nothing wrong here.
    ahead: Cell<Millis>,
    /// What is taken in just now was fetched by this tab: what it lacks after that is this tab's to fetch too.
    own: Cell<bool>,
    /// The user is logging out: that the session ends is what was asked for, and nobody connects meanwhile.
    logging_out: Cell<bool>,
}

impl Engine {
    /// Starts the engine: what Device Storage holds is shown first, then the network is asked. `on_state` hears of every
    /// new state, once for all that happens in one go.
    pub fn start(on_state: impl Fn(&Self) + 'static) -> Self {
        let ahead = device::clock_ahead();
        let state = State { route: history::current(), now: browser::now() - ahead, ..State::default() };
        let engine = Self(Rc::new(Inner {
            state: RefCell::new(Rc::new(state)),
            on_state: Box::new(on_state),
            told: Cell::new(false),
            storage: storage::Storage::default(),
            tabs: tabs::Tabs::default(),
            ahead: Cell::new(ahead),
            own: Cell::new(false),
            connection: connection::Connection::default(),
            fetches: fetch::Queue::default(),
            outbox: outbox::Outbox::default(),
            media: media::Media::default(),
            index: index::Index::default(),
            expiry: RefCell::default(),
            elsewhere: RefCell::default(),
            receipts: receipts::Receipts::default(),
            typing: Cell::new(None),
            settings: settings::Sending::default(),
            attention: attention::Attention::default(),
            unread: Cell::new(0),
            previews: previews::Previews::default(),
            stickers: stickers::Stickers::default(),
            shared: RefCell::default(),
            logging_out: Cell::new(false),
        }));
        engine.listen();
        engine.listen_to_history();
        engine.listen_for_updates();
        engine.listen_for_installing();
        engine.hear_worker();
        spawn_local({
            let engine = engine.clone();
            async move {
                engine.open().await;
                engine.arrived();
                engine.stay_connected().await;
            }
        });
        engine
    }

    /// Now, by the server's clock as far as it is known.
    fn now(&self) -> Millis {
        browser::now() - self.0.ahead.get()
    }

    /// Learns what time it is from the server.
    fn set_clock(&self, now: Millis) {
        let ahead = browser::now() - now;
        self.0.ahead.set(ahead);
        device::remember_clock(ahead);
    }

    /// The state as it is now.
    pub fn state(&self) -> Rc<State> {
        self.0.state.borrow().clone()
    }

    /// Tries a refused message again.
    pub fn retry(&self, client_id: ClientId) {
        self.0.outbox.forget(client_id);
        self.tell(relay::RETRIED, &client_id.to_string(), "");
        self.dispatch(Action::Retried(client_id));
    }

    /// Gives a refused message up.
    pub fn discard(&self, client_id: ClientId) {
        self.tell(relay::DISCARDED, &client_id.to_string(), "");
        self.dispatch(Action::Discarded(client_id));
    }

    /// Keeps what stands in the composer.
    pub fn set_draft(&self, conversation: ConversationId, text: String) {
        self.tell(relay::DRAFT, &conversation.to_string(), &text);
        self.dispatch(Action::Draft { conversation, text });
        self.sync_draft_soon(conversation);
        self.preview_soon(conversation);
    }

    /// Tells the others that the user is typing, no more often than it is worth, if they may know.
    pub fn typing(&self, conversation: ConversationId) {
        let (now, every) = (browser::now(), TYPING_INTERVAL.as_millis() as Millis);
        let told =
            matches!(self.0.typing.get(), Some((here, at)) if here == conversation && now - at < every);
        let heard = || !self.has_nobody_else(conversation) && self.state().settings.tells(setting::TYPING);
        if !told && self.is_connected() && heard() {
            self.0.typing.set(Some((conversation, now)));
            if self.0.tabs.follows() {
                self.tell(relay::TYPING, &conversation.to_string(), "");
            } else {
                self.0.connection.send(ClientFrame::Typing { conversation });
            }
        }
    }

    /// The user has seen everything up to `seq`.
    pub fn mark_read(&self, conversation: ConversationId, seq: Seq) {
        let state = self.state();
        let read = state.me().and_then(|me| Some(state.conversations.get(&conversation)?.read_by(me)));
        if read.is_some_and(|read| read < seq) {
            self.tell(relay::SEEN, &conversation.to_string(), &seq.0.to_string());
        }
        self.dispatch(Action::Seen { conversation, seq });
    }

    /// The members who have seen a message, as the server knows.
    pub async fn seen_by(&self, conversation: ConversationId, seq: Seq) -> Result<Vec<UserId>, Failure> {
        Ok(rest::seen(conversation, seq).await?.users)
    }

    /// The user wants to see no more of what came in a dialog, or in any.
    pub fn dismiss(&self, conversation: Option<ConversationId>) {
        self.dispatch(Action::Dismiss(conversation));
    }

    pub fn dismiss_notice(&self) {
        self.dispatch(Action::Notice(None));
    }

    /// As [`Self::dispatch`], for what this tab fetched itself: what it lacks after that is its to fetch too.
    fn dispatch_own(&self, action: Action) {
        let before = self.0.own.replace(true);
        self.dispatch(action);
        self.0.own.set(before);
    }

    /// Makes the next state, does what it asks for, and tells who listens.
    fn dispatch(&self, action: Action) {
        let mut effects = Vec::new();
        Rc::make_mut(&mut *self.0.state.borrow_mut()).apply(action, &mut effects);
        effects.into_iter().for_each(|effect| self.perform(effect));
        if !self.0.told.replace(true) {
            let engine = self.clone();
            let tell = async move {
                engine.0.told.set(false);
                engine.watch_expiry();
                engine.settle_outside();
                (engine.0.on_state)(&engine);
            };
            // Queued when it is its turn, and so behind what was begun together with it: Device Storage answers while
            // the screen is drawn.
            spawn_local(async move { spawn_local(tell) });
        }
    }
}
