use kith_shared::contact::Contacts;
use kith_shared::frame::ServerFrame;
use kith_shared::{Millis, UserId, routes};
use reqwest::Method;
use serde_json::json;

use crate::harness::{Person, Socket, TestServer};

#[tokio::test]
async fn friends_hear_when_somebody_was_last_seen_and_it_outlives_the_server() {
    let mut server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    assert_eq!(last_seen(&mia, &leo).await, None, "Leo has not come yet");
    let mut mias = mia.connect().await;
    let leos = leo.connect().await;
    assert_eq!(mias.presence().await, (leo.id(), true, None));
    assert_eq!(last_seen(&mia, &leo).await, None, "Leo is there");
    let before = now();
    drop(leos);
    let (user, online, at) = mias.presence().await;
    assert_eq!((user, online), (leo.id(), false));
    let at = at.expect("when that was");
    assert!((before..=now()).contains(&at), "{at}");
    assert_eq!(last_seen(&mia, &leo).await, Some(at), "also while it is not written yet");

    server.restart().await;
    let mia = server.log_in("mia").await;
    assert_eq!(last_seen(&mia, &leo).await, Some(at));
}

#[tokio::test]
async fn whoever_is_there_when_the_server_stops_was_seen_then() {
    let mut server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    let _leos = leo.connect().await;
    let before = now();
    server.restart().await;
    let at = last_seen(&server.log_in("mia").await, &leo).await.expect("when that was");
    assert!((before..=now()).contains(&at), "{at}");
    assert_eq!(last_seen(&server.log_in("leo").await, &mia).await, None);
}

#[tokio::test]
async fn only_friends_are_told_when_somebody_was_last_seen() {
    let server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    let zoe = server.register("zoe").await;
    let mut mias = mia.connect().await;
    drop(leo.connect().await);
    mias.presence().await;
    mias.presence().await;
    zoe.post(routes::REQUESTS, json!({"user": leo.id()})).await;
    leo.post(routes::REQUESTS, json!({"user": zoe.id()})).await;
    assert!(last_seen(&zoe, &leo).await.is_some());
    zoe.ask(Method::DELETE, &routes::friend(leo.id()), None).await;
    zoe.post(routes::REQUESTS, json!({"user": leo.id()})).await;
    assert_eq!(last_seen(&zoe, &leo).await, None, "whoever asks is no friend");
    assert_eq!(last_seen(&leo, &zoe).await, None, "nor is who is asked");
}

fn now() -> Millis {
    std::time::UNIX_EPOCH.elapsed().unwrap().as_millis() as Millis
}

/// When `whose` was last seen, as `person`'s contacts say.
pub async fn last_seen(person: &Person, whose: &Person) -> Option<Millis> {
    let Contacts { contacts, .. } = person.get(routes::CONTACTS).await;
    contacts.into_iter().find(|contact| contact.user.id == whose.id()).expect("a contact").last_seen
}

impl Socket {
    /// The next that comes or goes, and when they were last seen.
    pub async fn presence(&mut self) -> (UserId, bool, Option<Millis>) {
        self.hear_until(|frame| match frame {
            ServerFrame::Presence { user, online, last_seen } => Some((user, online, last_seen)),
            _ => None,
        })
        .await
    }
}
