//! A bot that answers `!ping` with `pong` and `!echo …` with the rest: `echo_bot ws://localhost:8080 TOKEN`.

use std::env;

use anyhow::Context;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use uuid::Uuid;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let (server, token) = env::args().nth(1).zip(env::args().nth(2)).context("a server and a token")?;
    let mut request = format!("{server}/api/v1/socket").into_client_request()?;
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse()?);
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await?;
    while let Some(frame) = socket.next().await {
        let Message::Text(text) = frame? else { continue };
        let frame: Value = serde_json::from_str(&text)?;
        for message in frame["messages"].as_array().into_iter().flatten() {
            if let Some(answer) = message["body"]["text"].as_str().and_then(answer) {
                socket.send(send(message, &answer)).await?;
            }
        }
    }
    Err(Error::ConnectionClosed.into())
}

fn answer(text: &str) -> Option<String> {
    let echo = text.strip_prefix("!echo ").map(str::to_owned);
    echo.or_else(|| (text == "!ping").then(|| "pong".to_owned()))
}

fn send(to: &Value, text: &str) -> Message {
    let body = json!({"kind": "text", "text": text});
    let frame = json!({"type": "send", "conversation": to["conversation"], "client_id": Uuid::now_v7(), "body": body});
    Message::text(frame.to_string())
}
