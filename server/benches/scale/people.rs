//! People with sessions, friends and groups.

use std::net::SocketAddr;

use anyhow::Result;
use futures_util::{StreamExt, TryStreamExt, stream};
use kith_shared::conversation::Conversation;
use kith_shared::{ConversationId, UserId, routes};
use serde_json::json;

use crate::common::kith::Rest;
use crate::seat::Seat;

/// As many at once as keep the server's processors busy hashing passwords.
const AT_ONCE: usize = 4;

/// Somebody who makes groups, and friends of theirs.
pub struct People {
    pub rest: Rest,
    host: String,
    friends: Vec<(String, UserId)>,
}

impl People {
    /// Registers a host and so many friends of theirs.
    pub async fn register(address: SocketAddr, friends: usize) -> Result<Self> {
        let rest = Rest::new(address)?;
        let (host, _) = rest.person("host").await?;
        let accept = &rest.invitation(&host, friends).await?;
        let guest = async |n: usize| {
            let guest = rest.person(&format!("guest{n}")).await?;
            rest.post::<Conversation>(&guest.0, accept, json!({})).await?;
            Ok::<_, anyhow::Error>(guest)
        };
        let friends = stream::iter(0..friends).map(guest).buffered(AT_ONCE).try_collect().await?;
        Ok(Self { rest, host, friends })
    }

    /// Makes a group of the host and the first so many friends; the seats are theirs, the host's first.
    pub async fn group(&self, friends: usize) -> Result<Vec<Seat>> {
        let group = self.group_of(0..friends).await?;
        let friends = &self.friends[..friends];
        let tokens = [&self.host].into_iter().chain(friends.iter().map(|(token, _)| token));
        Ok(tokens.map(|token| seat(token, group)).collect())
    }

    /// Makes a group of the host and these friends.
    pub async fn group_of(&self, friends: impl Iterator<Item = usize>) -> Result<ConversationId> {
        let members: Vec<_> = friends.map(|friend| self.friends[friend].1).collect();
        let body = json!({"title": "Harbour", "members": members});
        let group: Conversation = self.rest.post(&self.host, routes::CONVERSATIONS_GROUP, body).await?;
        Ok(group.id)
    }

    /// Makes these friends of one of the host's friends. Answers the dialogs.
    pub async fn befriend(
        &self,
        one: usize,
        others: impl Iterator<Item = usize>,
    ) -> Result<Vec<(usize, ConversationId)>> {
        let accept = self.rest.invitation(self.token(one), self.friends.len()).await?;
        let mut dialogs = Vec::new();
        for other in others {
            let dialog: Conversation = self.rest.post(self.token(other), &accept, json!({})).await?;
            dialogs.push((other, dialog.id));
        }
        Ok(dialogs)
    }

    pub fn token(&self, friend: usize) -> &str {
        &self.friends[friend].0
    }
}

fn seat(token: &str, conversation: ConversationId) -> Seat {
    Seat { path: routes::SOCKET.to_owned(), token: token.to_owned(), conversation }
}
