//! A person's device, as any client has to be: what is written waits in an outbox until it is acknowledged, and what was
//! missed is asked for. It keeps a record of what was acknowledged and shown.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::{Body, Head, Message, Page};
use kith_shared::problem::Code;
use kith_shared::{Change, ClientId, ConversationId, Seq, UserId, routes};
use tokio::net::TcpStream;
use tokio::time::{Instant, interval, timeout};
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};
use uuid::Uuid;

/// How often it writes something, and how often it says how far it has read.
const WRITES: Duration = Duration::from_millis(25);
const READS: Duration = Duration::from_millis(150);
/// How long it believes in a connection that says nothing, though it asks.
const SILENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(50);

type Socket = WebSocketStream<TcpStream>;

/// What all devices are told by the test.
#[derive(Default)]
pub struct Told {
    /// Write nothing new any more.
    pub finish: AtomicBool,
    /// End once everything is written and known.
    pub end: AtomicBool,
}

pub struct Device {
    pub token: String,
    pub conversation: ConversationId,
    /// Its way to the server.
    pub link: SocketAddr,
    pub told: Arc<Told>,
    /// It takes nothing from its connection for now.
    pub sleeps: Arc<AtomicBool>,
    pub http: reqwest::Client,
    pub record: Record,
}

/// What it has seen happen.
#[derive(Default)]
pub struct Record {
    outbox: VecDeque<ClientId>,
    pub written: usize,
    /// Which message was said to be stored where.
    pub acknowledged: HashMap<ClientId, Seq>,
    pub shown: BTreeMap<Seq, ClientId>,
    change: Change,
    marks: HashMap<UserId, Seq>,
    pub connections: u32,
    /// What must never be.
    pub wrong: Vec<String>,
}

impl Record {
    /// Takes in what stands at a place. Answers whether something before it is missing.
    fn take(&mut self, Head { seq, change }: Head, client_id: ClientId) -> bool {
        if let Some(other) = self.shown.insert(seq, client_id)
            && other != client_id
        {
            self.wrong.push(format!("{other} and {client_id} both stand at {seq}"));
        }
        self.outbox.retain(|waiting| *waiting != client_id);
        let next = Change(self.change.0 + 1);
        if change == next {
            self.change = next;
        }
        change > next
    }

    fn mark(&mut self, user: UserId, seq: Seq) {
        let before = self.marks.insert(user, seq).unwrap_or(seq);
        if before > seq {
            self.wrong.push(format!("{user} had read up to {before}, and then up to {seq}"));
        }
    }

    fn last(&self) -> Seq {
        self.shown.last_key_value().map_or(Seq(0), |(seq, _)| *seq)
    }
}

/// The connection ended, or nobody believes in it any more.
struct Gone;

impl Device {
    /// Talks, however often it has to connect for that, until it is told to end.
    pub async fn run(mut self) -> Record {
        while !(self.told.end.load(Ordering::SeqCst) && self.record.outbox.is_empty()) {
            if let Ok(Ok(socket)) = timeout(SILENCE, self.connect()).await {
                self.record.connections += 1;
                let Err(Gone) = self.talk(socket).await else { break };
            }
            tokio::time::sleep(PAUSE).await;
        }
        self.record
    }

    async fn connect(&self) -> Result<Socket, Gone> {
        let url = format!("ws://{}{}", self.link, routes::SOCKET);
        let mut request = url.into_client_request().map_err(|_| Gone)?;
        let bearer = format!("Bearer {}", self.token).parse().map_err(|_| Gone)?;
        request.headers_mut().insert("authorization", bearer);
        let stream = TcpStream::connect(self.link).await.map_err(|_| Gone)?;
        Ok(client_async(request, stream).await.map_err(|_| Gone)?.0)
    }

    /// Ends well only where all is done.
    async fn talk(&mut self, mut socket: Socket) -> Result<(), Gone> {
        let (mut writes, mut reads, mut heard) = (interval(WRITES), interval(READS), Instant::now());
        let mut welcome = false;
        loop {
            if self.sleeps.load(Ordering::SeqCst) {
                tokio::time::sleep(PAUSE).await;
                heard = Instant::now();
                continue;
            }
            tokio::select! {
                frame = socket.next() => {
                    let Some(Ok(Frame::Text(text))) = frame else { return Err(Gone) };
                    heard = Instant::now();
                    let frame = serde_json::from_str(&text).map_err(|error| self.wrong(&format!("{error}: {text}")))?;
                    welcome |= self.hear(&mut socket, frame).await?;
                }
                _ = writes.tick(), if welcome && !self.told.finish.load(Ordering::SeqCst) => {
                    self.write(&mut socket).await?;
                }
                _ = reads.tick() => {
                    if heard.elapsed() > SILENCE {
                        return Err(Gone);
                    }
                    if welcome && self.told.end.load(Ordering::SeqCst) && self.record.outbox.is_empty() {
                        return self.finish(&mut socket).await;
                    }
                    self.say(&mut socket, &ClientFrame::Ping).await?;
                    let (conversation, seq) = (self.conversation, self.record.last());
                    if welcome && seq > Seq(0) {
                        self.say(&mut socket, &ClientFrame::Read { conversation, seq }).await?;
                    }
                }
            }
        }
    }

    fn wrong(&mut self, what: &str) -> Gone {
        self.record.wrong.push(what.to_owned());
        Gone
    }

    async fn say(&self, socket: &mut Socket, frame: &ClientFrame) -> Result<(), Gone> {
        let text = serde_json::to_string(frame).map_err(|_| Gone)?;
        // What takes longer goes nowhere.
        let said = timeout(SILENCE, socket.send(Frame::text(text))).await;
        said.map_err(|_| Gone)?.map_err(|_| Gone)
    }

    async fn write(&mut self, socket: &mut Socket) -> Result<(), Gone> {
        let client_id = ClientId(Uuid::now_v7());
        self.record.outbox.push_back(client_id);
        self.record.written += 1;
        self.send(socket, client_id).await
    }

    async fn send(&self, socket: &mut Socket, client_id: ClientId) -> Result<(), Gone> {
        let (conversation, body) = (self.conversation, Body::text(format!("this is {client_id}")));
        self.say(socket, &ClientFrame::Send { conversation, client_id, body }).await
    }

    /// Answers whether it was the welcome.
    async fn hear(&mut self, socket: &mut Socket, frame: ServerFrame) -> Result<bool, Gone> {
        match frame {
            ServerFrame::Welcome { .. } => {
                self.catch_up().await?;
                for client_id in self.record.outbox.clone() {
                    self.send(socket, client_id).await?;
                }
                return Ok(true);
            }
            ServerFrame::Ack { client_id, head, .. } => {
                let before = self.record.acknowledged.insert(client_id, head.seq);
                if before.is_some_and(|before| before != head.seq) {
                    return Err(
                        self.wrong(&format!("{client_id} was acknowledged at {before:?} and {}", head.seq))
                    );
                }
                if self.record.take(head, client_id) {
                    self.catch_up().await?;
                }
            }
            ServerFrame::Messages { messages } => self.take_all(messages).await?,
            ServerFrame::Read { user, seq, .. } => self.record.mark(user, seq),
            // It is sent again over the next connection.
            ServerFrame::Error { code: Code::Busy | Code::Internal, .. } => return Err(Gone),
            ServerFrame::Error { code, detail, .. } => {
                return Err(self.wrong(&format!("refused: {code:?} {detail}")));
            }
            _ => {}
        }
        Ok(false)
    }

    async fn take_all(&mut self, messages: Vec<Message>) -> Result<(), Gone> {
        let mut missing = false;
        for message in messages.into_iter().filter(|message| message.conversation == self.conversation) {
            missing |= self.record.take(Head { seq: message.seq, change: message.change }, message.client_id);
        }
        if missing { self.catch_up().await } else { Ok(()) }
    }

    /// Asks for what changed since, until there is no more.
    async fn catch_up(&mut self) -> Result<(), Gone> {
        loop {
            let path = routes::messages(self.conversation);
            let url = format!("http://{}{path}?changed_after={}", self.link, self.record.change.0);
            let answer = self.http.get(url).bearer_auth(&self.token).timeout(SILENCE).send().await;
            let page = answer.map_err(|_| Gone)?.error_for_status().map_err(|_| Gone)?.json::<Page>().await;
            let page = page.map_err(|_| Gone)?;
            for message in page.messages {
                // There is nothing but new messages here: no change is passed over.
                if self.record.take(Head { seq: message.seq, change: message.change }, message.client_id) {
                    return Err(self.wrong(&format!("a page leaves out what is before {}", message.change)));
                }
            }
            if !page.more {
                return Ok(());
            }
        }
    }

    /// Takes in the rest, and says that all of it is read.
    async fn finish(&mut self, socket: &mut Socket) -> Result<(), Gone> {
        self.catch_up().await?;
        let (conversation, seq) = (self.conversation, self.record.last());
        self.say(socket, &ClientFrame::Read { conversation, seq }).await?;
        self.say(socket, &ClientFrame::Ping).await?;
        loop {
            match timeout(SILENCE, socket.next()).await {
                Ok(Some(Ok(Frame::Text(text)))) if text.contains("\"pong\"") => return Ok(()),
                Ok(Some(Ok(_))) => {}
                _ => return Err(Gone),
            }
        }
    }
}
