//! Writing a message for somebody without a connection: a webhook's caller, a receiver's answer, or later than it was
//! written.

use std::sync::{Arc, Mutex, PoisonError};

use kith_shared::message::Body;
use kith_shared::{ClientId, ConversationId, UserId, validate};
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::store::{Asker, Committed, Draft, MarkDraft, NOBODY, Writer};

/// Writes a text, and waits until it is durable.
///
/// # Errors
/// `empty_message`, `message_too_long`, and what the writer refuses.
pub async fn post(
    writer: &Writer,
    sender: UserId,
    conversation: ConversationId,
    client_id: ClientId,
    text: String,
) -> Result<Committed> {
    write(writer, (conversation, sender), client_id, &validate::body(Body::text(text))?).await
}

/// Writes a message whose body is valid, and waits until it is durable.
///
/// # Errors
/// What the writer refuses.
pub async fn write(
    writer: &Writer,
    place: (ConversationId, UserId),
    client_id: ClientId,
    body: &Body,
) -> Result<Committed> {
    let (tell, told) = oneshot::channel();
    let draft = Draft::new(place, client_id, body, NOBODY)?;
    writer.message(draft, Arc::new(Once(Mutex::new(Some(tell))))).await?;
    told.await.map_err(|_| Error::GoingDown)?
}

/// Moves a mark, and waits until it is durable.
///
/// # Errors
/// What the writer refuses.
pub async fn mark(writer: &Writer, mark: MarkDraft) -> Result<()> {
    let (tell, told) = oneshot::channel();
    writer.mark(mark, Arc::new(OnceMarked(Mutex::new(Some(tell))))).await?;
    told.await.map_err(|_| Error::GoingDown)?
}

/// The `client_id` that goes with a name: the same one each time.
pub fn named(scope: Uuid, name: &str) -> ClientId {
    let hash = Sha256::new().chain_update(scope).chain_update(name).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    ClientId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Whoever asked may have hung up; what they asked for is done all the same.
type Waiting<T> = Mutex<Option<oneshot::Sender<Result<T>>>>;

fn tell<T>(waiting: &Waiting<T>, outcome: Result<T>) {
    if let Some(waiting) = waiting.lock().unwrap_or_else(PoisonError::into_inner).take() {
        let _ = waiting.send(outcome);
    }
}

/// Waits for the one message it brought.
struct Once(Waiting<Committed>);

impl Asker for Once {
    fn message_settled(&self, _: ConversationId, _: ClientId, outcome: Result<Committed>) {
        tell(&self.0, outcome);
    }

    fn mark_settled(&self, _: Result<()>) {}
}

/// Waits for the one mark it brought.
struct OnceMarked(Waiting<()>);

impl Asker for OnceMarked {
    fn message_settled(&self, _: ConversationId, _: ClientId, _: Result<Committed>) {}

    fn mark_settled(&self, outcome: Result<()>) {
        tell(&self.0, outcome);
    }
}
