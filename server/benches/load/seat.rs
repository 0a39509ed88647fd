//! One end of a conversation: how it connects, writes and hears.

use std::net::SocketAddr;

use anyhow::{Result, bail};
use futures_util::StreamExt;
use kith_shared::frame::ClientFrame;
use kith_shared::message::Body;
use kith_shared::{ClientId, ConversationId};
use memchr::memmem;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use uuid::Uuid;

/// What people write each other.
pub const TEXT: &str = "Shall we meet at the harbour at six? I bring bread and olives, you bring the kite.";

/// Two who talk: one writes, the other reads.
pub struct Pair {
    pub writer: Seat,
    pub reader: Seat,
}

#[derive(Clone)]
pub struct Seat {
    pub path: String,
    pub token: String,
    pub conversation: ConversationId,
}

impl Seat {
    /// Connects, and is welcomed.
    pub async fn connect(&self, address: SocketAddr) -> Result<WebSocketStream<TcpStream>> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        // Thousands of these are held here too.
        let config = WebSocketConfig::default().read_buffer_size(8 * 1024);
        let (mut socket, _) = client_async_with_config(self.request(address)?, stream, Some(config)).await?;
        welcomed(socket.next().await.transpose()?)?;
        Ok(socket)
    }

    /// The same for a thread of its own, which no runtime's timer or queue delays.
    pub fn connect_blocking(&self, address: SocketAddr) -> Result<WebSocket<std::net::TcpStream>> {
        let stream = std::net::TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let (mut socket, _) = client(self.request(address)?, stream)?;
        welcomed(Some(socket.read()?))?;
        Ok(socket)
    }

    fn request(&self, address: SocketAddr) -> Result<Request> {
        let mut request = format!("ws://{address}{}", self.path).into_client_request()?;
        request.headers_mut().insert("authorization", format!("Bearer {}", self.token).parse()?);
        Ok(request)
    }

    /// The next message, under a `client_id` of its own.
    pub fn message(&self) -> Result<Message> {
        let (conversation, client_id) = (self.conversation, ClientId(Uuid::now_v7()));
        let frame = ClientFrame::Send { conversation, client_id, body: Body::text(TEXT) };
        Ok(Message::text(serde_json::to_string(&frame)?))
    }
}

fn welcomed(first: Option<Message>) -> Result<()> {
    match first {
        Some(Message::Text(text)) if text.starts_with(r#"{"type":"welcome""#) => Ok(()),
        other => bail!("not welcomed: {other:?}"),
    }
}

/// What a frame means to who drives the load. Told by its beginning: reading all of it would measure this side.
#[derive(PartialEq, Eq)]
pub enum Heard {
    Acknowledged,
    /// So many messages.
    Delivered(u64),
    /// Who came and went, say.
    Aside,
}

impl Heard {
    /// Messages delivered.
    pub fn delivered(self) -> u64 {
        match self {
            Self::Delivered(messages) => messages,
            Self::Acknowledged | Self::Aside => 0,
        }
    }
}

pub fn heard(message: Option<Message>) -> Result<Heard> {
    let Some(Message::Text(text)) = message else { bail!("the connection ended: {message:?}") };
    let is = |kind: &str| text.get(9..).is_some_and(|rest| rest.starts_with(kind));
    match () {
        () if is("ack\"") => Ok(Heard::Acknowledged),
        // Each message has one sender, and what is said here holds no quotation mark.
        () if is("messages\"") => {
            Ok(Heard::Delivered(memmem::find_iter(text.as_bytes(), "\"sender\":").count() as u64))
        }
        // The relays hand on what was sent as it is.
        () if is("send\"") => Ok(Heard::Delivered(1)),
        () if is("error\"") => bail!("refused: {text}"),
        () => Ok(Heard::Aside),
    }
}
