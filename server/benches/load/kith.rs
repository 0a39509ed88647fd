//! People who talk over Kith.

use std::net::SocketAddr;

use anyhow::Result;
use futures_util::{StreamExt, TryStreamExt, stream};
use kith_shared::conversation::Conversation;
use kith_shared::{UserId, routes};
use serde_json::json;

use crate::common::kith::Rest;
use crate::fan_out::SIZES;
use crate::rate::PAIRS;
use crate::seat::{Pair, Seat};

/// Registers people: friends two and two, and a group of each size.
pub async fn people(address: SocketAddr) -> Result<(Vec<Pair>, [Vec<Seat>; 2])> {
    let rest = &Rest::new(address)?;
    // As many at once as keep the server's processors busy hashing passwords.
    let pairs = stream::iter(0..PAIRS).map(|n| pair(rest, n)).buffered(4).try_collect().await?;
    Ok((pairs, groups(rest).await?))
}

async fn pair(rest: &Rest, n: usize) -> Result<Pair> {
    let (writer, _) = rest.person(&format!("writer{n}")).await?;
    let (reader, _) = rest.person(&format!("reader{n}")).await?;
    let accept = rest.invitation(&writer, 1).await?;
    let dialog: Conversation = rest.post(&reader, &accept, json!({})).await?;
    let seat = |token| Seat { path: routes::SOCKET.to_owned(), token, conversation: dialog.id };
    Ok(Pair { writer: seat(writer), reader: seat(reader) })
}

/// One who is everybody's friend makes the groups; each is the first so many of the same people.
async fn groups(rest: &Rest) -> Result<[Vec<Seat>; 2]> {
    let (host, _) = rest.person("host").await?;
    let [small, large] = SIZES;
    let accept = &rest.invitation(&host, large).await?;
    let guest = async |n: usize| {
        let guest = rest.person(&format!("guest{n}")).await?;
        rest.post::<Conversation>(&guest.0, accept, json!({})).await?;
        Ok::<_, anyhow::Error>(guest)
    };
    let guests: Vec<_> = stream::iter(1..large).map(guest).buffered(4).try_collect().await?;
    Ok([group(rest, &host, &guests[..small - 1]).await?, group(rest, &host, &guests).await?])
}

async fn group(rest: &Rest, host: &str, guests: &[(String, UserId)]) -> Result<Vec<Seat>> {
    let members: Vec<_> = guests.iter().map(|(_, id)| id).collect();
    let body = json!({"title": "Harbour", "members": members});
    let group: Conversation = rest.post(host, routes::CONVERSATIONS_GROUP, body).await?;
    let tokens = guests.iter().map(|(token, _)| token.as_str()).chain([host]);
    let seat = |token: &str| Seat {
        path: routes::SOCKET.to_owned(),
        token: token.to_owned(),
        conversation: group.id,
    };
    Ok(tokens.map(seat).collect())
}
