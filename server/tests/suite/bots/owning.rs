use kith_shared::bot::Bot;
use kith_shared::contact::{Contact, Contacts, Invitation, Relation};
use kith_shared::conversation::Role;
use kith_shared::frame::close;
use kith_shared::problem::Code;
use kith_shared::{limits, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::program;
use crate::harness::{PASSWORD, TestServer, read, refused};

#[tokio::test]
async fn a_bot_is_its_owners_friend_and_speaks_by_its_token() {
    let server = TestServer::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    let bot = mia.makes_bot("robo").await;
    assert!(bot.user.bot);
    let contacts: Contacts = mia.get(routes::CONTACTS).await;
    assert_eq!(
        contacts.contacts.iter().map(|it| (it.user.id, it.relation)).collect::<Vec<_>>(),
        [(bot.user.id, Relation::Friend)]
    );
    let listed: Vec<Bot> = mia.get(routes::BOTS).await;
    assert_eq!(listed, [Bot { token: None, ..bot.clone() }], "its token is told once");
    assert!(leo.get::<Vec<Bot>>(routes::BOTS).await.is_empty());

    let robo = program(&server, &bot).await;
    assert_eq!(robo.session.user, bot.user);
    let direct = mia.opens_direct(bot.user.id).await;
    let mut socket = robo.connect().await;
    let sent = socket.write(direct, "hello").await;
    socket.acknowledged(sent).await;
    assert_eq!(mia.texts(direct).await, ["hello"]);
    let member = mia.conversation(direct).await.members.into_iter().find(|it| it.user.id == bot.user.id);
    assert!(member.unwrap().user.bot, "it is seen to be one");
}

#[tokio::test]
async fn a_bot_has_no_password_no_other_friends_and_no_bots() {
    let server = TestServer::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    let bot = mia.makes_bot("robo").await;
    let robo = program(&server, &bot).await;
    for password in ["", PASSWORD] {
        let body = json!({"username": "robo", "password": password});
        refused(server.post(routes::LOG_IN, &body).await, Code::WrongCredentials).await;
    }
    refused(leo.post(routes::REQUESTS, json!({"user": bot.user.id})).await, Code::NotForBots).await;
    refused(robo.post(routes::REQUESTS, json!({"user": leo.id()})).await, Code::NotForBots).await;
    for (inviter, invited) in [(&robo, &leo), (&leo, &robo)] {
        let invitation: serde_json::Value =
            read(inviter.post(routes::INVITATIONS, json!({})).await, StatusCode::CREATED).await;
        let path = routes::invitation_accept(invitation["token"].as_str().unwrap());
        refused(invited.post(&path, json!({})).await, Code::NotForBots).await;
    }
    let body = json!({"username": "robo2", "display_name": "Robo"});
    refused(robo.post(routes::BOTS, body).await, Code::NotForBots).await;
    let group = mia.groups("Harbour", &[]).await.id;
    let link: Invitation =
        read(mia.post(&routes::group_invitations(group), json!({})).await, StatusCode::CREATED).await;
    let path = routes::invitation_accept(&link.token);
    refused(robo.post(&path, json!({})).await, Code::NotForBots).await;
    refused(leo.post(routes::CONVERSATIONS_DIRECT, json!({"user": bot.user.id})).await, Code::NotFriends)
        .await;
    refused(
        leo.post(routes::CONVERSATIONS_GROUP, json!({"title": "Ours", "members": [bot.user.id]})).await,
        Code::NotFriends,
    )
    .await;

    // Its owner takes it back as a friend without its being asked.
    mia.ask(Method::DELETE, &routes::friend(bot.user.id), None).await;
    let again = mia.post(routes::REQUESTS, json!({"user": bot.user.id})).await;
    assert_eq!(read::<Contact>(again, StatusCode::OK).await.relation, Relation::Friend);
}

#[tokio::test]
async fn somebody_elses_bot_is_none() {
    let server = TestServer::start().await;
    let (mia, leo) = (server.register("mia").await, server.register("leo").await);
    let bot = mia.makes_bot("robo").await;
    let conversation = mia.opens_direct(bot.user.id).await;
    let webhook = mia.makes_webhook(&bot, conversation).await;
    let id = bot.user.id;
    let calls = [
        (Method::PATCH, routes::bot(id), Some(json!({"display_name": "Mine"}))),
        (Method::DELETE, routes::bot(id), None),
        (Method::POST, routes::bot_token(id), None),
        (Method::PUT, routes::bot_outgoing(id), Some(json!({"url": "https://example.org"}))),
        (Method::DELETE, routes::bot_outgoing(id), None),
        (Method::GET, routes::bot_webhooks(id), None),
        (Method::POST, routes::bot_webhooks(id), Some(json!({"conversation": conversation}))),
        (Method::DELETE, routes::bot_webhook(id, webhook.id), None),
    ];
    for (method, path, body) in calls {
        refused(leo.ask(method, &path, body).await, Code::BotNotFound).await;
    }
    assert_eq!(mia.own_bot(&bot).await.user.display_name, "Robo");
}

#[tokio::test]
async fn a_new_token_ends_the_one_before_and_its_connections() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let bot = mia.makes_bot("robo").await;
    let old = program(&server, &bot).await;
    let mut socket = old.connect().await;
    let renewed: Bot = read(mia.post(&routes::bot_token(bot.user.id), json!({})).await, StatusCode::OK).await;
    assert_eq!(socket.close_code().await, close::SESSION_ENDED);
    refused(old.ask(Method::GET, routes::ME, None).await, Code::Unauthorized).await;
    assert_eq!(program(&server, &renewed).await.session.user, bot.user);
}

#[tokio::test]
async fn a_renamed_bot_is_called_so() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let bot = mia.makes_bot("robo").await;
    let path = routes::bot(bot.user.id);
    let renamed = mia.ask(Method::PATCH, &path, Some(json!({"display_name": " Marvin "}))).await;
    assert_eq!(read::<Bot>(renamed, StatusCode::OK).await.user.display_name, "Marvin");
    let refusal = mia.ask(Method::PATCH, &path, Some(json!({"display_name": " "}))).await;
    refused(refusal, Code::InvalidDisplayName).await;
    for taken in ["MIA", "all"] {
        let taken = json!({"username": taken, "display_name": "Robo"});
        refused(mia.post(routes::BOTS, taken).await, Code::UsernameTaken).await;
    }
}

#[tokio::test]
async fn a_removed_bot_leaves_its_groups_and_what_it_wrote() {
    let server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    let bot = mia.makes_bot("robo").await;
    let robo = program(&server, &bot).await;
    let direct = mia.opens_direct(bot.user.id).await;
    // The bot owns a group: a person inherits it.
    let body = json!({"title": "Harbour", "members": [mia.id()]});
    let group: kith_shared::conversation::Conversation =
        read(robo.post(routes::CONVERSATIONS_GROUP, body).await, StatusCode::CREATED).await;
    let mut socket = robo.connect().await;
    for conversation in [direct, group.id] {
        let sent = socket.write(conversation, "I was here").await;
        socket.acknowledged(sent).await;
    }
    let webhook = mia.makes_webhook(&bot, direct).await;
    let removed = mia.ask(Method::DELETE, &routes::bot(bot.user.id), None).await;
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    assert_eq!(socket.close_code().await, close::SESSION_ENDED);

    refused(robo.ask(Method::GET, routes::ME, None).await, Code::Unauthorized).await;
    let hook = server.post(&routes::hook(&webhook.token.unwrap()), &json!({"text": "still?"})).await;
    refused(hook, Code::WebhookNotFound).await;
    let group = mia.conversation(group.id).await;
    assert_eq!(
        group.members.iter().map(|it| (it.user.id, it.role)).collect::<Vec<_>>(),
        [(mia.id(), Role::Owner)]
    );
    assert!(!mia.conversation(direct).await.writable);
    assert_eq!(mia.texts(direct).await, ["I was here"]);
    assert!(mia.get::<Vec<Bot>>(routes::BOTS).await.is_empty());
    let name = json!({"username": "robo", "display_name": "Not Robo"});
    refused(leo.post(routes::BOTS, name).await, Code::UsernameTaken).await;
    refused(mia.post(routes::REQUESTS, json!({"user": bot.user.id})).await, Code::NotForBots).await;
}

#[tokio::test]
async fn a_group_goes_to_people_before_bots() {
    let server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    let bot = mia.makes_bot("robo").await;
    let group = mia.groups_with_bot("Harbour", &bot).await;
    let admin = Some(json!({"role": "admin"}));
    mia.ask(Method::PATCH, &routes::member(group, bot.user.id), admin).await;
    mia.post(&routes::members(group), json!({"users": [leo.id()]})).await;
    mia.ask(Method::DELETE, &routes::membership(group), None).await;
    let members = leo.conversation(group).await.members;
    let owner = members.into_iter().find(|member| member.role == Role::Owner).unwrap();
    assert_eq!(owner.user.id, leo.id());
}

#[tokio::test]
async fn one_has_only_so_many_bots() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    for n in 0..limits::BOTS {
        mia.makes_bot(&format!("robo{n}")).await;
    }
    let body = json!({"username": "one-more", "display_name": "Robo"});
    refused(mia.post(routes::BOTS, body).await, Code::TooMany).await;
}
