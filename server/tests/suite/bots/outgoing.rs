use kith_shared::bot::Outgoing;
use kith_shared::frame::ClientFrame;
use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::{ClientId, Seq, routes};
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::net::TcpListener;
use uuid::Uuid;

use super::program;
use super::receiver::Receiver;
use crate::harness::{PATIENCE, Person, TestServer, refused};
use crate::lifecycle::Kith;

impl Person {
    async fn outgoing(&self, bot: &kith_shared::bot::Bot) -> Outgoing {
        self.own_bot(bot).await.outgoing.expect("an address")
    }
}

#[tokio::test]
async fn a_bots_address_hears_its_conversations_signed_and_in_order() {
    let server = TestServer::start().await;
    let mut receiver = Receiver::start().await;
    let (mia, leo, dialog) = server.two_friends().await;
    let bot = mia.makes_bot("robo").await;
    let before = mia.groups_with_bot("Before", &bot).await;
    let mut socket = mia.connect().await;
    let sent = socket.write(before, "from before").await;
    socket.acknowledged(sent).await;
    let secret = mia.sets_outgoing(&bot, &receiver.url).await;
    assert_eq!(mia.outgoing(&bot).await.secret, None, "its secret is told once");

    // Not the bot's own, not of other conversations; one it comes into later, from then on.
    let after = mia.groups("After", &[&leo]).await.id;
    socket.write(after, "without the bot").await;
    socket.write(dialog, "none of its business").await;
    let mut robo = program(&server, &bot).await.connect().await;
    robo.write(before, "said by the bot").await;
    robo.pong().await;
    mia.post(&routes::members(after), json!({"users": [bot.user.id]})).await;
    assert_eq!(receiver.text(&secret).await, "(notice Added)", "it is told where it came to");
    for n in 0..5 {
        socket.write(before, &format!("message {n}")).await;
    }
    for n in 0..5 {
        let post = receiver.post().await;
        assert!(post.is_signed_by(&secret) && !post.is_signed_by("another secret"));
        let delivery = post.delivery();
        assert_eq!((delivery.event.as_str(), delivery.bot), ("messages", bot.user.id));
        assert_eq!((delivery.messages[0].conversation, delivery.messages[0].sender), (before, mia.id()));
        assert_eq!(post.text(), format!("message {n}"));
        assert_eq!(post.name(), format!("{before}/{}", delivery.messages[0].change));
    }
    socket.write(after, "with the bot").await;
    assert_eq!(receiver.text(&secret).await, "with the bot");
    assert!(receiver.heard_nothing_more());
}

#[tokio::test]
async fn a_changed_message_is_posted_again() {
    let server = TestServer::start().await;
    let mut receiver = Receiver::start().await;
    let mia = server.register("mia").await;
    let bot = mia.makes_bot("robo").await;
    let direct = mia.opens_direct(bot.user.id).await;
    let secret = mia.sets_outgoing(&bot, &receiver.url).await;
    let mut socket = mia.connect().await;
    socket.write(direct, "helo").await;
    assert_eq!(receiver.text(&secret).await, "helo");
    let body = Body::text("hello");
    let (conversation, client_id, seq) = (direct, ClientId(Uuid::now_v7()), Seq(1));
    socket.say(&ClientFrame::Edit { conversation, client_id, seq, body }).await;
    assert_eq!(receiver.text(&secret).await, "hello");
    socket.say(&ClientFrame::Delete { conversation, client_id: ClientId(Uuid::now_v7()), seq }).await;
    assert_eq!(receiver.text(&secret).await, "(deleted)");
}

#[tokio::test]
async fn a_receivers_answer_is_written_by_the_bot() {
    let server = TestServer::start().await;
    let mut receiver = Receiver::start().await;
    let mia = server.register("mia").await;
    let bot = mia.makes_bot("robo").await;
    let direct = mia.opens_direct(bot.user.id).await;
    mia.sets_outgoing(&bot, &receiver.url).await;
    // One that can't be a message, or is no answer at all, is let go.
    receiver.answers(&[
        (200, r#"{"text": "pong"}"#),
        (200, r#"{"text": " "}"#),
        (200, "ok"),
        (200, r#"{"text": "end"}"#),
    ]);
    let mut socket = mia.connect().await;
    for text in ["ping", "two", "three", "four"] {
        let sent = socket.write(direct, text).await;
        socket.acknowledged(sent).await;
        receiver.post().await;
        if matches!(text, "ping" | "four") {
            socket.message().await;
        }
    }
    assert_eq!(mia.texts(direct).await, ["ping", "pong", "two", "three", "four", "end"]);
    assert_eq!(mia.outgoing(&bot).await.failure, None);
}

#[tokio::test]
async fn what_a_receiver_could_not_take_is_posted_again_first() {
    let server = TestServer::start().await;
    let mut receiver = Receiver::start().await;
    let mia = server.register("mia").await;
    let bot = mia.makes_bot("robo").await;
    let direct = mia.opens_direct(bot.user.id).await;
    let group = mia.groups_with_bot("Harbour", &bot).await;
    let secret = mia.sets_outgoing(&bot, &receiver.url).await;
    receiver.answers(&[(500, ""), (302, "")]);
    let mut socket = mia.connect().await;
    socket.write(direct, "one").await;
    let first = receiver.post().await;
    socket.write(direct, "two").await;
    let again = receiver.post().await;
    assert_eq!((first.text(), first.name()), (again.text(), again.name()));
    assert_eq!(receiver.text(&secret).await, "one", "a redirect is not followed, and is no answer");
    assert_eq!(receiver.text(&secret).await, "two");
    let failure = mia.outgoing(&bot).await.failure.expect("the owner sees it");
    assert_eq!((failure.reason.as_str(), failure.given_up), ("the receiver answered 302", false));

    // One conversation that fails holds up no other.
    receiver.answers(&[(500, "")]);
    socket.write(direct, "three").await;
    assert_eq!(receiver.text(&secret).await, "three");
    socket.write(group, "elsewhere").await;
    assert_eq!(receiver.text(&secret).await, "elsewhere");
    assert_eq!(receiver.text(&secret).await, "three");
}

#[tokio::test]
async fn a_receiver_that_is_gone_hears_no_more_until_it_is_set_again() {
    let server = TestServer::start().await;
    let mut receiver = Receiver::start().await;
    let mia = server.register("mia").await;
    let bot = mia.makes_bot("robo").await;
    let direct = mia.opens_direct(bot.user.id).await;
    mia.sets_outgoing(&bot, &receiver.url).await;
    receiver.answers(&[(410, "")]);
    let mut socket = mia.connect().await;
    socket.write(direct, "one").await;
    receiver.post().await;
    // Stopped is stored a moment after the answer; until then nothing else is posted of this conversation.
    let stopped = async { while !mia.outgoing(&bot).await.stopped {} };
    tokio::time::timeout(PATIENCE, stopped).await.expect("it is stopped");
    let sent = socket.write(direct, "two").await;
    socket.acknowledged(sent).await;
    let secret = mia.sets_outgoing(&bot, &receiver.url).await;
    assert!(!mia.outgoing(&bot).await.stopped);
    socket.write(direct, "three").await;
    assert_eq!(receiver.text(&secret).await, "three", "what was written meanwhile is not made up for");

    let ended = mia.ask(Method::DELETE, &routes::bot_outgoing(bot.user.id), None).await;
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    assert_eq!(mia.own_bot(&bot).await.outgoing, None);
}

#[tokio::test]
async fn private_and_unreadable_addresses_are_refused() {
    let server = TestServer::start_public().await;
    let mia = server.register("mia").await;
    let bot = mia.makes_bot("robo").await;
    for bad in [
        "",
        "example.org",
        "http://example.org",
        "https://127.0.0.1",
        "https://[::1]:8443/",
        "https://10.0.0.1",
    ] {
        let body = Some(json!({"url": bad}));
        let response = mia.ask(Method::PUT, &routes::bot_outgoing(bot.user.id), body).await;
        refused(response, Code::InvalidUrl).await;
    }
    // A name may stand for a private address: that is found out where it is connected to.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    let direct = mia.opens_direct(bot.user.id).await;
    mia.sets_outgoing(&bot, &url).await;
    let mut socket = mia.connect().await;
    socket.write(direct, "anybody there?").await;
    let connected = async {
        listener.accept().await.unwrap();
        panic!("it was connected to");
    };
    let noted = async {
        loop {
            if let Some(failure) = mia.outgoing(&bot).await.failure {
                return failure.reason;
            }
        }
    };
    let found_out = async {
        tokio::select! {
            () = connected => {}
            reason = noted => assert_eq!(reason, "the address is a private one"),
        }
    };
    tokio::time::timeout(PATIENCE, found_out).await.expect("it is found out");
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_by_a_sigkill_between_tries() {
    let data = tempfile::tempdir().unwrap();
    let start = || Kith::start_with(data.path(), "127.0.0.1:0", &["--webhooks-to-private"]);
    let mut receiver = Receiver::start().await;
    let mut kith = start();
    let mia = kith.token("mia").await;
    let bot = kith.post(&mia, routes::BOTS, json!({"username": "robo", "display_name": "Robo"})).await;
    let id = bot["user"]["id"].as_str().unwrap().parse().unwrap();
    let direct = kith.post(&mia, routes::CONVERSATIONS_DIRECT, json!({"user": id})).await;
    let hook = json!({"conversation": direct["id"]});
    let hook = kith.post(&mia, &routes::bot_webhooks(id), hook).await;
    let hook = routes::hook(hook["token"].as_str().unwrap());
    // Another bot says what this one hears.
    let other = kith.post(&mia, routes::BOTS, json!({"username": "other", "display_name": "Other"})).await;
    let group = json!({"title": "Bots", "members": [id, other["user"]["id"]]});
    let group = kith.post(&mia, routes::CONVERSATIONS_GROUP, group).await;
    let other_id = other["user"]["id"].as_str().unwrap().parse().unwrap();
    let says = kith.post(&mia, &routes::bot_webhooks(other_id), json!({"conversation": group["id"]})).await;
    let says = routes::hook(says["token"].as_str().unwrap());
    let secret = kith.put(&mia, &routes::bot_outgoing(id), json!({"url": receiver.url})).await;
    let secret = secret["outgoing"]["secret"].as_str().unwrap().to_owned();
    kith.post("", &hook, json!({"text": "the bot's own"})).await;

    receiver.answers(&[(200, ""), (500, "")]);
    kith.post("", &says, json!({"text": "one"})).await;
    assert_eq!(receiver.text(&secret).await, "one");
    kith.post("", &says, json!({"text": "two"})).await;
    kith.post("", &says, json!({"text": "three"})).await;
    assert_eq!(receiver.text(&secret).await, "two");
    // That it failed is stored; the next try is yet to come.
    let failed = async { while kith.get(&mia, routes::BOTS).await[0]["outgoing"]["failure"].is_null() {} };
    tokio::time::timeout(PATIENCE, failed).await.expect("the owner sees it");
    kith.signal("-KILL");
    kith.child.wait().unwrap();

    let kith = start();
    receiver.answers(&[(200, ""), (200, r#"{"text": "got three"}"#)]);
    assert_eq!(receiver.text(&secret).await, "two");
    assert_eq!(receiver.text(&secret).await, "three");
    let group = group["id"].as_str().unwrap().parse().unwrap();
    let texts = || async {
        let page = kith.get(&mia, &routes::messages(group)).await;
        let messages = page["messages"].as_array().unwrap();
        messages.iter().filter_map(|it| it["body"]["text"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    // What the bot answers is written after its answer has come.
    let answered = async { while !texts().await.contains(&"got three".to_owned()) {} };
    tokio::time::timeout(PATIENCE, answered).await.expect("the answer is written");
    kith.post("", &says, json!({"text": "four"})).await;
    assert_eq!(receiver.text(&secret).await, "four");
    assert!(receiver.heard_nothing_more());
    assert_eq!(texts().await, ["one", "two", "three", "got three", "four"]);
}
