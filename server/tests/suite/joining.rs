//! Links into a group, asked of the server itself: at once, with approval, and all that can be in the way.

use kith_shared::contact::{Invitation, InvitationPreview};
use kith_shared::conversation::{Conversation, Role};
use kith_shared::frame::ServerFrame;
use kith_shared::joining::JoinRequest;
use kith_shared::message::{Body, Message};
use kith_shared::notice::What;
use kith_shared::problem::Code;
use kith_shared::{ConversationId, UserId, limits, routes};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};

use crate::groups::{members, sorted, three_friends};
use crate::harness::{Person, Socket, TestServer, read, refused};

#[tokio::test]
async fn whoever_opens_a_link_sees_the_group_joins_it_and_all_hear_of_it() {
    let server = TestServer::start().await;
    let (mia, group) = owner(&server).await;
    read::<Conversation>(mia.updates(group, json!({"description": "Saturdays"})).await, StatusCode::OK).await;
    let link = mia.links(group, json!({})).await;
    let token = routes::invitation_preview(&link.token);
    let preview: InvitationPreview = read(server.get(&token).await, StatusCode::OK).await;
    let seen = preview.group.expect("a group");
    assert_eq!((preview.inviter.username.as_str(), seen.title.as_str()), ("mia", "Harbour"));
    assert_eq!((seen.description.as_deref(), seen.members), (Some("Saturdays"), 1));
    assert!(!seen.approval && !seen.waiting);

    // A stranger to all of them.
    let zoe = server.register("zoe").await;
    let (mut mias, mut zoes) = (mia.connect().await, zoe.connect().await);
    let joined: Conversation = read(zoe.enters(&link).await, StatusCode::OK).await;
    assert_eq!((joined.id, members(&joined)), (group, sorted(&[&mia, &zoe])));
    assert_eq!(mias.members().await.1, [zoe.id()]);
    assert_eq!(zoes.conversation().await.id, group);
    for socket in [&mut mias, &mut zoes] {
        let Message { sender, body: Body::Notice(notice), .. } = socket.notices().await.remove(0) else {
            panic!("no notice")
        };
        assert_eq!((sender, notice.what), (zoe.id(), What::Joined));
    }
    let sent = zoes.write(group, "hello").await;
    zoes.acknowledged(sent).await;
    assert_eq!(mias.message().await.1, "hello");
}

#[tokio::test]
async fn owner_and_admins_alone_make_see_and_take_back_links_and_decide_who_comes_in() {
    let server = TestServer::start().await;
    let [mia, leo, ana] = three_friends(&server).await;
    let group = mia.groups("Harbour", &[&leo, &ana]).await.id;
    let link = mia.links(group, json!({"approval": true, "max_uses": 9})).await;
    let (zoe, eve) = (server.register("zoe").await, server.register("eve").await);
    assert_eq!(zoe.enters(&link).await.status(), StatusCode::ACCEPTED);
    let asked = [
        (Method::GET, routes::group_invitations(group), None),
        (Method::POST, routes::group_invitations(group), Some(json!({}))),
        (Method::DELETE, routes::group_invitation(group, link.id), None),
        (Method::GET, routes::join_requests(group), None),
        (Method::POST, routes::join_request_approve(group, zoe.id()), None),
        (Method::POST, routes::join_request_decline(group, zoe.id()), None),
    ];
    for (method, path, body) in &asked {
        refused(leo.ask(method.clone(), path, body.clone()).await, Code::NotAllowed).await;
        refused(eve.ask(method.clone(), path, body.clone()).await, Code::ConversationNotFound).await;
        refused(zoe.ask(method.clone(), path, body.clone()).await, Code::ConversationNotFound).await;
    }
    let dialog = mia.befriends(&leo).await;
    for (method, path, body) in [
        (Method::GET, routes::group_invitations(dialog), None),
        (Method::POST, routes::group_invitations(dialog), Some(json!({}))),
        (Method::GET, routes::join_requests(dialog), None),
    ] {
        refused(mia.ask(method, &path, body).await, Code::NotAGroup).await;
    }
    read::<Conversation>(mia.makes(group, &leo, Role::Admin).await, StatusCode::OK).await;
    assert_eq!(leo.get::<Vec<Invitation>>(&routes::group_invitations(group)).await.len(), 1);
    let friendly: Vec<Invitation> = mia.get(routes::INVITATIONS).await;
    assert!(friendly.iter().all(|open| open.id != link.id), "it makes no friends");
    refused(mia.ask(Method::DELETE, &routes::invitation(link.id), None).await, Code::InvitationNotFound)
        .await;
    let other = mia.groups("Kites", &[]).await.id;
    let path = routes::group_invitation(other, link.id);
    refused(mia.ask(Method::DELETE, &path, None).await, Code::InvitationNotFound).await;
    for bad in [json!({"max_uses": 0}), json!({"max_uses": 1_001}), json!({"life": 0})] {
        refused(mia.post(&routes::group_invitations(group), bad).await, Code::InvalidInvitation).await;
    }
    refused(mia.post(routes::INVITATIONS, json!({"approval": true})).await, Code::InvalidInvitation).await;
}

#[tokio::test]
async fn a_link_that_is_used_up_expired_or_taken_back_leads_nowhere() {
    let server = TestServer::start().await;
    let (mia, group) = owner(&server).await;
    let (zoe, eve) = (server.register("zoe").await, server.register("eve").await);
    let once = mia.links(group, json!({})).await;
    read::<Conversation>(zoe.enters(&once).await, StatusCode::OK).await;
    read::<Conversation>(zoe.enters(&once).await, StatusCode::OK).await;
    let expired = mia.links(group, json!({"life": 1})).await;
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let revoked = mia.links(group, json!({"max_uses": 5})).await;
    let path = routes::group_invitation(group, revoked.id);
    assert_eq!(mia.ask(Method::DELETE, &path, None).await.status(), StatusCode::NO_CONTENT);
    for link in [&once, &expired, &revoked] {
        refused(eve.enters(link).await, Code::InvitationNotFound).await;
        let preview = routes::invitation_preview(&link.token);
        refused(eve.ask(Method::GET, &preview, None).await, Code::InvitationNotFound).await;
    }
    assert!(mia.get::<Vec<Invitation>>(&routes::group_invitations(group)).await.is_empty());
    // Who is a member uses none.
    let many = mia.links(group, json!({"max_uses": 2})).await;
    for person in [&zoe, &mia] {
        let seen: Conversation = read(person.enters(&many).await, StatusCode::OK).await;
        assert_eq!(seen.revision, 1, "nobody came");
    }
    assert_eq!(mia.get::<Vec<Invitation>>(&routes::group_invitations(group)).await[0].uses, 0);
}

#[tokio::test]
async fn who_was_removed_comes_back_by_a_link_as_long_as_there_is_one() {
    let server = TestServer::start().await;
    let (mia, group) = owner(&server).await;
    let zoe = server.register("zoe").await;
    let link = mia.links(group, json!({"max_uses": 9})).await;
    read::<Conversation>(zoe.enters(&link).await, StatusCode::OK).await;
    read::<Conversation>(mia.makes(group, &zoe, Role::Admin).await, StatusCode::OK).await;
    assert_eq!(mia.removes(group, &zoe).await.status(), StatusCode::NO_CONTENT);
    let again: Conversation = read(zoe.enters(&link).await, StatusCode::OK).await;
    let role = again.members.iter().find(|member| member.user.id == zoe.id()).map(|member| member.role);
    assert_eq!(role, Some(Role::Member));
    assert_eq!(mia.removes(group, &zoe).await.status(), StatusCode::NO_CONTENT);
    mia.ask(Method::DELETE, &routes::group_invitation(group, link.id), None).await;
    refused(zoe.enters(&link).await, Code::InvitationNotFound).await;
}

#[tokio::test]
async fn who_asks_waits_until_one_admin_approves_and_the_other_comes_too_late() {
    let server = TestServer::start().await;
    let [mia, leo, _] = three_friends(&server).await;
    let group = mia.groups("Harbour", &[&leo]).await.id;
    read::<Conversation>(mia.makes(group, &leo, Role::Admin).await, StatusCode::OK).await;
    let link = mia.links(group, json!({"approval": true})).await;
    let (zoe, eve) = (server.register("zoe").await, server.register("eve").await);
    let (mut mias, mut leos, mut zoes) = (mia.connect().await, leo.connect().await, zoe.connect().await);
    assert_eq!(zoe.enters(&link).await.status(), StatusCode::ACCEPTED);
    assert_eq!((mias.requests().await, leos.requests().await), (1, 1));
    // Used up by who asked, who goes on waiting; nobody else comes by it.
    assert_eq!(zoe.enters(&link).await.status(), StatusCode::ACCEPTED);
    assert!(zoe.sees(&link).await.group.expect("a group").waiting);
    refused(eve.enters(&link).await, Code::InvitationNotFound).await;
    mia.links(group, json!({})).await;
    assert!(zoe.sees(&link).await.group.expect("a group").waiting, "also when others are made");
    let asking: Vec<JoinRequest> = leo.get(&routes::join_requests(group)).await;
    assert_eq!(asking.iter().map(|asks| asks.user.id).collect::<Vec<_>>(), [zoe.id()]);
    assert_eq!((leo.conversation(group).await.requests, asking.len()), (1, 1));
    refused(zoe.ask(Method::GET, &routes::conversation(group), None).await, Code::ConversationNotFound).await;

    let (one, other) = tokio::join!(mia.approves(group, zoe.id()), leo.approves(group, zoe.id()));
    let (done, late) = if one.status() == StatusCode::OK { (one, other) } else { (other, one) };
    let seen: Conversation = read(done, StatusCode::OK).await;
    refused(late, Code::RequestNotFound).await;
    assert_eq!((seen.requests, members(&seen)), (0, sorted(&[&mia, &leo, &zoe])));
    assert_eq!(zoes.conversation().await.id, group);
    assert_eq!(zoe.conversation(group).await.requests, 0, "and never says it to a plain member");
    refused(mia.declines(group, zoe.id()).await, Code::RequestNotFound).await;
}

#[tokio::test]
async fn who_is_declined_stays_outside_and_may_ask_again() {
    let server = TestServer::start().await;
    let (mia, group) = owner(&server).await;
    let link = mia.links(group, json!({"approval": true, "max_uses": 2})).await;
    let zoe = server.register("zoe").await;
    let mut mias = mia.connect().await;
    zoe.enters(&link).await;
    assert_eq!(mias.requests().await, 1);
    assert_eq!(mia.declines(group, zoe.id()).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(mias.requests().await, 0);
    refused(mia.declines(group, zoe.id()).await, Code::RequestNotFound).await;
    refused(mia.approves(group, zoe.id()).await, Code::RequestNotFound).await;
    assert!(!zoe.sees(&link).await.group.expect("a group").waiting);
    assert_eq!(zoe.enters(&link).await.status(), StatusCode::ACCEPTED);
    // The link is gone; who asked before is still decided on.
    mia.ask(Method::DELETE, &routes::group_invitation(group, link.id), None).await;
    read::<Conversation>(mia.approves(group, zoe.id()).await, StatusCode::OK).await;
}

#[tokio::test]
async fn who_is_added_meanwhile_or_made_an_admin_changes_who_asks_and_who_knows() {
    let server = TestServer::start().await;
    let [mia, leo, ana] = three_friends(&server).await;
    let group = mia.groups("Harbour", &[&leo]).await.id;
    let link = mia.links(group, json!({"approval": true, "max_uses": 9})).await;
    let zoe = server.register("zoe").await;
    for person in [&ana, &zoe] {
        assert_eq!(person.enters(&link).await.status(), StatusCode::ACCEPTED);
    }
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    read::<Conversation>(mia.adds(group, &[&ana]).await, StatusCode::OK).await;
    assert_eq!(mias.requests().await, 1);
    refused(mia.approves(group, ana.id()).await, Code::RequestNotFound).await;
    read::<Conversation>(mia.makes(group, &leo, Role::Admin).await, StatusCode::OK).await;
    assert_eq!(leos.requests().await, 1);
}

#[tokio::test]
async fn the_last_place_is_given_once_and_who_comes_later_is_told_the_group_is_full() {
    let server = TestServer::start().await;
    let (mia, group) = owner(&server).await;
    let approved = mia.links(group, json!({"approval": true, "max_uses": 9})).await;
    let open = mia.links(group, json!({"max_uses": 9})).await;
    let people = [server.register("zoe").await, server.register("eve").await, server.register("max").await];
    let [zoe, eve, max] = &people;
    assert_eq!(zoe.enters(&approved).await.status(), StatusCode::ACCEPTED);
    server.fill(group, limits::GROUP_MEMBERS - 2).await;
    let (one, other) = tokio::join!(eve.enters(&open), max.enters(&open));
    let (done, late) = if one.status() == StatusCode::OK { (one, other) } else { (other, one) };
    let seen: Conversation = read(done, StatusCode::OK).await;
    assert_eq!(seen.members.len(), limits::GROUP_MEMBERS);
    refused(late, Code::GroupFull).await;
    refused(mia.approves(group, zoe.id()).await, Code::GroupFull).await;
    let uses: Vec<_> = mia
        .get::<Vec<Invitation>>(&routes::group_invitations(group))
        .await
        .iter()
        .map(|link| link.uses)
        .collect();
    assert_eq!(uses, [1, 1], "who found no place used none");
    // They still ask, and come in when somebody goes.
    assert_eq!(mia.get::<Vec<JoinRequest>>(&routes::join_requests(group)).await.len(), 1);
    let gone = if seen.members.iter().any(|member| member.user.id == eve.id()) { eve } else { max };
    assert_eq!(mia.removes(group, gone).await.status(), StatusCode::NO_CONTENT);
    read::<Conversation>(mia.approves(group, zoe.id()).await, StatusCode::OK).await;
}

#[tokio::test]
async fn a_group_that_everybody_left_is_entered_by_nobody() {
    let server = TestServer::start().await;
    let (mia, group) = owner(&server).await;
    let link = mia.links(group, json!({"max_uses": 9})).await;
    assert_eq!(mia.leaves(group).await.status(), StatusCode::NO_CONTENT);
    let zoe = server.register("zoe").await;
    refused(zoe.enters(&link).await, Code::InvitationNotFound).await;
    refused(server.get(&routes::invitation_preview(&link.token)).await, Code::InvitationNotFound).await;
}

async fn owner(server: &TestServer) -> (Person, ConversationId) {
    let mia = server.register("mia").await;
    let group = mia.groups("Harbour", &[]).await.id;
    (mia, group)
}

impl TestServer {
    /// Brings so many into a group, behind the server's back.
    async fn fill(&self, group: ConversationId, count: usize) {
        let options = SqliteConnectOptions::new().filename(self.database());
        let mut db = SqliteConnection::connect_with(&options).await.unwrap();
        let sql = "
            CREATE TEMP TABLE crowd AS
                WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?1)
                SELECT randomblob(16) AS id, 'crowd' || n AS name FROM n;
            INSERT INTO users (id, username, display_name, password_hash, created_at)
                SELECT id, name, name, '', 0 FROM crowd;
            INSERT INTO members (conversation_id, user_id, joined_at) SELECT ?2, id, 0 FROM crowd";
        sqlx::query(sql).bind(count as i64).bind(group.0).execute(&mut db).await.unwrap();
        db.close().await.unwrap();
    }
}

impl Person {
    /// Makes a link into the group.
    async fn links(&self, group: ConversationId, body: Value) -> Invitation {
        read(self.post(&routes::group_invitations(group), body).await, StatusCode::CREATED).await
    }

    async fn enters(&self, link: &Invitation) -> Response {
        self.post(&routes::invitation_accept(&link.token), json!({})).await
    }

    async fn sees(&self, link: &Invitation) -> InvitationPreview {
        self.get(&routes::invitation_preview(&link.token)).await
    }

    async fn approves(&self, group: ConversationId, user: UserId) -> Response {
        self.post(&routes::join_request_approve(group, user), json!({})).await
    }

    async fn declines(&self, group: ConversationId, user: UserId) -> Response {
        self.post(&routes::join_request_decline(group, user), json!({})).await
    }
}

impl Socket {
    /// How many ask, by the next frame that says so.
    async fn requests(&mut self) -> u32 {
        self.hear_until(|frame| match frame {
            ServerFrame::Requests { requests, .. } => Some(requests),
            _ => None,
        })
        .await
    }
}
