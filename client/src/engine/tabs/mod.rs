//! Several tabs of one user: one leads, by a lock the browser gives to one of them at a time. It alone has the socket and
//! writes what came; the others follow over a channel, each with the whole state, made by the same pure functions of the
//! same events. Where the browser lacks one of the two, each tab is alone, and leads.

mod lock;
pub(super) mod relay;

use std::cell::{Cell, RefCell};

use js_sys::Array;
use kith_shared::UserId;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{BroadcastChannel, MessageEvent};

use self::lock::Lock;
use super::{Engine, browser};
use crate::device;
use crate::state::{Action, Connection, Phase};

/// This tab's place among the others.
#[derive(Default)]
pub(super) struct Tabs {
    joined: RefCell<Option<Joined>>,
    /// Another tab has the lead, or nobody yet.
    follows: Cell<bool>,
    /// Said hello, and nobody answered yet.
    greeting: Cell<bool>,
    /// What was heard before this tab's own storage was read, to be taken in after it.
    early: RefCell<Vec<Array>>,
    /// The page is in the back-forward cache, or frozen: it takes no part.
    paused: Cell<bool>,
}

struct Joined {
    channel: BroadcastChannel,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _lock: Lock,
}

impl Drop for Joined {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}

impl Tabs {
    pub(super) fn follows(&self) -> bool {
        self.follows.get()
    }

    /// Whether this tab is the one to be connected.
    pub(super) fn leads(&self) -> bool {
        !self.follows.get() && !self.paused.get()
    }

    /// Takes no part any more; what was the lead is another tab's now.
    pub(super) fn leave(&self) {
        self.joined.take();
        self.early.take();
        self.follows.set(false);
        self.greeting.set(false);
    }
}

impl Engine {
    /// Takes part with the other tabs of this user: hears them from now on, and leads once nobody else does.
    pub(super) fn join_tabs(&self, user: UserId) {
        let tabs = &self.0.tabs;
        tabs.leave();
        let name = format!("kith-{user}");
        let Ok(channel) = BroadcastChannel::new(&name) else { return };
        let engine = self.clone();
        let lock = Lock::wait(&name, move || {
            spawn_local(async move {
                // What the one who led before had in hand is in Device Storage, and sent in the order it was written.
                engine.restore_outbox().await;
                engine.lead();
            });
        });
        let Some(lock) = lock else {
            channel.close();
            return;
        };
        let engine = self.clone();
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Ok(said) = event.data().dyn_into::<Array>() {
                engine.hear(said);
            }
        });
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        tabs.follows.set(true);
        *tabs.joined.borrow_mut() = Some(Joined { channel, _heard: heard, _lock: lock });
    }

    fn lead(&self) {
        let tabs = &self.0.tabs;
        // It may have left while the outbox was read.
        if tabs.joined.borrow().is_some() {
            tabs.follows.set(false);
            tabs.greeting.set(false);
            self.connect_now();
            self.index_soon();
            // Whoever leads takes it in: the one before may not have.
            let engine = self.clone();
            spawn_local(async move { engine.take_pushed().await });
        }
    }

    /// This tab has read its storage: it takes in what it heard meanwhile, and asks for what is not stored yet.
    pub(super) fn greet_tabs(&self) {
        let early = self.0.tabs.early.take();
        early.into_iter().for_each(|said| self.hear(said));
        if self.0.tabs.follows() {
            self.dispatch(Action::Connection(Connection::Connecting));
            self.0.tabs.greeting.set(true);
            self.tell(relay::HELLO, "", "");
        }
    }

    /// A page nobody can see any more must not keep the lead: it may be asleep.
    pub(super) fn pause(&self) {
        let tabs = &self.0.tabs;
        if !tabs.paused.replace(true) {
            tabs.leave();
            self.connect_now();
        }
    }

    pub(super) fn resume(&self) {
        if self.0.tabs.paused.replace(false)
            && let Some(user) = self.state().me()
        {
            self.join_tabs(user);
            self.greet_tabs();
        }
        self.connect_now();
    }

    /// Another tab logged in or out, or changed the user's name: this one is the same person, or starts anew.
    pub(super) fn identity_changed(&self) {
        if self.0.logging_out.get() {
            return;
        }
        match (&self.state().phase, device::recall()) {
            (Phase::LoggedIn(mine), Some(theirs)) if mine.user.id == theirs.user.id => {
                self.dispatch(Action::Profile(theirs.user));
            }
            (Phase::LoggedIn(_), Some(_)) => browser::reload(),
            (Phase::LoggedIn(_), None) => self.leave(),
            (Phase::LoggedOut, Some(session)) => {
                let engine = self.clone();
                spawn_local(async move { engine.enter(session).await });
            }
            _ => {}
        }
    }
}
