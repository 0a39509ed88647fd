//! A past for the people of a test, made over REST and the socket as programs do: faster than typing it.

use anyhow::{Context, Result, bail};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use kith_shared::auth::Session;
use kith_shared::contact::Invitation;
use kith_shared::conversation::Conversation;
use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::{self, Body, Head, Page};
use kith_shared::{ClientId, ConversationId, routes};
use reqwest::RequestBuilder;
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
        let (mut say, mut hear) = self.connect().await?.split();
        for window in texts.chunks(WINDOW) {
            for text in window {
                send(&mut say, conversation, ClientId(Uuid::now_v7()), text).await?;
            }
            acknowledged(&mut hear, window.len()).await?;
        }
        Ok(())
    }

    /// Writes a message under each of these ids until all are acknowledged, or the server is gone. Where those stand
    /// that were acknowledged.
    pub async fn write_as(
        &self,
        conversation: ConversationId,
        ids: &[ClientId],
        acknowledged: impl Fn(),
    ) -> Result<Vec<(ClientId, Head)>> {
        let (mut say, mut hear) = self.connect().await?.split();
        let mut heads = Vec::new();
        let saying = async {
            for id in ids {
                // The server may be gone; what it acknowledged is to be heard all the same.
                if send(&mut say, conversation, *id, &id.to_string()).await.is_err() {
                    break;
                }
            }
        };
        let hearing = async {
            while heads.len() < ids.len() {
                let Some(Ok(message)) = hear.next().await else { break };
                let Message::Text(text) = message else { continue };
                match serde_json::from_str(&text)? {
                    ServerFrame::Ack { client_id, head, .. } => heads.push((client_id, head)),
                    error @ ServerFrame::Error { .. } => bail!("{error:?}"),
                    _ => continue,
                }
                acknowledged();
            }
            Ok(())
        };
        tokio::join!(saying, hearing).1?;
        Ok(heads)
    }

    /// All messages of a conversation, oldest first, as a new device reads them.
    pub async fn history(&self, conversation: ConversationId) -> Result<Vec<message::Message>> {
        let mut all: Vec<message::Message> = Vec::new();
        loop {
            let after = all.last().map_or(0, |message| message.seq.0);
            let page: Page = self.get(&format!("{}?after={after}", routes::messages(conversation))).await?;
            all.extend(page.messages);
            if !page.more {
                return Ok(all);
            }
        }
    }

    async fn connect(&self) -> Result<Stream> {
        let mut request =
            format!("{}{}", self.base.replacen("http", "ws", 1), routes::SOCKET).into_client_request()?;
        request.headers_mut().insert("authorization", format!("Bearer {}", self.token).parse()?);
        Ok(connect_async(request).await?.0)
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.answer(self.http.get(format!("{}{path}", self.base))).await
    }

    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        let request = self.http.post(format!("{}{path}", self.base));
        let body = serde_json::to_string(body)?;
        self.answer(request.header("content-type", "application/json").body(body)).await
    }

    async fn answer<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T> {
        let response = request.bearer_auth(&self.token).send().await?;
        let text = response.error_for_status()?.text().await?;
        serde_json::from_str(&text).with_context(|| text)
    }
}

async fn send(
    say: &mut SplitSink<Stream, Message>,
    conversation: ConversationId,
    client_id: ClientId,
    text: &str,
) -> Result<()> {
    let body = Body::text(text);
    let frame = ClientFrame::Send { conversation, client_id, body };
    Ok(say.send(Message::text(serde_json::to_string(&frame)?)).await?)
}

async fn acknowledged(hear: &mut SplitStream<Stream>, mut missing: usize) -> Result<()> {
    while missing > 0 {
        let message = hear.next().await.context("the server hung up")??;
        let Message::Text(text) = message else { continue };
        match serde_json::from_str(&text)? {
            ServerFrame::Ack { .. } => missing -= 1,
            error @ ServerFrame::Error { .. } => bail!("{error:?}"),
            _ => {}
        }
    }
    Ok(())
}
