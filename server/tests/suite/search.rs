use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::search::SearchResults;
use kith_shared::{ConversationId, limits, routes};
use reqwest::{Method, Response, StatusCode};

use crate::harness::{Person, TestServer, read, refused};

#[tokio::test]
async fn words_are_found_by_their_beginnings_in_any_case_and_without_accents() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    mia.writes(conversation, &["Meet me at the Harbour, please", "Café crème à São Paulo", "ПРИВЕТ Ёжик"])
        .await;
    let [harbour, cafe, hello] = ["Meet me at the Harbour, please", "Café crème à São Paulo", "ПРИВЕТ Ёжик"];
    for (q, found) in [
        ("harb", harbour),
        ("HARBOUR meet", harbour),
        ("ple at", harbour),
        ("cafe sao", cafe),
        ("Cafe\u{301}", cafe),
        ("crÈ", cafe),
        ("привет еж", hello),
    ] {
        assert_eq!(leo.finds(&[("q", q)]).await, [found], "{q}");
    }
    for q in ["bour", "harbour seven", "arb", "cafes"] {
        assert!(leo.finds(&[("q", q)]).await.is_empty(), "{q}");
    }
}

#[tokio::test]
async fn what_is_written_without_spaces_is_found_where_it_stands_together() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    mia.writes(conversation, &["我们明天见", "天明了", "ひらがなとカタカナ", "한국어 공부", "你好kith吧"])
        .await;
    assert_eq!(leo.finds(&[("q", "明天")]).await, ["我们明天见"]);
    assert_eq!(leo.finds(&[("q", "天")]).await, ["天明了", "我们明天见"]);
    assert_eq!(leo.finds(&[("q", "がな")]).await, ["ひらがなとカタカナ"]);
    assert_eq!(leo.finds(&[("q", "한국")]).await, ["한국어 공부"]);
    for q in ["kith", "好kit", "kith吧"] {
        assert_eq!(leo.finds(&[("q", q)]).await, ["你好kith吧"], "{q}");
    }
}

#[tokio::test]
async fn filters_narrow_and_stand_alone() {
    let server = TestServer::start().await;
    let (mia, leo, with_leo) = server.two_friends().await;
    let zoe = server.register("zoe").await;
    let with_zoe = mia.befriends(&zoe).await;
    mia.writes(with_leo, &["tea at https://tea.example"]).await;
    leo.writes(with_leo, &["tea at five"]).await;
    zoe.writes(with_zoe, &["tea at six"]).await;
    let [leos, zoes] = [leo.id(), zoe.id()].map(|id| id.to_string());
    let [in_leos, in_zoes] = [with_leo, with_zoe].map(|id| id.to_string());
    let [link, five, six] = ["tea at https://tea.example", "tea at five", "tea at six"];
    for (query, found) in [
        (&[("q", "tea")][..], &[six, five, link][..]),
        (&[("q", "tea"), ("from", &leos)], &[five]),
        (&[("q", "tea"), ("in", &in_zoes)], &[six]),
        (&[("q", "tea"), ("has", "link")], &[link]),
        (&[("has", "link")], &[link]),
        (&[("q", ""), ("from", &zoes)], &[six]),
        (&[("q", "  "), ("in", &in_leos), ("from", &leos)], &[five]),
        (&[("q", "five"), ("from", &zoes)], &[]),
        (&[("after", "0"), ("before", "1")], &[]),
    ] {
        assert_eq!(mia.finds(query).await, found, "{query:?}");
    }

    let times: Vec<_> =
        mia.search(&[("q", "tea")]).await.messages.iter().map(|message| message.sent_at).collect();
    let (since, until) = (times[1].to_string(), (times[1] + 1).to_string());
    let some = mia.finds(&[("after", &since), ("before", &until)]).await;
    assert!(some.contains(&five.to_owned()), "`after` takes in the time itself, `before` does not: {some:?}");
    assert!(!mia.finds(&[("q", "five"), ("before", &since)]).await.contains(&five.to_owned()));
}

#[tokio::test]
async fn nobody_finds_what_others_say() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let zoe = server.register("zoe").await;
    assert!(zoe.finds(&[("q", "secret")]).await.is_empty(), "she has no conversation yet");
    let other = leo.befriends(&zoe).await;
    mia.writes(conversation, &["a secret"]).await;
    leo.writes(other, &["no secret"]).await;
    assert_eq!(zoe.finds(&[("q", "secret")]).await, ["no secret"]);
    assert_eq!(zoe.finds(&[("from", &mia.id().to_string())]).await, [""; 0]);
    for there in [conversation.to_string(), "0190d3a2-7b1c-7e4f-8a55-0123456789ab".to_owned()] {
        refused(zoe.asks(&[("q", "secret"), ("in", &there)]).await, Code::ConversationNotFound).await;
    }
    // What the index adds to a message's words is no word anybody can ask for.
    let term = format!("_c{}", conversation.0.simple());
    assert!(mia.finds(&[("q", &term)]).await.is_empty());
    refused(server.get(&format!("{}?q=secret", routes::SEARCH)).await, Code::Unauthorized).await;
}

#[tokio::test]
async fn odd_queries_are_words_or_nothing_but_never_syntax() {
    let server = TestServer::start().await;
    let (mia, _leo, conversation) = server.two_friends().await;
    let said = "NEAR and far, or \"not\" quite: a*b -c 100%";
    mia.writes(conversation, &[said]).await;
    for q in [
        "near",
        "AND",
        "NEAR(and far, 2)",
        "\"not\"",
        "a*b",
        "-c",
        "or NOT",
        "terms:",
        "'; DROP",
        "^quite",
        "100%",
    ] {
        let found = mia.finds(&[("q", q)]).await;
        let is_said = !matches!(q, "NEAR(and far, 2)" | "terms:" | "'; DROP");
        assert_eq!(found.len(), usize::from(is_said), "{q}");
    }
    for q in ["\"", "*", "👍", "---", "\u{0}", "()", "\u{301}"] {
        assert!(mia.finds(&[("q", q)]).await.is_empty(), "{q:?}");
    }
    for query in
        [&[("q", "")][..], &[("q", "  ")], &[], &[("q", "a"), ("has", "luck")], &[("q", "a"), ("in", "x")]]
    {
        refused(mia.asks(query).await, Code::InvalidQuery).await;
    }
    let (most, more) = ("é".repeat(limits::SEARCH_CHARS), "é".repeat(limits::SEARCH_CHARS + 1));
    assert!(mia.finds(&[("q", &most)]).await.is_empty());
    refused(mia.asks(&[("q", &more)]).await, Code::InvalidQuery).await;
}

#[tokio::test]
async fn pages_go_back_to_the_first_message_without_a_gap_or_a_repeat() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let said: Vec<String> = (0..120).map(|n| format!("tea number {n}")).collect();
    mia.writes(conversation, &said.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let (mut found, mut sizes, mut cursor) = (Vec::new(), Vec::new(), None);
    loop {
        let at = cursor.map(|cursor: i64| cursor.to_string());
        let mut query = vec![("q", "tea")];
        query.extend(at.as_deref().map(|at| ("cursor", at)));
        let page = leo.search(&query).await;
        sizes.push(page.messages.len());
        found.extend(texts(&page));
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [50, 50, 20]);
    assert!(found.iter().eq(said.iter().rev()), "newest first");
}

#[tokio::test]
async fn the_index_catches_up_by_itself_after_a_restart() {
    let mut server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let said: Vec<String> = (0..3_000).map(|n| format!("tea number {n}")).collect();
    mia.writes(conversation, &said.iter().map(String::as_str).collect::<Vec<_>>()).await;
    server.restart().await;
    let leo = server.log_in(&leo.session.user.username).await;
    let caught_up = async {
        while leo.finds(&[("q", "tea")]).await.first() != said.last() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(crate::harness::PATIENCE, caught_up).await.expect("the index catches up");
    assert_eq!(leo.finds(&[("q", "number 0")]).await, ["tea number 0"]);
}

fn texts(results: &SearchResults) -> Vec<String> {
    let text = |body: &Body| body.words().expect("a deleted message was found").to_owned();
    results.messages.iter().map(|message| text(&message.body)).collect()
}

impl Person {
    /// Sends these, and waits until they are acknowledged.
    async fn writes(&self, conversation: ConversationId, said: &[&str]) {
        let mut socket = self.connect().await;
        let mut last = None;
        for text in said {
            last = Some(socket.write(conversation, text).await);
        }
        socket.acknowledged(last.expect("something is said")).await;
    }

    async fn asks(&self, query: &[(&str, &str)]) -> Response {
        let url = reqwest::Url::parse_with_params("http://kith", query).unwrap();
        let path = format!("{}?{}", routes::SEARCH, url.query().unwrap_or_default());
        self.ask(Method::GET, &path, None).await
    }

    async fn search(&self, query: &[(&str, &str)]) -> SearchResults {
        read(self.asks(query).await, StatusCode::OK).await
    }

    pub async fn finds(&self, query: &[(&str, &str)]) -> Vec<String> {
        texts(&self.search(query).await)
    }
}
