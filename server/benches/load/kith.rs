//! Kith itself, with real users.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::Result;
use futures_util::{StreamExt, TryStreamExt, stream};
use kith_shared::auth::Session;
use kith_shared::contact::Invitation;
use kith_shared::conversation::Conversation;
use kith_shared::routes;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::process::Process;
use crate::rate::PAIRS;
use crate::seat::{Pair, Seat};

/// The command a `kith` server is started by.
pub fn command(data: &Path, listen: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kith"));
    command.args(["serve", "--log", "error", "--listen", listen, "--data"]).arg(data);
    command
}

pub fn start(data: &Path) -> Result<Process> {
    Process::start(command(data, "127.0.0.1:0"))
}

/// Registers people and makes them friends, two and two.
pub async fn pairs(address: SocketAddr) -> Result<Vec<Pair>> {
    let rest = Rest { http: reqwest::Client::builder().no_proxy().build()?, address };
    let rest = &rest;
    // As many at once as keep the server's processors busy hashing passwords.
    stream::iter(0..PAIRS).map(|n| rest.pair(n)).buffered(4).try_collect().await
}

struct Rest {
    http: reqwest::Client,
    address: SocketAddr,
}

impl Rest {
    async fn pair(&self, n: usize) -> Result<Pair> {
        let writer = self.register(&format!("writer{n}")).await?;
        let reader = self.register(&format!("reader{n}")).await?;
        let invitation: Invitation = self.post(&writer, routes::INVITATIONS, json!({})).await?;
        let accept = routes::invitation_accept(&invitation.token);
        let dialog: Conversation = self.post(&reader, &accept, json!({})).await?;
        let seat = |token| Seat { path: routes::SOCKET.to_owned(), token, conversation: dialog.id };
        Ok(Pair { writer: seat(writer), reader: seat(reader) })
    }

    /// The new user's token.
    async fn register(&self, username: &str) -> Result<String> {
        let body = json!({"username": username, "password": "correct horse", "transport": "bearer"});
        let session: Session = self.post("", routes::REGISTER, body).await?;
        Ok(session.token.unwrap_or_default())
    }

    async fn post<T: DeserializeOwned>(&self, token: &str, path: &str, body: Value) -> Result<T> {
        let request = self.http.post(format!("http://{}{path}", self.address)).bearer_auth(token);
        Ok(request.json(&body).send().await?.error_for_status()?.json().await?)
    }
}
