use kith_shared::contact::{Invitation, InvitationPreview};
use kith_shared::conversation::Conversation;
use kith_shared::frame::ServerFrame;
use kith_shared::problem::Code;
use kith_shared::{limits, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::harness::{Person, TestServer, read, refused};

async fn invites(person: &Person, body: serde_json::Value) -> Invitation {
    read(person.post(routes::INVITATIONS, body).await, StatusCode::CREATED).await
}

async fn accepts(person: &Person, invitation: &Invitation) -> reqwest::Response {
    person.post(&routes::invitation_accept(&invitation.token), json!({})).await
}

#[tokio::test]
async fn a_link_shows_who_invites_and_makes_friends_with_a_dialog_both_hear_of() {
    let server = TestServer::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let invitation = invites(&mia, json!({})).await;

    let preview: InvitationPreview =
        read(server.get(&routes::invitation_preview(&invitation.token)).await, StatusCode::OK).await;
    assert_eq!(preview.inviter, mia.session.user);

    let opened: Conversation = read(accepts(&leo, &invitation).await, StatusCode::OK).await;
    for socket in [&mut mias, &mut leos] {
        let heard = socket.hear_until(|frame| match frame {
            ServerFrame::Conversation { conversation } => Some(conversation),
            _ => None,
        });
        assert_eq!(heard.await.id, opened.id);
    }
    let client_id = leos.write(opened.id, "hi Mia").await;
    leos.acknowledged(client_id).await;
    assert_eq!(mias.message().await.1, "hi Mia", "nobody has to reconnect to hear a new dialog");
}

#[tokio::test]
async fn a_single_use_link_works_once_and_a_friend_does_not_use_it_up() {
    let server = TestServer::start().await;
    let (mia, leo, ana) =
        (server.register("mia").await, server.register("leo").await, server.register("ana").await);
    let invitation = invites(&mia, json!({})).await;
    let first: Conversation = read(accepts(&leo, &invitation).await, StatusCode::OK).await;
    refused(accepts(&ana, &invitation).await, Code::InvitationNotFound).await;
    refused(server.get(&routes::invitation_preview(&invitation.token)).await, Code::InvitationNotFound).await;

    let second = invites(&mia, json!({})).await;
    let again: Conversation = read(accepts(&leo, &second).await, StatusCode::OK).await;
    assert_eq!(again.id, first.id);
    read::<Conversation>(accepts(&ana, &second).await, StatusCode::OK).await;
}

#[tokio::test]
async fn a_many_use_link_counts_its_uses_and_can_be_taken_back() {
    let server = TestServer::start().await;
    let (mia, leo, ana) =
        (server.register("mia").await, server.register("leo").await, server.register("ana").await);
    let invitation = invites(&mia, json!({"max_uses": 3})).await;
    accepts(&leo, &invitation).await;
    let open: Vec<Invitation> = mia.get(routes::INVITATIONS).await;
    assert_eq!(open.iter().map(|open| (open.id, open.uses)).collect::<Vec<_>>(), [(invitation.id, 1)]);

    let path = routes::invitation(invitation.id);
    refused(leo.ask(Method::DELETE, &path, None).await, Code::InvitationNotFound).await;
    assert_eq!(mia.ask(Method::DELETE, &path, None).await.status(), StatusCode::NO_CONTENT);
    refused(accepts(&ana, &invitation).await, Code::InvitationNotFound).await;
}

#[tokio::test]
async fn a_link_used_by_many_at_once_is_never_used_too_often() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let invitation = invites(&mia, json!({"max_uses": 2})).await;
    let mut guests = Vec::new();
    for n in 0..6 {
        guests.push(server.register(&format!("guest{n}")).await);
    }
    let answers = guests.iter().map(|guest| accepts(guest, &invitation));
    let answers = futures_util::future::join_all(answers).await;
    let friends = answers.iter().filter(|answer| answer.status() == StatusCode::OK).count();
    assert_eq!(friends, 2);
}

#[tokio::test]
async fn an_expired_link_opens_nothing() {
    let server = TestServer::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    let invitation = invites(&mia, json!({"life": 1})).await;
    // Its one millisecond is over when the clock says so; asking again until then can't change what is asked.
    while server.get(&routes::invitation_preview(&invitation.token)).await.status() == StatusCode::OK {}
    refused(accepts(&leo, &invitation).await, Code::InvitationNotFound).await;
    assert!(mia.get::<Vec<Invitation>>(routes::INVITATIONS).await.is_empty());
}

#[tokio::test]
async fn ones_own_link_and_one_of_who_blocks_one_lead_nowhere() {
    let server = TestServer::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    let invitation = invites(&mia, json!({})).await;
    refused(accepts(&mia, &invitation).await, Code::CannotInviteSelf).await;
    mia.ask(Method::PUT, &routes::block(leo.id()), None).await;
    refused(accepts(&leo, &invitation).await, Code::InvitationNotFound).await;
}

#[tokio::test]
async fn a_link_stays_within_its_limits() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    for body in [
        json!({"max_uses": 0}),
        json!({"max_uses": limits::INVITATION_USES + 1}),
        json!({"life": 0}),
        json!({"life": limits::INVITATION_LIFE.as_millis() as i64 + 1}),
    ] {
        refused(mia.post(routes::INVITATIONS, body).await, Code::InvalidInvitation).await;
    }
    for token in ["short", "..%2F..%2F..%2F..%2Fetc%2Fpasswd", "AAAAAAAAAAAAAAAAAAAAAA"] {
        refused(server.get(&routes::invitation_preview(token)).await, Code::InvitationNotFound).await;
    }
}
