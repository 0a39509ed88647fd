//! What a device sends, and what it is answered.

use std::sync::Arc;

use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::scheduled::Scheduled;
use kith_shared::setting::SetSetting;
use kith_shared::{ClientId, ConversationId, Seq, limits, validate};
use serde::Deserialize;

use super::encode;
use super::hub::Connection;
use crate::app::App;
use crate::bus::Event;
use crate::error::{Error, Result};
use crate::store::{Action, Asker, ChangeDraft, Committed, Draft, Mark, MarkDraft};
use crate::{media, scheduled, settings};

/// Takes one frame; `None` for a binary message. It has its place in the order when this returns; its answer goes to the
/// connection's queue, maybe only after a commit.
pub(super) async fn handle(app: &App, connection: &Arc<Connection>, text: Option<&str>) {
    let frame = match parse(text) {
        Ok(frame) => frame,
        Err(refusal) => return connection.tell(&refusal),
    };
    match frame {
        ClientFrame::Send { conversation, client_id, body } => {
            if let Err(problem) = send(app, connection, conversation, client_id, body).await {
                connection.tell(&error(&problem, Some(client_id)));
            }
        }
        ClientFrame::Edit { conversation, client_id, seq, body } => {
            let action = said(body).map(Action::Edit);
            change(app, connection, (conversation, seq), client_id, action).await;
        }
        ClientFrame::Delete { conversation, client_id, seq } => {
            change(app, connection, (conversation, seq), client_id, Ok(Action::Delete)).await;
        }
        ClientFrame::React { conversation, client_id, seq, emoji, on } => {
            let valid = validate::emoji(&emoji).map_err(Error::from);
            let action = valid.map(|()| Action::React { emoji, on });
            change(app, connection, (conversation, seq), client_id, action).await;
        }
        ClientFrame::Pin { conversation, client_id, seq, on } => {
            change(app, connection, (conversation, seq), client_id, Ok(Action::Pin { on })).await;
        }
        ClientFrame::Vote { conversation, client_id, seq, options } => {
            change(app, connection, (conversation, seq), client_id, Ok(Action::Vote(options))).await;
        }
        ClientFrame::ClosePoll { conversation, client_id, seq } => {
            change(app, connection, (conversation, seq), client_id, Ok(Action::ClosePoll)).await;
        }
        ClientFrame::Schedule { conversation, client_id, body, at } => {
            let message = Scheduled { conversation, client_id, body, at, refused: None };
            // Read no further until it is answered: those of one connection keep their order.
            match scheduled::schedule(app, connection.user, message).await {
                Ok(answer) => answer.iter().for_each(|answer| connection.tell(answer)),
                Err(problem) => connection.tell(&error(&problem, Some(client_id))),
            }
        }
        ClientFrame::Read { conversation, seq } => {
            mark(app, connection, (conversation, seq), Mark::Read).await;
        }
        ClientFrame::Received { conversation, seq } => {
            mark(app, connection, (conversation, seq), Mark::Received).await;
        }
        ClientFrame::Typing { conversation } => {
            if let Err(problem) = typing(app, connection, conversation).await {
                connection.tell(&error(&problem, None));
            }
        }
        ClientFrame::Attending { conversation, visible } => connection.show(visible.then_some(conversation)),
        ClientFrame::Ping => connection.tell(&ServerFrame::Pong),
        ClientFrame::Set { client_id, key, value } => {
            if let Err(problem) = set(app, connection, client_id, SetSetting { key, value }).await {
                connection.tell(&error(&problem, Some(client_id)));
            }
        }
        ClientFrame::Unknown => {}
    }
}

impl Connection {
    fn tell(&self, frame: &ServerFrame) {
        encode(frame).into_iter().for_each(|frame| self.push(frame));
    }

    /// Waits until fewer writes than the window holds are under way.
    async fn take_place(&self) {
        // Never closed.
        if let Ok(place) = self.window.acquire().await {
            place.forget();
        }
    }
}

impl Asker for Connection {
    fn message_settled(&self, conversation: ConversationId, client_id: ClientId, outcome: Result<Committed>) {
        self.window.add_permits(1);
        match outcome {
            // The bus brought the acknowledgement, in its place among the messages.
            Ok(Committed { again: false, .. }) => {}
            Ok(committed) => self.tell(&committed.ack(conversation, client_id)),
            Err(problem) => self.tell(&error(&problem, Some(client_id))),
        }
    }

    fn mark_settled(&self, outcome: Result<()>) {
        self.window.add_permits(1);
        if let Err(problem) = outcome {
            self.tell(&error(&problem, None));
        }
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
) -> Result<()> {
    let mut body = validate::body(body)?;
    media::attach(&app.store, connection.user, &mut body).await?;
    app.previews.check(connection.user, &mut body).await?;
    let draft = Draft::new((conversation, connection.user), client_id, &body, connection.id)?;
    connection.take_place().await;
    app.writer.message(draft, connection.clone()).await
}

/// Hands on a change of a message, or says why it can't be one.
async fn change(
    app: &App,
    connection: &Arc<Connection>,
    (conversation, seq): (ConversationId, Seq),
    client_id: ClientId,
    action: Result<Action>,
) {
    let handed_on = async {
        let (user, origin) = (connection.user, connection.id);
        let draft = ChangeDraft { conversation, user, client_id, seq, action: action?, origin };
        connection.take_place().await;
        app.writer.change(draft, connection.clone()).await
    };
    if let Err(problem) = handed_on.await {
        connection.tell(&error(&problem, Some(client_id)));
    }
}

async fn mark(
    app: &App,
    connection: &Arc<Connection>,
    (conversation, seq): (ConversationId, Seq),
    mark: Mark,
) {
    let draft = MarkDraft { conversation, user: connection.user, seq, mark };
    connection.take_place().await;
    if let Err(problem) = app.writer.mark(draft, connection.clone()).await {
        connection.tell(&error(&problem, None));
    }
}

/// What an edited message says from now on, if it may.
fn said(body: Body) -> Result<String> {
    match body {
        Body::Text { text, .. } => Ok(validate::caption(text)?),
        body => Err(validate::body(body).err().unwrap_or(Code::EmptyMessage).into()),
    }
}

/// Read no further until it is answered: settings of one connection keep their order.
async fn set(app: &App, connection: &Connection, client_id: ClientId, set: SetSetting) -> Result<()> {
    let settings::Outcome { setting, told } =
        settings::set(app, connection.user, set, Some(client_id)).await?;
    if !told {
        connection.tell(&ServerFrame::Setting { setting, client_id: Some(client_id) });
    }
    Ok(())
}

async fn typing(app: &App, connection: &Connection, conversation: ConversationId) -> Result<()> {
    if !app.hub.tells_typing(connection.user) {
        return Ok(());
    }
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

fn error(problem: &Error, client_id: Option<ClientId>) -> ServerFrame {
    let code = problem.code();
    if code == Code::Internal {
        tracing::error!(error = %problem, "a frame failed");
    }
    let detail = problem.detail().unwrap_or_else(|| code.title().to_owned());
    ServerFrame::Error { code, detail, client_id }
}
