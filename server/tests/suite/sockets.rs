use kith_shared::frame::{ClientFrame, ServerFrame, close};
use kith_shared::message::Head;
use kith_shared::problem::Code;
use kith_shared::{Change, Seq, limits, routes};
use reqwest::{Method, StatusCode};
use tokio_tungstenite::tungstenite::Message;

use crate::harness::{TestServer, refused};

#[tokio::test]
async fn the_welcome_names_every_conversations_head_and_who_is_there() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let mut mias = mia.connect().await;
    let sent = mias.write(conversation, "hello").await;
    mias.acknowledged(sent).await;

    let mut leos = leo.connect_unwelcomed().await;
    let ServerFrame::Welcome { session, user, conversations, online, .. } = leos.hear().await else {
        panic!("the first frame is the welcome");
    };
    assert_eq!((session, user), (leo.session.id, leo.session.user.clone()));
    assert_eq!(online, [mia.id()]);
    let state = &conversations[0];
    assert_eq!((state.conversation, state.writable), (conversation, true));
    assert_eq!(state.head, Head { seq: Seq(1), change: Change(1) });
    assert_eq!(state.reads.len(), 2);
}

#[tokio::test]
async fn friends_see_the_first_device_come_and_the_last_one_go() {
    let server = TestServer::start().await;
    let (mia, leo, _) = server.two_friends().await;
    let mut mias = mia.connect().await;
    let first = leo.connect().await;
    assert_eq!(mias.presence().await, (leo.id(), true, None));
    let second = server.log_in("leo").await.connect().await;
    drop(first);
    drop(second);
    let (user, online, _) = mias.presence().await;
    assert_eq!((user, online), (leo.id(), false), "the second device came and the first went unseen");
}

#[tokio::test]
async fn typing_is_seen_by_the_other() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    mias.say(&ClientFrame::Typing { conversation }).await;
    let typing = leos.hear_until(|frame| match frame {
        ServerFrame::Typing { conversation, user } => Some((conversation, user)),
        _ => None,
    });
    assert_eq!(typing.await, (conversation, mia.id()));
}

#[tokio::test]
async fn a_connection_that_does_not_read_is_closed_as_too_slow_and_holds_nobody_up() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let mut mias = mia.connect().await;
    let mut deaf = leo.connect().await;
    let text = "x".repeat(limits::MESSAGE_CHARS);
    // Far more than the queue and the sockets' buffers hold.
    let mut last = None;
    for _ in 0..3_000 {
        last = Some(mias.write(conversation, &text).await);
    }
    let head = mias.acknowledged(last.expect("something was written")).await;
    assert_eq!(deaf.close_code().await, close::TOO_SLOW);
    assert_eq!(leo.page(conversation, "limit=1").await.head, head, "it all stands, to be caught up with");
}

#[tokio::test]
async fn a_forged_origin_and_a_socket_without_a_session_are_not_let_in() {
    let server = TestServer::start().await;
    let mia = server.register("mia").await;
    let handshake = |origin: Option<&str>, token: Option<&str>| {
        let mut request = server
            .http
            .get(server.url(routes::SOCKET))
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        for (name, value) in [("origin", origin), ("authorization", token)] {
            request = value.into_iter().fold(request, |request, value| request.header(name, value));
        }
        request.send()
    };
    let bearer = format!("Bearer {}", mia.token);
    refused(handshake(Some("https://evil.example"), Some(&bearer)).await.unwrap(), Code::ForbiddenOrigin)
        .await;
    refused(handshake(None, None).await.unwrap(), Code::Unauthorized).await;
    for fine in ["https://chat.example.org".to_owned(), server.url("")] {
        let response = handshake(Some(&fine), Some(&bearer)).await.unwrap();
        assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS, "{fine}");
    }
    refused(mia.ask(Method::GET, routes::SOCKET, None).await, Code::InvalidQuery).await;
}

#[tokio::test]
async fn bad_frames_are_refused_by_name_and_the_connection_goes_on() {
    let server = TestServer::start().await;
    let (mia, _leo, conversation) = server.two_friends().await;
    let mut socket = mia.connect().await;
    let id = "0190d3a2-7b1c-7e4f-8a55-0123456789ab";
    let mark = format!("{{\"type\":\"read\",\"conversation\":\"{conversation}\",\"seq\":\"first\"}}");
    for bad in ["", "null", "[]", "{", "{\"type\":\"send\"}", "\"ping\"", &mark, &"[".repeat(10_000)] {
        socket.raw(Message::text(bad)).await;
        assert_eq!(socket.error().await, (Code::InvalidFrame, None), "{bad:?}");
    }
    socket.raw(Message::binary(vec![0xff, 0xfe])).await;
    assert_eq!(socket.error().await, (Code::InvalidFrame, None));
    let padding = " ".repeat(limits::FRAME_BYTES);
    for named in [
        format!("{{\"type\":\"send\",\"client_id\":\"{id}\"}}"),
        format!("{padding}{{\"client_id\":\"{id}\"}}"),
    ] {
        socket.raw(Message::text(named)).await;
        assert_eq!(socket.error().await, (Code::InvalidFrame, Some(id.parse().unwrap())));
    }

    for (text, code) in [
        ("", Code::EmptyMessage),
        (" \n\t", Code::EmptyMessage),
        (&"x".repeat(limits::MESSAGE_CHARS + 1), Code::MessageTooLong),
    ] {
        let client_id = socket.write(conversation, text).await;
        assert_eq!(socket.error().await, (code, Some(client_id)));
    }
    socket.raw(Message::text(r#"{"type":"fireworks"}"#)).await;
    socket.pong().await;
    let sent = socket.write(conversation, "still here").await;
    assert_eq!(socket.acknowledged(sent).await.seq, Seq(1));
}

#[tokio::test]
async fn a_frame_that_is_not_utf8_ends_only_its_own_connection_and_says_so() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    mias.raw_text(&[0xff, 0xfe, 0x00]).await;
    assert_eq!(mias.close_code().await, 1007, "RFC 6455: inconsistent data");
    let mut mias = mia.connect().await;
    let sent = leos.write(conversation, "are you there?").await;
    leos.acknowledged(sent).await;
    assert_eq!(mias.message().await.1, "are you there?");
}

#[tokio::test]
async fn a_frame_far_too_large_is_not_read_and_ends_only_its_own_connection() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    mias.ends_over(Message::text("x".repeat(8 * limits::FRAME_BYTES))).await;
    let sent = leos.write(conversation, "are you there?").await;
    leos.acknowledged(sent).await;
    assert_eq!(mia.page(conversation, "").await.messages.len(), 1);
}
