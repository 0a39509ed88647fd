//! A server of its own for each test, and people who talk to it as programs do.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use kith_server::media::MediaConfig;
use kith_server::outgoing::Reach;
use kith_server::serve::{Config, Server};
use kith_server::tls;
use kith_shared::auth::Session;
use kith_shared::contact::Invitation;
use kith_shared::conversation::Conversation;
use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::{self, Body, Head, Page};
use kith_shared::problem::{Code, Problem};
use kith_shared::{ClientId, ConversationId, Seq, UserId, routes};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

/// Longer than anything takes that works at all: reaching it fails the test, whatever the machine's pace.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub const PASSWORD: &str = "correct horse";

pub struct TestServer {
    pub address: SocketAddr,
    /// Where it tells what it has counted.
    pub metrics: SocketAddr,
    pub http: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
    data: TempDir,
    reach: Reach,
    previews: Option<Reach>,
    media: MediaConfig,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::start_with(MediaConfig::default()).await
    }

    pub async fn start_with(media: MediaConfig) -> Self {
        Self::start_over(tempfile::tempdir().unwrap(), Reach::Any, Some(Reach::Any), media).await
    }

    /// As it is started where nobody asks otherwise: bots' addresses and previewed pages have to be public.
    pub async fn start_public() -> Self {
        Self::start_previewing(Some(Reach::Public)).await
    }

    /// Where these pages are previewed, and bots' addresses have to be public.
    pub async fn start_previewing(previews: Option<Reach>) -> Self {
        let (data, media) = (tempfile::tempdir().unwrap(), MediaConfig::default());
        Self::start_over(data, Reach::Public, previews, media).await
    }

    /// Stops the server and starts one over the same data, on another port.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.restart_stopped().await;
    }

    /// Starts one again over the data of a server that was stopped.
    pub async fn restart_stopped(&mut self) {
        let data = std::mem::replace(&mut self.data, tempfile::tempdir().unwrap());
        *self = Self::start_over(data, self.reach, self.previews, self.media.clone()).await;
    }

    /// The same, with its files kept in another way from then on.
    pub async fn restart_with(&mut self, media: MediaConfig) {
        self.media = media;
        self.restart().await;
    }

    async fn start_over(data: TempDir, reach: Reach, previews: Option<Reach>, media: MediaConfig) -> Self {
        let config = Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            tls: None,
            metrics: Some("127.0.0.1:0".parse().unwrap()),
            data: data.path().to_owned(),
            origins: vec!["https://chat.example.org".to_owned()],
            reach,
            previews,
            push_contact: Some("mailto:kith@example.org".to_owned()),
            media: media.clone(),
        };
        let server = Server::start(&config).await.unwrap();
        let address = server.address().unwrap();
        let metrics = server.metrics_address().unwrap().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let run = server.run(async move { drop(stopped.await) });
        let task = tokio::spawn(async move { run.await.unwrap() });
        let http = http();
        Self { address, metrics, http, stop: Some(stop), task: Some(task), data, reach, previews, media }
    }

    /// Stops as at SIGTERM, and waits until everything has ended.
    pub async fn stop(&mut self) {
        drop(self.stop.take());
        tokio::time::timeout(PATIENCE, self.task.take().unwrap()).await.expect("the server ends").unwrap();
    }

    /// The folder everything is kept in.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// For what would take too long by asking.
    pub fn database(&self) -> PathBuf {
        self.data.path().join("kith.sqlite")
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Response {
        self.http.post(self.url(path)).json(body).send().await.unwrap()
    }

    /// Registers a person who gets their token in hand.
    pub async fn register(&self, username: &str) -> Person {
        let body = json!({"username": username, "password": PASSWORD, "transport": "bearer"});
        let session: Session = read(self.post(routes::REGISTER, &body).await, StatusCode::CREATED).await;
        Person::new(self, session)
    }

    /// Logs the person in once more, as from a second device.
    pub async fn log_in(&self, username: &str) -> Person {
        let body = json!({"username": username, "password": PASSWORD, "transport": "bearer"});
        let session: Session = read(self.post(routes::LOG_IN, &body).await, StatusCode::OK).await;
        Person::new(self, session)
    }

    /// Whoever has this token.
    pub async fn by_token(&self, token: &str) -> Person {
        let me = self.http.get(self.url(routes::ME)).bearer_auth(token).send().await.unwrap();
        let session: Session = read(me, StatusCode::OK).await;
        Person::new(self, Session { token: Some(token.to_owned()), ..session })
    }

    /// Two people who are friends, and their dialog.
    pub async fn two_friends(&self) -> (Person, Person, ConversationId) {
        let (mia, leo) = (self.register("mia").await, self.register("leo").await);
        let conversation = mia.befriends(&leo).await;
        (mia, leo, conversation)
    }
}

/// What asks over HTTP.
pub fn http() -> reqwest::Client {
    tls::use_ring();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// The body of an answer that has to have this status.
pub async fn read<T: DeserializeOwned>(response: Response, status: StatusCode) -> T {
    let (got, text) = (response.status(), response.text().await.unwrap());
    assert_eq!(got, status, "{text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Asserts that the answer is this problem, in the form problems have.
pub async fn refused(response: Response, code: Code) {
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let status = response.status();
    let problem: Problem = read(response, StatusCode::from_u16(code.status()).unwrap()).await;
    assert_eq!((problem.code, problem.status), (code, status.as_u16()));
}

/// A logged-in device of somebody.
pub struct Person {
    pub session: Session,
    pub token: String,
    http: reqwest::Client,
    address: SocketAddr,
}

impl Person {
    fn new(server: &TestServer, session: Session) -> Self {
        let token = session.token.clone().expect("a bearer token");
        Self { session, token, http: server.http.clone(), address: server.address }
    }

    pub fn id(&self) -> UserId {
        self.session.user.id
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.address)).bearer_auth(&self.token)
    }

    pub async fn ask(&self, method: Method, path: &str, body: Option<serde_json::Value>) -> Response {
        let request = self.request(method, path);
        let request = if let Some(body) = body { request.json(&body) } else { request };
        request.send().await.unwrap()
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        read(self.ask(Method::GET, path, None).await, StatusCode::OK).await
    }

    pub async fn post(&self, path: &str, body: serde_json::Value) -> Response {
        self.ask(Method::POST, path, Some(body)).await
    }

    /// Makes an invitation link and has `other` use it.
    pub async fn befriends(&self, other: &Self) -> ConversationId {
        let response = self.post(routes::INVITATIONS, json!({})).await;
        let invitation: Invitation = read(response, StatusCode::CREATED).await;
        let response = other.post(&routes::invitation_accept(&invitation.token), json!({})).await;
        read::<Conversation>(response, StatusCode::OK).await.id
    }

    /// Makes a group.
    pub async fn groups(&self, title: &str, people: &[&Self]) -> Conversation {
        let members: Vec<_> = people.iter().map(|person| person.id()).collect();
        let body = json!({"title": title, "members": members});
        read(self.post(routes::CONVERSATIONS_GROUP, body).await, StatusCode::CREATED).await
    }

    pub async fn page(&self, conversation: ConversationId, query: &str) -> Page {
        self.get(&format!("{}?{query}", routes::messages(conversation))).await
    }

    /// The conversation as it is in this person's list.
    pub async fn conversation(&self, id: ConversationId) -> Conversation {
        let all: Vec<Conversation> = self.get(routes::CONVERSATIONS).await;
        all.into_iter().find(|conversation| conversation.id == id).expect("the conversation is listed")
    }

    /// Opens a socket and hears the welcome.
    pub async fn connect(&self) -> Socket {
        let mut socket = self.connect_unwelcomed().await;
        let welcome = socket.hear().await;
        assert!(matches!(welcome, ServerFrame::Welcome { .. }), "{welcome:?}");
        socket
    }

    pub async fn connect_unwelcomed(&self) -> Socket {
        Socket::connect(self.address, &self.token).await
    }
}

pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Came with what was heard, and is to be heard next.
    heard: VecDeque<ServerFrame>,
}

impl Socket {
    pub async fn connect(address: SocketAddr, token: &str) -> Self {
        let mut request = format!("ws://{address}{}", routes::SOCKET).into_client_request().unwrap();
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        Self { stream: connect_async(request).await.unwrap().0, heard: VecDeque::new() }
    }

    pub async fn raw(&mut self, message: Message) {
        self.stream.send(message).await.unwrap();
    }

    pub async fn say(&mut self, frame: &ClientFrame) {
        self.raw(Message::text(serde_json::to_string(frame).unwrap())).await;
    }

    /// Sends a text under a fresh `client_id`, and gives that back.
    pub async fn write(&mut self, conversation: ConversationId, text: &str) -> ClientId {
        let client_id = ClientId(Uuid::now_v7());
        self.write_as(conversation, client_id, text).await;
        client_id
    }

    pub async fn write_as(&mut self, conversation: ConversationId, client_id: ClientId, text: &str) {
        self.say(&ClientFrame::Send { conversation, client_id, body: Body::text(text) }).await;
    }

    /// The next frame; messages that came in one are heard one by one.
    pub async fn hear(&mut self) -> ServerFrame {
        while self.heard.is_empty() {
            match self.frame().await {
                ServerFrame::Messages { messages } => {
                    let one = |message| ServerFrame::Messages { messages: vec![message] };
                    self.heard.extend(messages.into_iter().map(one));
                }
                frame => self.heard.push_back(frame),
            }
        }
        self.heard.pop_front().unwrap()
    }

    /// The next frame as it came.
    async fn frame(&mut self) -> ServerFrame {
        match self.next().await {
            Message::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("not a frame: {other:?}"),
        }
    }

    /// The next frame that is one of those asked for; others are passed over.
    pub async fn hear_until<T>(&mut self, pick: impl Fn(ServerFrame) -> Option<T>) -> T {
        loop {
            if let Some(found) = pick(self.hear().await) {
                return found;
            }
        }
    }

    /// The acknowledgement of a message.
    pub async fn acknowledged(&mut self, wanted: ClientId) -> Head {
        self.hear_until(|frame| match frame {
            ServerFrame::Ack { client_id, head, .. } if client_id == wanted => Some(head),
            ServerFrame::Error { code, client_id: Some(id), .. } if id == wanted => {
                panic!("refused: {code:?}")
            }
            _ => None,
        })
        .await
    }

    /// The next message, as its number and text; notices are passed over.
    pub async fn message(&mut self) -> (Seq, String) {
        self.hear_until(|frame| match frame {
            ServerFrame::Messages { messages } => match &messages[..] {
                [message::Message { seq, body: Body::Text { text, .. }, .. }] => Some((*seq, text.clone())),
                [message::Message { body: Body::Notice(_), .. }] => None,
                other => panic!("not one text: {other:?}"),
            },
            _ => None,
        })
        .await
    }

    /// The next error, and the message it is about.
    pub async fn error(&mut self) -> (Code, Option<ClientId>) {
        self.hear_until(|frame| match frame {
            ServerFrame::Error { code, client_id, .. } => Some((code, client_id)),
            _ => None,
        })
        .await
    }

    /// That everything sent before has been taken, and nothing but what is asked for was heard: the answer to a ping
    /// comes after it.
    pub async fn pong(&mut self) {
        self.say(&ClientFrame::Ping).await;
        self.hear_until(|frame| (frame == ServerFrame::Pong).then_some(())).await;
    }

    /// All that was told before a ping is answered.
    pub async fn heard(&mut self) -> Vec<ServerFrame> {
        self.say(&ClientFrame::Ping).await;
        let mut heard = Vec::new();
        loop {
            match self.hear().await {
                ServerFrame::Pong => return heard,
                frame => heard.push(frame),
            }
        }
    }

    /// The close code the server ends the connection with.
    pub async fn close_code(&mut self) -> u16 {
        loop {
            if let Message::Close(frame) = self.next().await {
                return frame.expect("a close code").code.into();
            }
        }
    }

    /// Sends bytes as a text message, whatever they are.
    pub async fn raw_text(&mut self, bytes: &[u8]) {
        let frame = Frame::message(bytes.to_vec(), OpCode::Data(Data::Text), true);
        self.raw(Message::Frame(frame)).await;
    }

    /// Sends what the server does not bear, perhaps not to its end, and waits until the connection has ended.
    pub async fn ends_over(&mut self, message: Message) {
        let ended = async {
            let _ = self.stream.send(message).await;
            while self.stream.next().await.is_some_and(|heard| heard.is_ok()) {}
        };
        tokio::time::timeout(PATIENCE, ended).await.expect("the connection ends");
    }

    async fn next(&mut self) -> Message {
        let next = tokio::time::timeout(PATIENCE, self.stream.next()).await.expect("something is heard");
        next.expect("the connection goes on").unwrap()
    }
}
