//! Fetching what is missing: a few requests at once, what one looks at first.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use gloo_timers::future::TimeoutFuture;
use kith_shared::ConversationId;
use kith_shared::problem::Code;
use wasm_bindgen_futures::spawn_local;

use super::tabs::relay;
use super::{Engine, rest};
use crate::state::{Connection, Cut, Failure};

/// Requests under way at once.
const WORKERS: usize = 4;
/// How long a server that can't answer just now is left alone with a request.
const PAUSE_MS: u32 = 3_000;

/// Something to be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fetch {
    Conversations,
    Conversation(ConversationId),
    Contacts,
    Settings,
    Schedule,
    /// The newest page, and what is missing below it after.
    Newest(ConversationId),
    /// Everything after the change that is held.
    Changed(ConversationId),
}

#[derive(Default)]
pub(super) struct Queue {
    waiting: RefCell<VecDeque<Fetch>>,
    working: Cell<usize>,
    /// Conversations whose changes somebody is fetching, page after page: once is enough.
    changing: RefCell<Vec<ConversationId>>,
}

impl Engine {
    pub(super) fn fetch(&self, fetch: Fetch) {
        let queue = &self.0.fetches;
        if queue.waiting.borrow().contains(&fetch) {
            return;
        }
        let open = self.state().route.conversation();
        let looked_at = open.is_some_and(|id| fetch == Fetch::Newest(id) || fetch == Fetch::Changed(id));
        if looked_at {
            queue.waiting.borrow_mut().push_front(fetch);
        } else {
            queue.waiting.borrow_mut().push_back(fetch);
        }
        if queue.working.get() < WORKERS {
            queue.working.set(queue.working.get() + 1);
            let engine = self.clone();
            spawn_local(async move { engine.work().await });
        }
    }

    async fn work(&self) {
        let queue = &self.0.fetches;
        loop {
            let next = queue.waiting.borrow_mut().pop_front();
            let Some(fetch) = next else { break };
            match self.fetch_now(fetch).await {
                Ok(()) => {}
                Err(Failure::Unreachable | Failure::Refused(Code::Busy | Code::Internal)) => {
                    TimeoutFuture::new(PAUSE_MS).await;
                    // Where the socket is down too, the next welcome asks for everything.
                    let mut waiting = queue.waiting.borrow_mut();
                    if self.is_connected() && !waiting.contains(&fetch) {
                        waiting.push_back(fetch);
                    }
                }
                Err(failure) => self.heard_failure(failure),
            }
        }
        queue.working.set(queue.working.get() - 1);
        self.caught_up();
    }

    async fn fetch_now(&self, fetch: Fetch) -> Result<(), Failure> {
        match fetch {
            Fetch::Conversations => {
                self.share(relay::CONVERSATIONS, "", &rest::conversations().await?)?;
                // Written in a conversation this device had lost: it is known again.
                self.restore_outbox().await;
            }
            Fetch::Conversation(id) => match rest::conversation(id).await {
                Ok(text) => self.share(relay::CONVERSATIONS, "", &format!("[{text}]"))?,
                Err(Failure::Refused(Code::ConversationNotFound)) => self.has_left(id),
                Err(failure) => return Err(failure),
            },
            Fetch::Settings => {
                let head = self.state().settings.head;
                self.share(relay::SETTINGS, &head.to_string(), &rest::settings(head).await?)?;
            }
            Fetch::Schedule => self.share(relay::SCHEDULE, "", &rest::schedule().await?)?,
            Fetch::Contacts => self.share(relay::CONTACTS, "", &rest::contacts().await?)?,
            Fetch::Newest(conversation) => {
                self.fetch_page(conversation, Cut::Newest).await?;
                self.fetch_changed(conversation).await?;
            }
            Fetch::Changed(conversation) => self.fetch_changed(conversation).await?,
        }
        Ok(())
    }

    async fn fetch_changed(&self, conversation: ConversationId) -> Result<(), Failure> {
        let changing = &self.0.fetches.changing;
        if changing.borrow().contains(&conversation) {
            return Ok(());
        }
        changing.borrow_mut().push(conversation);
        let mut fetched = Ok(());
        while fetched.is_ok() && self.is_behind(conversation) {
            fetched = self.fetch_page(conversation, Cut::Changed).await;
        }
        changing.borrow_mut().retain(|other| *other != conversation);
        fetched
    }

    fn is_behind(&self, conversation: ConversationId) -> bool {
        let state = self.state();
        let view = state.conversations.get(&conversation);
        view.is_some_and(|view| view.held.change < view.held.conversation.head.change)
    }

    pub(super) async fn fetch_page(&self, conversation: ConversationId, cut: Cut) -> Result<(), Failure> {
        let state = self.state();
        let Some(view) = state.conversations.get(&conversation) else { return Ok(()) };
        let query = view.query(cut);
        let text = rest::messages(conversation, &query).await?;
        let (which, from) = match cut {
            Cut::Newest => ("newest", 0),
            Cut::Before(seq) => ("before", seq.0),
            Cut::After(seq) => ("after", seq.0),
            Cut::Around(seq) => ("around", seq.0),
            Cut::Changed => ("changed", query.changed_after.map_or(0, |change| change.0)),
        };
        self.share(relay::PAGE, &format!("{conversation} {which} {from}"), &text)?;
        Ok(())
    }

    /// All that was missed has been fetched: the connection is what it should be.
    pub(super) fn caught_up(&self) {
        let queue = &self.0.fetches;
        let idle = queue.working.get() == 0 && queue.waiting.borrow().is_empty();
        if idle && self.0.connection.is_welcome() && self.state().connection != Connection::Online {
            self.show_connection(Connection::Online);
        }
    }
}
