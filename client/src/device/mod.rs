//! Device Storage: what this device keeps of Kith in IndexedDB, so that the app opens without the network.
//!
//! One database a user, so that two people on one device never see each other's. Everything that belongs together is
//! written in one transaction.

mod clear;
mod expiry;
mod files;
mod identity;
mod open;
mod pushed;
mod read;
mod request;
mod schema;
mod search;
mod stickers;
mod texts;
mod write;

use std::cell::RefCell;
use std::rc::Rc;

use kith_shared::contact::Contacts;
use kith_shared::json;
use kith_shared::message::Message;
use kith_shared::scheduled::Schedule;
use kith_shared::{ClientId, ConversationId};
use rexie::{Rexie, Transaction, TransactionMode};
use wasm_bindgen::{JsCast, JsValue};

use crate::state::{Held, Outgoing, UserSettings};

use self::texts::Texts;
pub use clear::Counts;
pub use identity::{
    asked_to_keep, clock_ahead, days_here, forget, offer_no_more, recall, recall_rules, recall_screen,
    remember, remember_clock, remember_look, remember_rules, remember_screen, want_pushes, wants_pushes,
};

/// Why Device Storage could not do something.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// Refused, full, or broken: what the browser said.
    #[error("Device Storage failed: {0}")]
    Failed(rexie::Error),
    /// By this app, or by the browser underneath it: it can be opened again.
    #[error("Device Storage is closed")]
    Closed,
    /// A newer version of the app has it, which this one can't read.
    #[error("Device Storage is a newer version's")]
    Newer,
    /// The browser could not read or upgrade it, or write to it.
    #[error("Device Storage is broken or full")]
    Broken,
    /// Another tab does not let go of it.
    #[error("Device Storage is held by another tab")]
    Busy,
    /// A value could not be made into what IndexedDB keeps, or back.
    #[error("a value of Device Storage could not be read: {0}")]
    Value(String),
}

impl From<json::Error> for DeviceError {
    fn from(_: json::Error) -> Self {
        Self::Value("not what it should be".to_owned())
    }
}

impl From<JsValue> for DeviceError {
    fn from(error: JsValue) -> Self {
        // What the browser's JSON throws is always an error.
        Self::Value(String::from(error.unchecked_into::<js_sys::Error>().message()))
    }
}

pub type Result<T> = std::result::Result<T, DeviceError>;

/// One thing to be written. Writing it twice is writing it once.
#[derive(Clone, Debug)]
pub enum Write {
    Message(Rc<Message>),
    Conversation(Box<Held>),
    Outgoing(Rc<Outgoing>),
    DropOutgoing(ClientId),
    /// An empty text removes the draft.
    Draft {
        conversation: ConversationId,
        text: String,
    },
    Contacts(Contacts),
    Settings(Rc<UserSettings>),
    Schedule(Rc<Schedule>),
    /// A conversation and all that is kept of it.
    DropConversation(ConversationId),
}

/// One user's database. Dropping it closes it, so that another may open, upgrade or delete it: what runs is finished.
pub struct Device {
    /// There until it is dropped.
    db: Option<Rexie>,
    texts: RefCell<Texts>,
}

impl Drop for Device {
    fn drop(&mut self) {
        if let Some(db) = self.db.take() {
            db.close();
        }
    }
}

impl Device {
    fn over(db: Rexie) -> Self {
        Self { db: Some(db), texts: RefCell::default() }
    }

    /// Over all of it: transactions are short, and what belongs together is in several stores.
    fn transaction(&self, mode: TransactionMode) -> Result<Transaction> {
        let db = self.db.as_ref().ok_or(DeviceError::Closed)?;
        Ok(db.transaction(&schema::STORES, mode)?)
    }

    /// What was written stays written.
    async fn commit(&self, transaction: Transaction) -> Result<()> {
        // What there is no room for is often found out only here.
        if transaction.done().await?.is_committed() { Ok(()) } else { Err(DeviceError::Broken) }
    }
}

fn key(id: &impl ToString) -> JsValue {
    JsValue::from_str(&id.to_string())
}
