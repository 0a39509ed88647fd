//! What a device sends, and what it is answered.

use std::future::Future;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{Either, ready};
use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::{ClientId, ConversationId, limits, validate};
use serde::Deserialize;

use super::hub::Connection;
use crate::app::App;
use crate::bus::Event;
use crate::error::{Error, Result};
use crate::store::{Committed, Draft, ReadDraft};

/// Takes one frame; `None` for a binary message. What is given back resolves to the answer, if there is one, and may
/// wait for a commit; the frame itself has its place in the order when this returns.
pub(super) async fn handle(
    app: &App,
    connection: &Arc<Connection>,
    text: Option<&str>,
) -> Option<impl Future<Output = Option<ServerFrame>> + use<>> {
    let frame = match parse(text) {
        Ok(frame) => frame,
        Err(error) => return Some(Either::Left(ready(Some(*error)))),
    };
    match frame {
        ClientFrame::Send { conversation, client_id, body } => {
            Some(Either::Right(Either::Left(send(app, connection, conversation, client_id, body).await)))
        }
        ClientFrame::Read { conversation, seq } => {
            let mark = ReadDraft { conversation, user: connection.user, seq };
            let answer = app.writer.read(mark).await;
            Some(Either::Right(Either::Right(async move {
                settle(answer).await.err().map(|problem| error(&problem, None))
            })))
        }
        ClientFrame::Typing { conversation } => typing(app, connection, conversation)
            .await
            .err()
            .map(|problem| Either::Left(ready(Some(error(&problem, None))))),
        ClientFrame::Ping => Some(Either::Left(ready(Some(ServerFrame::Pong)))),
        ClientFrame::Unknown => None,
    }
}

/// The frame, or what its sender is told.
fn parse(text: Option<&str>) -> Result<ClientFrame, Box<ServerFrame>> {
    let refuse = |detail: String, client_id| {
        Box::new(ServerFrame::Error { code: Code::InvalidFrame, detail, client_id })
    };
    let text = text.ok_or_else(|| refuse("a frame is a text message".to_owned(), None))?;
    if text.len() > limits::FRAME_BYTES {
        return Err(refuse(format!("a frame has at most {} bytes", limits::FRAME_BYTES), named(text)));
    }
    serde_json::from_str(text).map_err(|error| refuse(error.to_string(), named(text)))
}

/// The message a frame is about: even one that can't be taken is refused by its name, and doesn't wait for ever.
fn named(text: &str) -> Option<ClientId> {
    #[derive(Deserialize)]
    struct Named {
        client_id: ClientId,
    }

    serde_json::from_str(text).ok().map(|Named { client_id }| client_id)
}

async fn send(
    app: &App,
    connection: &Arc<Connection>,
    conversation: ConversationId,
    client_id: ClientId,
    body: Body,
) -> impl Future<Output = Option<ServerFrame>> + use<> {
    let answer = match validate::body(body) {
        Ok(body) => {
            let draft =
                Draft { conversation, sender: connection.user, client_id, body, origin: connection.id };
            app.writer.message(draft).await
        }
        Err(code) => Err(code.into()),
    };
    settle(answer).map(move |outcome| match outcome {
        // The bus brings the acknowledgement, in its place among the messages.
        Ok(Committed { again: false, .. }) => None,
        Ok(Committed { head, sent_at, .. }) => {
            Some(ServerFrame::Ack { conversation, client_id, head, sent_at })
        }
        Err(problem) => Some(error(&problem, Some(client_id))),
    })
}

async fn typing(app: &App, connection: &Connection, conversation: ConversationId) -> Result<()> {
    match app.store.writable(conversation, connection.user).await? {
        None => Err(Code::ConversationNotFound.into()),
        Some(false) => Err(Code::NotWritable.into()),
        Some(true) => {
            let frame = ServerFrame::Typing { conversation, user: connection.user };
            app.bus.publish(Event::Conversation { conversation, frame });
            Ok(())
        }
    }
}

/// Waits for the writer's answer.
async fn settle<T>(answer: Result<crate::store::Answered<T>>) -> Result<T> {
    answer?.await.map_err(|_| Error::GoingDown)?
}

fn error(problem: &Error, client_id: Option<ClientId>) -> ServerFrame {
    let code = problem.code();
    if code == Code::Internal {
        tracing::error!(error = %problem, "a frame failed");
    }
    let detail = problem.detail().unwrap_or_else(|| code.title().to_owned());
    ServerFrame::Error { code, detail, client_id }
}
