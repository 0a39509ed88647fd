//! People as they are: each in twenty conversations, writing in one, typing before that, reading what others wrote, going and
//! coming back, and told of all that by the others.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt, TryStreamExt, stream};
use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::Body;
use kith_shared::{ClientId, ConversationId, Seq, routes};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

use crate::common::latencies::Latencies;
use crate::common::{data, kith};
use crate::people::People;
use crate::seat::{Seat, TEXT};

const PEOPLE: usize = 500;
/// Of each: so many dialogs, and so many groups with so many others.
const FRIENDS: usize = 10;
const GROUPS: usize = 10;
const MEMBERS: usize = 10;
/// How far those of one group are apart, so that no two groups have the same.
const APART: usize = 37;

/// How often one writes, and how long one types before that.
const WRITES: Duration = Duration::from_secs(5);
const TYPES: Duration = Duration::from_secs(2);
/// How soon one reads what came.
const READS: Duration = Duration::from_secs(1);
/// How often the connection is lost, and for how long.
const LEAVES: Duration = Duration::from_secs(30);
const AWAY: Duration = Duration::from_millis(500);
/// Everybody's first message is written by then.
const WARM_UP: Duration = Duration::from_secs(8);
const MEASURED: Duration = Duration::from_secs(30);
/// Between the last that is measured and the end, so that nobody goes before it has come.
const REST: Duration = Duration::from_secs(2);

pub struct Mixed {
    latencies: Latencies,
    counted: Counted,
    cpu: Duration,
}

impl Mixed {
    pub fn print(&self) {
        let a_second = |count: &AtomicU64| count.load(Ordering::Relaxed) as f64 / MEASURED.as_secs_f64();
        let Counted { written, heard, asides, read, back } = &self.counted;
        let messages = written.load(Ordering::Relaxed).max(1) as f64;
        println!(
            "\n{PEOPLE} people with {} conversations each, every second {:.0} messages, {:.0} deliveries, {:.0} read marks sent, \
             {:.0} times\nsomebody who comes back, and {:.0} times somebody told of typing, reading and presence: a message \
             is there within {:.2} ms for\nhalf and {:.2} ms for 99 %; the server works {:.1} % of a processor, {:.0} µs for \
             each message with all that goes with it.",
            FRIENDS + GROUPS,
            a_second(written),
            a_second(heard),
            a_second(read),
            a_second(back),
            a_second(asides),
            self.latencies.quantile(0.5),
            self.latencies.quantile(0.99),
            100.0 * self.cpu.as_secs_f64() / MEASURED.as_secs_f64(),
            self.cpu.as_secs_f64() * 1e6 / messages,
        );
    }
}

/// While it is measured.
#[derive(Default)]
struct Counted {
    written: AtomicU64,
    heard: AtomicU64,
    asides: AtomicU64,
    read: AtomicU64,
    back: AtomicU64,
}

/// What all share.
struct World {
    address: SocketAddr,
    from: Instant,
    until: Instant,
    counted: Counted,
    written: Mutex<HashMap<ClientId, Instant>>,
    latencies: Mutex<Vec<Duration>>,
}

impl World {
    fn count(&self, counted: &AtomicU64) {
        if (self.from..self.until).contains(&Instant::now()) {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Somebody has heard a message.
    fn heard(&self, id: ClientId) {
        self.count(&self.counted.heard);
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner).get(&id).copied();
        if let Some(written) = written.filter(|written| (self.from..self.until).contains(written)) {
            self.latencies.lock().unwrap_or_else(PoisonError::into_inner).push(written.elapsed());
        }
    }
}

pub async fn measure() -> Result<Mixed> {
    let data = data()?;
    let server = kith::start(data.path(), &[])?;
    eprintln!("a mixed load: {PEOPLE} people");
    let people = People::register(server.address(), PEOPLE).await?;
    let conversations = conversations(&people).await?;
    let from = Instant::now() + WARM_UP;
    let world = Arc::new(World {
        address: server.address(),
        from,
        until: from + MEASURED,
        counted: Counted::default(),
        written: Mutex::default(),
        latencies: Mutex::default(),
    });
    let mut lives = JoinSet::new();
    for (number, conversations) in conversations.into_iter().enumerate() {
        let token = people.token(number).to_owned();
        lives.spawn(live(world.clone(), number, token, conversations));
    }
    sleep_until(world.from).await;
    let before = server.cpu()?;
    sleep_until(world.until).await;
    let cpu = server.cpu()? - before;
    while let Some(ended) = lives.join_next().await {
        ended??;
    }
    let world = Arc::into_inner(world).context("somebody is still there")?;
    let latencies = world.latencies.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Mixed { latencies: latencies.into_iter().collect(), counted: world.counted, cpu })
}

/// Of each person.
async fn conversations(people: &People) -> Result<Vec<Vec<ConversationId>>> {
    let mut all = vec![Vec::new(); PEOPLE];
    for one in 0..PEOPLE {
        let others = (1..=FRIENDS / 2).map(|step| (one + step) % PEOPLE);
        for (other, dialog) in people.befriend(one, others).await? {
            all[one].push(dialog);
            all[other].push(dialog);
        }
    }
    let members = |group: usize| (0..MEMBERS).map(move |place| (group + place * APART) % PEOPLE);
    let groups = stream::iter(0..PEOPLE * GROUPS / MEMBERS)
        .map(async |group| Ok::<_, anyhow::Error>((group, people.group_of(members(group)).await?)));
    for (group, conversation) in groups.buffered(4).try_collect::<Vec<_>>().await? {
        members(group).for_each(|member| all[member].push(conversation));
    }
    Ok(all)
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Types(ConversationId),
    Writes(ConversationId),
    Reads(ConversationId, Seq),
    Leaves,
}

/// Somebody who is there.
struct Life {
    world: Arc<World>,
    conversations: Vec<ConversationId>,
    /// The soonest first.
    due: BinaryHeap<Reverse<(Instant, Deed)>>,
    /// Which conversation one writes in.
    place: usize,
}

async fn live(
    world: Arc<World>,
    number: usize,
    token: String,
    conversations: Vec<ConversationId>,
) -> Result<()> {
    let place = number % conversations.len();
    let seat = Seat { path: routes::SOCKET.to_owned(), token, conversation: conversations[place] };
    // They are spread evenly over the time in which each does it once.
    let share = number as f64 / PEOPLE as f64;
    let begun = Instant::now();
    let first = Deed::Types(seat.conversation);
    let due = [
        Reverse((begun + WRITES.mul_f64(share), first)),
        Reverse((begun + LEAVES.mul_f64(share), Deed::Leaves)),
    ];
    let mut socket = seat.connect(world.address).await?;
    let mut life = Life { world, conversations, due: due.into(), place };
    let end = life.world.until + REST;
    while Instant::now() < end {
        let next = life.due.peek().map_or(end, |Reverse((when, _))| *when);
        tokio::select! {
            message = socket.next() => life.hears(message.transpose()?)?,
            () = sleep_until(next.min(end)) => {
                if let Some(Reverse((when, deed))) = life.due.pop() {
                    socket = life.does(when, deed, socket, &seat).await?;
                }
            }
        }
    }
    Ok(())
}

type Socket = WebSocketStream<TcpStream>;

impl Life {
    fn hears(&mut self, message: Option<Message>) -> Result<()> {
        let Some(Message::Text(text)) = message else { bail!("the connection ended: {message:?}") };
        match serde_json::from_str(&text)? {
            ServerFrame::Messages { messages } => {
                messages.iter().for_each(|message| self.world.heard(message.client_id));
                if let Some(newest) = messages.last() {
                    self.plan(READS, Deed::Reads(newest.conversation, newest.seq));
                }
            }
            ServerFrame::Typing { .. } | ServerFrame::Read { .. } | ServerFrame::Presence { .. } => {
                self.world.count(&self.world.counted.asides);
            }
            ServerFrame::Error { code, detail, .. } => bail!("{code:?}: {detail}"),
            _ => {}
        }
        Ok(())
    }

    fn plan(&mut self, after: Duration, deed: Deed) {
        self.due.push(Reverse((Instant::now() + after, deed)));
    }

    /// Does what was due at a time, and plans what comes of it.
    async fn does(&mut self, when: Instant, deed: Deed, mut socket: Socket, seat: &Seat) -> Result<Socket> {
        let counted = &self.world.counted;
        match deed {
            Deed::Types(conversation) => {
                say(&mut socket, &ClientFrame::Typing { conversation }).await?;
                self.due.push(Reverse((when + TYPES, Deed::Writes(conversation))));
            }
            Deed::Writes(conversation) => {
                let client_id = ClientId(Uuid::now_v7());
                self.world.count(&counted.written);
                self.world
                    .written
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(client_id, Instant::now());
                let body = Body::text(TEXT);
                say(&mut socket, &ClientFrame::Send { conversation, client_id, body }).await?;
                self.place = (self.place + 1) % self.conversations.len();
                let next = Deed::Types(self.conversations[self.place]);
                self.due.push(Reverse((when + WRITES - TYPES, next)));
            }
            Deed::Reads(conversation, seq) => {
                self.world.count(&counted.read);
                say(&mut socket, &ClientFrame::Read { conversation, seq }).await?;
            }
            Deed::Leaves => {
                drop(socket);
                sleep(AWAY).await;
                socket = seat.connect(self.world.address).await?;
                self.world.count(&counted.back);
                self.due.push(Reverse((when + LEAVES, Deed::Leaves)));
            }
        }
        Ok(socket)
    }
}

async fn say(socket: &mut Socket, frame: &ClientFrame) -> Result<()> {
    Ok(socket.send(Message::text(serde_json::to_string(frame)?)).await?)
}
