//! Bringing the part of a conversation one goes to: from Device Storage where it is held without a hole, else from the
//! server.

use futures::channel::oneshot;
use futures::future::select;
use gloo_timers::future::TimeoutFuture;
use kith_shared::message::Message;
use kith_shared::{ConversationId, Seq};
use wasm_bindgen_futures::spawn_local;

use super::Engine;
use super::fetch::Fetch;
use crate::state::{Action, Anchor, Cut, Failure, Notice, Place, Span};

/// Where a message one goes to is put: so far below the top, in pixels.
const FOUND_AT: f64 = 160.0;

/// So long a dialog may wait for its messages before it is shown without, in milliseconds: nobody takes it for a delay.
const PROMPT: u32 = 50;

/// Of so many dialogs the newest messages are in memory before they are opened.
const LIKELY: usize = 5;

impl Engine {
    /// The user went to a place in a conversation.
    pub fn set_place(&self, conversation: ConversationId, place: Place) {
        self.dispatch(Action::Place { conversation, place });
    }

    /// Goes to the newest, and stays there.
    pub fn go_to_newest(&self, conversation: ConversationId) {
        self.set_place(conversation, Place::Newest);
        self.load_newest(conversation);
    }

    /// Fills a dialog that is opened, or whose newest are asked for.
    pub(super) fn load_newest(&self, conversation: ConversationId) {
        let state = self.state();
        let Some(view) = state.conversations.get(&conversation) else { return };
        if !view.loaded || (view.follows() && !view.at_newest()) {
            self.bring(conversation, Cut::Newest);
        }
    }

    /// Fills a dialog with what Device Storage has of it, unless that takes long.
    pub(super) async fn bring_at_hand(&self, conversation: ConversationId) {
        let (done, brought) = oneshot::channel();
        let engine = self.clone();
        // It goes on where nobody waits any more: the browser answers what it was asked, and somebody has to hear it.
        spawn_local(async move {
            engine.bring_newest(conversation).await;
            engine.hold_photos(conversation).await;
            let _ = done.send(());
        });
        select(brought, TimeoutFuture::new(PROMPT)).await;
    }

    /// Has at hand what is seen in the dialogs that are opened most likely, one after the other: the screen comes first.
    pub async fn prepare_dialogs(&self) {
        for view in self.state().contact_list(None, 0..LIKELY).0 {
            self.bring_newest(view.id()).await;
        }
    }

    async fn bring_newest(&self, conversation: ConversationId) {
        if self.state().conversations.get(&conversation).is_some_and(|view| !view.loaded) {
            self.bring_stored(conversation, Cut::Newest).await;
        }
    }

    /// Goes to one message.
    pub fn load_message(&self, conversation: ConversationId, seq: Seq) {
        let state = self.state();
        let Some(view) = state.conversations.get(&conversation) else { return };
        if seq > view.head() {
            self.load_newest(conversation);
            return;
        }
        self.set_place(conversation, Place::At(Anchor { row: seq.0, offset: FOUND_AT }));
        if view.messages.get(seq).is_none() {
            self.bring(conversation, Cut::Around(seq));
        }
    }

    /// Brings what lies around the rows that are seen, one page at a time.
    pub fn load_around(&self, conversation: ConversationId, seen: Span) {
        let state = self.state();
        let Some(view) = state.conversations.get(&conversation).filter(|view| !view.loading) else { return };
        if let Some(cut) = view.missing(seen) {
            self.bring(conversation, cut);
        }
    }

    fn bring(&self, conversation: ConversationId, cut: Cut) {
        if cut != Cut::Newest {
            self.dispatch(Action::Loading { conversation, loading: true });
        }
        let engine = self.clone();
        spawn_local(async move {
            if engine.bring_stored(conversation, cut).await {
                return;
            }
            if cut == Cut::Newest {
                engine.fetch(Fetch::Newest(conversation));
            } else if let Err(failure) = engine.fetch_page(conversation, cut).await {
                engine.dispatch(Action::Loading { conversation, loading: false });
                engine.not_brought(cut, failure);
            }
        });
    }

    /// Whether Device Storage had it.
    async fn bring_stored(&self, conversation: ConversationId, cut: Cut) -> bool {
        let held = self.state().conversations.get(&conversation).and_then(|view| view.stored(cut));
        let (Some((from, to)), Some(device)) = (held, self.0.storage.device()) else { return false };
        let messages = device.messages(conversation, from, to).await.unwrap_or_else(|error| {
            self.storage_failed(&error);
            Vec::new()
        });
        // What is held may not be written yet, or was dropped where there was no room. What leads up to where one is may
        // be less than a page.
        let partial = matches!(cut, Cut::Newest | Cut::Before(_));
        let messages = if partial { unbroken_end(messages, to) } else { messages };
        let there = messages.len() as i64 == to.0 - from.0 + 1 || (partial && !messages.is_empty());
        if there {
            self.dispatch(Action::FromStorage { conversation, cut, messages });
        }
        there
    }

    /// Who asked for a message is told why it is not there; who scrolls, sees it.
    fn not_brought(&self, cut: Cut, failure: Failure) {
        match cut {
            Cut::Around(_) => self.dispatch(Action::Notice(Some(Notice::Failed(failure)))),
            _ => self.heard_failure(failure),
        }
    }
}

/// The messages at the end that lie without a hole below `to`.
fn unbroken_end(mut messages: Vec<Message>, to: Seq) -> Vec<Message> {
    let mut due = to;
    let missing = messages.iter().rposition(|message| {
        let there = message.seq == due;
        due = due.previous();
        !there
    });
    messages.split_off(missing.map_or(0, |place| place + 1))
}
