//! What tabs tell each other: a kind, what it is about, and the text as it came, for it is made and read already.

use js_sys::Array;
use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::json::{self, list};
use kith_shared::message::Page;
use kith_shared::{Change, ClientId, ConversationId, Seq};

use super::super::fetch::Fetch;
use super::super::media::step;
use super::super::{Engine, browser};
use crate::state::{Action, Connection, Cut, Outgoing};

pub(in crate::engine) const FRAME: &str = "frame";
pub(in crate::engine) const PUSHED: &str = "pushed";
pub(in crate::engine) const CONTACTS: &str = "contacts";
pub(in crate::engine) const CONVERSATIONS: &str = "conversations";
/// About a conversation, which page it is, and from where.
pub(in crate::engine) const PAGE: &str = "page";
/// After which change they were set.
pub(in crate::engine) const SETTINGS: &str = "settings";
pub(in crate::engine) const SCHEDULE: &str = "schedule";
pub(in crate::engine) const SET: &str = "set";
pub(in crate::engine) const LEFT: &str = "left";
pub(in crate::engine) const OUTBOX: &str = "outbox";
pub(in crate::engine) const RETRIED: &str = "retried";
pub(in crate::engine) const DISCARDED: &str = "discarded";
/// About a message and a file of it, and what has come of that.
pub(in crate::engine) const UPLOAD: &str = "upload";
pub(in crate::engine) const UPLOAD_REFUSED: &str = "upload_refused";
pub(in crate::engine) const PAUSED: &str = "paused";
pub(in crate::engine) const DRAFT: &str = "draft";
/// About a conversation: what is known of a page that its draft links to.
pub(in crate::engine) const LINKED: &str = "linked";
pub(in crate::engine) const SEEN: &str = "seen";
pub(in crate::engine) const TYPING: &str = "typing";
/// About a conversation: it is looked at in the tab that says so; without a text, that tab is not looked at any more.
pub(in crate::engine) const FRONT: &str = "front";
pub(in crate::engine) const CONNECTION: &str = "connection";
/// A new tab asks for what is not in Device Storage.
pub(super) const HELLO: &str = "hello";

/// For whoever looks into the console; the words for why are more to download than they are worth.
pub(in crate::engine) const UNREADABLE: &str = "what was heard can't be read by this version";

/// Why a text could not be taken in.
type Result<T> = json::Result<T>;

impl Engine {
    /// Tells the other tabs; nobody hears it where there are none.
    pub(in crate::engine) fn tell(&self, kind: &str, about: &str, text: &str) {
        if let Some(joined) = &*self.0.tabs.joined.borrow() {
            let said = Array::of3(&kind.into(), &about.into(), &text.into());
            // Strings can always be cloned.
            let _ = joined.channel.post_message(&said);
        }
    }

    /// Takes in what this tab got from the server, and tells the others.
    ///
    /// # Errors
    /// When it is no such thing; then nobody hears of it.
    pub(in crate::engine) fn share(&self, kind: &str, about: &str, text: &str) -> Result<()> {
        self.0.own.set(true);
        let taken = self.take(kind, about, text);
        self.0.own.set(false);
        taken?;
        self.tell(kind, about, text);
        Ok(())
    }

    /// Tells how things stand with the server, which is the leader's to say.
    pub(in crate::engine) fn show_connection(&self, connection: Connection) {
        self.dispatch(Action::Connection(connection));
        self.tell_connection();
    }

    fn tell_connection(&self) {
        let (name, until) = match self.state().connection {
            Connection::Offline => ("", 0),
            Connection::Connecting => ("connecting", 0),
            Connection::Waiting { until } => ("waiting", until),
            Connection::CatchingUp => ("catching_up", 0),
            Connection::Online => ("online", 0),
        };
        self.tell(CONNECTION, name, &until.to_string());
    }

    pub(super) fn hear(&self, said: Array) {
        if self.state().me().is_none() {
            self.0.tabs.early.borrow_mut().push(said);
            return;
        }
        let part = |index| said.get(index).as_string().unwrap_or_default();
        if self.take(&part(0), &part(1), &part(2)).is_err() {
            // Another version's: this tab finds out what it lacks when it next hears where things stand.
            browser::warn(UNREADABLE);
        }
    }

    fn take(&self, kind: &str, about: &str, text: &str) -> Result<()> {
        let action = match kind {
            FRAME => {
                return self.take_frame(json::read(text)?);
            }
            PUSHED => Action::Pushed(json::read(text)?),
            CONTACTS => Action::Contacts(json::read(text)?),
            CONVERSATIONS => Action::Conversations(list(text)?),
            SETTINGS if self.state().settings.head < Change(number(about)) => {
                self.fetch(Fetch::Settings);
                return Ok(());
            }
            SETTINGS => Action::Settings(json::read(text)?),
            SCHEDULE => Action::Schedule(json::read(text)?),
            SET => Action::Set(json::read(text)?),
            LEFT => {
                let Some(conversation) = id(about).map(ConversationId) else { return Ok(()) };
                Action::Left(conversation)
            }
            PAGE => return self.take_page(about, json::read(text)?),
            OUTBOX => {
                self.take_outbox(list(text)?);
                return Ok(());
            }
            RETRIED | DISCARDED => {
                let Some(id) = id(about).map(ClientId) else { return Ok(()) };
                self.0.outbox.forget(id);
                if kind == RETRIED { Action::Retried(id) } else { Action::Discarded(id) }
            }
            UPLOAD => {
                let (client_id, file) = about.split_once(' ').unwrap_or_default();
                let client_id = id(client_id).map(ClientId);
                let Some(((client_id, file), step)) = client_id.zip(file.parse().ok()).zip(step(text)) else {
                    return Ok(());
                };
                Action::Uploading { client_id, file, step }
            }
            UPLOAD_REFUSED => {
                let Some(client_id) = id(about).map(ClientId) else { return Ok(()) };
                Action::UploadRefused { client_id, code: json::read(&format!("\"{text}\""))? }
            }
            PAUSED => {
                if let Some(client_id) = id(about).map(ClientId) {
                    self.paused(client_id, text == "1");
                }
                return Ok(());
            }
            DRAFT | LINKED | SEEN | TYPING => {
                let Some(conversation) = id(about).map(ConversationId) else { return Ok(()) };
                match kind {
                    DRAFT => Action::Draft { conversation, text: text.to_owned() },
                    LINKED => Action::Linked { conversation, linked: json::read(text)? },
                    SEEN => Action::Seen { conversation, seq: Seq(number(text)) },
                    _ => {
                        self.0.connection.send(ClientFrame::Typing { conversation });
                        return Ok(());
                    }
                }
            }
            FRONT => {
                self.heard_attention((!text.is_empty()).then(|| id(about).map(ConversationId)));
                return Ok(());
            }
            CONNECTION => {
                self.take_connection(about, number(text));
                return Ok(());
            }
            HELLO => {
                self.welcome_tab();
                return Ok(());
            }
            // A later version's.
            _ => return Ok(()),
        };
        self.dispatch(action);
        Ok(())
    }

    fn take_frame(&self, frame: ServerFrame) -> Result<()> {
        let leads = !self.0.tabs.follows();
        // The text of an edit that is refused becomes a draft.
        let drafts = leads && matches!(frame, ServerFrame::Welcome { .. } | ServerFrame::Error { .. });
        if let ServerFrame::Welcome { now, .. } = &frame {
            self.set_clock(*now);
        }
        if leads {
            self.heard_frame(&frame);
        }
        self.dispatch(Action::Frame(frame));
        if drafts {
            self.sync_drafts();
        }
        self.watch_typing();
        Ok(())
    }

    /// A page that follows something this tab does not hold is not taken: it would hide the hole.
    fn take_page(&self, about: &str, page: Page) -> Result<()> {
        let mut about = about.split(' ');
        let conversation = about.next().and_then(id).map(ConversationId);
        let (which, from) = (about.next(), number(about.next().unwrap_or_default()));
        let Some(conversation) = conversation else { return Ok(()) };
        let cut = match which {
            Some("newest") => Cut::Newest,
            Some("before") => Cut::Before(Seq(from)),
            Some("after") => Cut::After(Seq(from)),
            Some("around") => Cut::Around(Seq(from)),
            Some("changed") => {
                let state = self.state();
                let held = state.conversations.get(&conversation).map(|view| view.held.change);
                if held.is_none_or(|held| held < Change(from)) {
                    self.fetch(Fetch::Changed(conversation));
                    return Ok(());
                }
                Cut::Changed
            }
            _ => return Ok(()),
        };
        self.dispatch(Action::Page { conversation, cut, page });
        Ok(())
    }

    /// Messages another tab or Device Storage holds, and not this one.
    pub(in crate::engine) fn take_outbox(&self, mut outbox: Vec<Outgoing>) {
        let state = self.state();
        outbox.retain(|outgoing| state.lacks(outgoing));
        outbox.iter().for_each(|outgoing| self.0.outbox.unstored(outgoing.client_id));
        self.dispatch(Action::Outbox(outbox));
    }

    fn take_connection(&self, name: &str, until: i64) {
        if !self.0.tabs.follows() {
            return;
        }
        let connection = match name {
            "connecting" => Connection::Connecting,
            "waiting" => Connection::Waiting { until },
            "catching_up" => Connection::CatchingUp,
            "online" => Connection::Online,
            _ => Connection::Offline,
        };
        self.dispatch(Action::Connection(connection));
        if !self.is_connected() {
            return;
        }
        if self.0.tabs.greeting.replace(false) {
            self.fetch(Fetch::Conversations);
            self.fetch(Fetch::Contacts);
        }
        if connection == Connection::Online {
            self.0.elsewhere.take();
            // The leader has fetched and told what it lacked; this tab may have lacked more.
            for view in self.state().conversations.values() {
                if view.held.change < view.held.conversation.head.change {
                    self.fetch(Fetch::Changed(view.id()));
                }
            }
        }
    }

    /// Tells a new tab what it can't read from Device Storage; the others know it.
    fn welcome_tab(&self) {
        if self.0.tabs.follows() {
            return;
        }
        let state = self.state();
        let outbox: Vec<&Outgoing> = state
            .conversations
            .values()
            .flat_map(|view| &view.outgoing)
            .map(|outgoing| &**outgoing)
            .collect();
        if let Ok(text) = json::write(&outbox) {
            self.tell(OUTBOX, "", &text);
        }
        self.tell_connection();
    }
}

fn id(text: &str) -> Option<uuid::Uuid> {
    uuid::Uuid::try_parse(text).ok()
}

fn number(text: &str) -> i64 {
    text.parse().unwrap_or_default()
}
