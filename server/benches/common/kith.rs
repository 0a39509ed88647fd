//! Kith itself, and who registers there.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use anyhow::Result;
use kith_shared::auth::Session;
use kith_shared::contact::Invitation;
use kith_shared::{UserId, routes};
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::process::Process;

/// The command a `kith` server is started by.
pub fn command(data: &Path, listen: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kith"));
    command.args(["serve", "--log", "error", "--listen", listen, "--data"]).arg(data);
    command
}

pub fn start(data: &Path, options: &[&str]) -> Result<Process> {
    let mut command = command(data, "127.0.0.1:0");
    command.args(options);
    Process::start(command)
}

/// At an address it has again when it is started again.
#[allow(dead_code, reason = "each benchmark asks for what it measures")]
pub fn start_at(data: &Path, listen: &str) -> Result<Process> {
    Process::start(command(data, listen))
}

pub struct Rest {
    http: reqwest::Client,
    address: SocketAddr,
}

impl Rest {
    pub fn new(address: SocketAddr) -> Result<Self> {
        kith_server::tls::use_ring();
        Ok(Self { http: reqwest::Client::builder().no_proxy().build()?, address })
    }

    /// Registers somebody: their token and id.
    pub async fn person(&self, username: &str) -> Result<(String, UserId)> {
        let body = json!({"username": username, "password": "correct horse", "transport": "bearer"});
        let session: Session = self.post("", routes::REGISTER, body).await?;
        Ok((session.token.unwrap_or_default(), session.user.id))
    }

    /// Somebody invites so many: what a guest posts to, to be their friend.
    #[allow(dead_code, reason = "each benchmark asks for what it measures")]
    pub async fn invitation(&self, token: &str, guests: usize) -> Result<String> {
        let body = json!({"max_uses": guests});
        let invitation: Invitation = self.post(token, routes::INVITATIONS, body).await?;
        Ok(routes::invitation_accept(&invitation.token))
    }

    /// Asks for something that answers nothing.
    #[allow(dead_code, reason = "each benchmark asks for what it measures")]
    pub async fn ask(&self, method: Method, token: String, path: &str, body: Option<Value>) -> Result<()> {
        let request = self.http.request(method, format!("http://{}{path}", self.address)).bearer_auth(token);
        let request = if let Some(body) = body { request.json(&body) } else { request };
        request.send().await?.error_for_status()?;
        Ok(())
    }

    #[allow(dead_code, reason = "each benchmark asks for what it measures")]
    pub async fn get<T: DeserializeOwned>(&self, token: &str, path: &str) -> Result<T> {
        let request = self.http.get(format!("http://{}{path}", self.address)).bearer_auth(token);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    pub async fn post<T: DeserializeOwned>(&self, token: &str, path: &str, body: Value) -> Result<T> {
        let request = self.http.post(format!("http://{}{path}", self.address)).bearer_auth(token);
        Ok(request.json(&body).send().await?.error_for_status()?.json().await?)
    }
}
