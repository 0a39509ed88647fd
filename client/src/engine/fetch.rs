//! Fetching what is missing: a few requests at once, what one looks at first.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use gloo_timers::future::TimeoutFuture;
use kith_shared::limits::PAGE_MESSAGES;
use kith_shared::message::PageQuery;
use kith_shared::problem::Code;
use kith_shared::{ConversationId, Seq};
use wasm_bindgen_futures::spawn_local;

use super::tabs::relay;
use super::{Engine, rest};
use crate::state::{Action, Connection, Cut, Failure, Route};

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
    /// The newest page, and what is missing below it after.
    Newest(ConversationId),
    /// Everything after the change that is held.
    Changed(ConversationId),
}

#[derive(Default)]
pub(super) struct Queue {
    waiting: RefCell<VecDeque<Fetch>>,
    working: Cell<usize>,
}

impl Engine {
    pub(super) fn fetch(&self, fetch: Fetch) {
        let queue = &self.0.fetches;
        if queue.waiting.borrow().contains(&fetch) {
            return;
        }
        let looked_at = match self.state().route {
            Route::Dialog(id) => fetch == Fetch::Newest(id) || fetch == Fetch::Changed(id),
            _ => false,
        };
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
            Fetch::Contacts => self.share(relay::CONTACTS, "", &rest::contacts().await?)?,
            Fetch::Newest(conversation) => {
                self.fetch_page(conversation, Cut::Newest, PageQuery::default()).await?;
                self.fetch_changed(conversation).await?;
            }
            Fetch::Changed(conversation) => self.fetch_changed(conversation).await?,
        }
        Ok(())
    }

    async fn fetch_changed(&self, conversation: ConversationId) -> Result<(), Failure> {
        let state = self.state();
        let Some(view) = state.conversations.get(&conversation) else { return Ok(()) };
        let held = view.held.change;
        if held < view.held.conversation.head.change {
            let query = PageQuery { changed_after: Some(held), ..PageQuery::default() };
            self.fetch_page(conversation, Cut::Changed, query).await?;
        }
        Ok(())
    }

    async fn fetch_page(
        &self,
        conversation: ConversationId,
        cut: Cut,
        query: PageQuery,
    ) -> Result<(), Failure> {
        let text = rest::messages(conversation, &query).await?;
        let (which, from) = match cut {
            Cut::Newest => ("newest", 0),
            Cut::Before(seq) => ("before", seq.0),
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

    /// Fills a dialog that is looked at: from Device Storage, and from the server what is not there.
    pub(super) async fn load_newest(&self, conversation: ConversationId) {
        let state = self.state();
        let Some(view) = state.conversations.get(&conversation).filter(|view| !view.loaded) else { return };
        let range = view.held.ranges.last().and_then(|last| Some((view.held.ranges.run_start(last)?, last)));
        match range {
            Some((from, to)) => {
                let messages = self.stored_messages(conversation, from, to).await;
                if messages.is_empty() {
                    self.fetch(Fetch::Newest(conversation));
                } else {
                    self.dispatch(Action::FromStorage { conversation, messages });
                }
            }
            None => self.fetch(Fetch::Newest(conversation)),
        }
    }

    /// Brings the messages above those in memory: from Device Storage where they are held without a hole, else from the
    /// server.
    pub fn load_older(&self, conversation: ConversationId) {
        let state = self.state();
        let Some(view) = state.conversations.get(&conversation) else { return };
        let Some(first) = view.messages.first() else { return };
        if view.loading_older || view.at_start() {
            return;
        }
        self.dispatch(Action::LoadingOlder { conversation, loading: true });
        let from = view.held.ranges.run_start(first).unwrap_or(first);
        let engine = self.clone();
        spawn_local(async move {
            if from < first {
                let messages = engine.stored_messages(conversation, from, first.previous()).await;
                if !messages.is_empty() {
                    engine.dispatch(Action::FromStorage { conversation, messages });
                    return;
                }
            }
            let query = PageQuery { before: Some(first), ..PageQuery::default() };
            if let Err(failure) = engine.fetch_page(conversation, Cut::Before(first), query).await {
                engine.dispatch(Action::LoadingOlder { conversation, loading: false });
                engine.heard_failure(failure);
            }
        });
    }

    /// The newest page of `from..=to`, all of which is held.
    async fn stored_messages(
        &self,
        conversation: ConversationId,
        from: Seq,
        to: Seq,
    ) -> Vec<kith_shared::message::Message> {
        let Some(device) = self.0.storage.device() else { return Vec::new() };
        let page = Seq(to.0 - i64::from(PAGE_MESSAGES) + 1);
        match device.messages(conversation, from.max(page), to).await {
            // Up to the first that is not there: old ones are dropped where there is no room.
            Ok(messages) => unbroken_end(messages, to),
            Err(error) => {
                self.storage_failed(&error);
                Vec::new()
            }
        }
    }
}

/// The messages at the end that lie without a hole below `to`.
fn unbroken_end(
    mut messages: Vec<kith_shared::message::Message>,
    to: Seq,
) -> Vec<kith_shared::message::Message> {
    let mut due = to;
    let missing = messages.iter().rposition(|message| {
        let there = message.seq == due;
        due = due.previous();
        !there
    });
    messages.split_off(missing.map_or(0, |place| place + 1))
}
