//! Kith itself, with real users.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::Result;
use futures_util::{StreamExt, TryStreamExt, stream};
use kith_shared::auth::Session;
use kith_shared::contact::Invitation;
use kith_shared::conversation::Conversation;
use kith_shared::{UserId, routes};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::fan_out::SIZES;
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

/// Registers people: friends two and two, and a group of each size.
pub async fn people(address: SocketAddr) -> Result<(Vec<Pair>, [Vec<Seat>; 2])> {
    kith_server::tls::use_ring();
    let rest = Rest { http: reqwest::Client::builder().no_proxy().build()?, address };
    let rest = &rest;
    // As many at once as keep the server's processors busy hashing passwords.
    let pairs = stream::iter(0..PAIRS).map(|n| rest.pair(n)).buffered(4).try_collect().await?;
    Ok((pairs, rest.groups().await?))
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

    /// One who is everybody's friend makes the groups; each is the first so many of the same people.
    async fn groups(&self) -> Result<[Vec<Seat>; 2]> {
        let host = self.person("host").await?;
        let [small, large] = SIZES;
        let body = json!({"max_uses": large});
        let invitation: Invitation = self.post(&host.0, routes::INVITATIONS, body).await?;
        let accept = &routes::invitation_accept(&invitation.token);
        let guest = async |n: usize| {
            let guest = self.person(&format!("guest{n}")).await?;
            self.post::<Conversation>(&guest.0, accept, json!({})).await?;
            Ok::<_, anyhow::Error>(guest)
        };
        let guests: Vec<_> = stream::iter(1..large).map(guest).buffered(4).try_collect().await?;
        Ok([self.group(&host.0, &guests[..small - 1]).await?, self.group(&host.0, &guests).await?])
    }

    async fn group(&self, host: &str, guests: &[(String, UserId)]) -> Result<Vec<Seat>> {
        let members: Vec<_> = guests.iter().map(|(_, id)| id).collect();
        let body = json!({"title": "Harbour", "members": members});
        let group: Conversation = self.post(host, routes::CONVERSATIONS_GROUP, body).await?;
        let tokens = guests.iter().map(|(token, _)| token.as_str()).chain([host]);
        let seat = |token: &str| Seat {
            path: routes::SOCKET.to_owned(),
            token: token.to_owned(),
            conversation: group.id,
        };
        Ok(tokens.map(seat).collect())
    }

    /// The new user's token.
    async fn register(&self, username: &str) -> Result<String> {
        Ok(self.person(username).await?.0)
    }

    /// The new user's token and id.
    async fn person(&self, username: &str) -> Result<(String, UserId)> {
        let body = json!({"username": username, "password": "correct horse", "transport": "bearer"});
        let session: Session = self.post("", routes::REGISTER, body).await?;
        Ok((session.token.unwrap_or_default(), session.user.id))
    }

    async fn post<T: DeserializeOwned>(&self, token: &str, path: &str, body: Value) -> Result<T> {
        let request = self.http.post(format!("http://{}{path}", self.address)).bearer_auth(token);
        Ok(request.json(&body).send().await?.error_for_status()?.json().await?)
    }
}
