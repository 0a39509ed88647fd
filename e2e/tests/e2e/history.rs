//! A past for the people of a test, made over REST and the socket as programs do: faster than typing it.

use anyhow::{Context, Result, bail};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use kith_shared::auth::Session;
use kith_shared::contact::Invitation;
use kith_shared::conversation::Conversation;
use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::Body;
use kith_shared::{ClientId, ConversationId, routes};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

use crate::person::PASSWORD;
use crate::server::Server;

/// Messages under way at once.
const WINDOW: usize = 200;

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Somebody at a program instead of a browser.
pub struct Program {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Program {
    pub async fn register(server: &Server, name: &str) -> Result<Self> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        let mut program = Self { http, base: server.url(""), token: String::new() };
        let body = json!({"username": name.to_lowercase(), "display_name": name, "password": PASSWORD,
            "transport": "bearer"});
        let session: Session = program.post(routes::REGISTER, &body).await?;
        program.token = session.token.context("a bearer token")?;
        Ok(program)
    }

    /// Makes the two friends.
    pub async fn befriend(&self, other: &Self) -> Result<ConversationId> {
        let invitation: Invitation = self.post(routes::INVITATIONS, &json!({"max_uses": 1})).await?;
        let accept = routes::invitation_accept(&invitation.token);
        Ok(other.post::<Conversation>(&accept, &json!({})).await?.id)
    }

    /// Writes all of it, in this order; it is there when this returns.
    pub async fn write(&self, conversation: ConversationId, texts: &[String]) -> Result<()> {
        let mut request =
            format!("{}{}", self.base.replacen("http", "ws", 1), routes::SOCKET).into_client_request()?;
        request.headers_mut().insert("authorization", format!("Bearer {}", self.token).parse()?);
        let (mut say, mut hear) = connect_async(request).await?.0.split();
        for window in texts.chunks(WINDOW) {
            for text in window {
                send(&mut say, conversation, text).await?;
            }
            acknowledged(&mut hear, window.len()).await?;
        }
        Ok(())
    }

    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(&self.token);
        let body = serde_json::to_string(body)?;
        let response = request.header("content-type", "application/json").body(body).send().await?;
        let text = response.error_for_status()?.text().await?;
        serde_json::from_str(&text).with_context(|| text)
    }
}

async fn send(say: &mut SplitSink<Stream, Message>, conversation: ConversationId, text: &str) -> Result<()> {
    let (client_id, body) = (ClientId(Uuid::now_v7()), Body::Text { text: text.to_owned() });
    let frame = ClientFrame::Send { conversation, client_id, body };
    Ok(say.send(Message::text(serde_json::to_string(&frame)?)).await?)
}

async fn acknowledged(hear: &mut SplitStream<Stream>, mut missing: usize) -> Result<()> {
    while missing > 0 {
        let message = hear.next().await.context("the server hung up")??;
        let Message::Text(text) = message else { continue };
        match ServerFrame::parse(&text)? {
            ServerFrame::Ack { .. } => missing -= 1,
            error @ ServerFrame::Error { .. } => bail!("{error:?}"),
            _ => {}
        }
    }
    Ok(())
}
