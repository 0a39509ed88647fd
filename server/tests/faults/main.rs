//! People who talk while things break: the server is killed, stopped and replaced, ways are cut, slow and silent, a device
//! does not read. Nothing that was acknowledged is lost, nothing is there twice, all see the same in the same order, no read
//! mark goes back, and at the end nothing is unread.
//!
//! A short run is part of the tests. `KITH_FAULT_ROUNDS` makes it longer, `KITH_FAULT_SEED` has the same faults happen in the
//! same order again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the lints' own exception ends at #[test] functions, and helpers of tests may fail a test too"
)]

mod device;
mod link;
mod node;

use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use device::{Device, Record, Told};
use kith_shared::auth::Session;
use kith_shared::contact::Invitation;
use kith_shared::conversation::Conversation;
use kith_shared::message::{Message, Page};
use kith_shared::{ConversationId, Seq, UserId, routes};
use link::{Link, Way};
use node::Node;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::task::JoinSet;

const PEOPLE: usize = 5;
/// How long a fault lasts, and how long people talk after it. Long enough to believe in connections no more.
const FAULT: Duration = Duration::from_millis(2_500);
const CALM: Duration = Duration::from_millis(1_500);
/// For all to come to rest at the end.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug)]
enum Fault {
    /// SIGKILL, and a start at once; three times.
    Killed,
    /// SIGTERM and a start, as when a new version comes.
    Replaced,
    /// SIGSTOP for a while.
    Stopped,
    AllCut,
    OneCut,
    AllSlow,
    OneSilent,
    /// A device takes nothing from its connection.
    OneSleeps,
}

const FAULTS: [Fault; 8] = [
    Fault::Killed,
    Fault::Replaced,
    Fault::Stopped,
    Fault::AllCut,
    Fault::OneCut,
    Fault::AllSlow,
    Fault::OneSilent,
    Fault::OneSleeps,
];

struct World {
    node: Node,
    links: Vec<Link>,
    sleeps: Vec<Arc<AtomicBool>>,
}

impl World {
    async fn suffer(&mut self, fault: Fault, which: usize) {
        match fault {
            Fault::Killed => {
                for _ in 0..3 {
                    self.node.end_and_start("-KILL");
                    tokio::time::sleep(FAULT / 3).await;
                }
            }
            Fault::Replaced => {
                self.node.end_and_start("-TERM");
                tokio::time::sleep(FAULT).await;
            }
            Fault::Stopped => {
                self.node.signal("-STOP");
                tokio::time::sleep(FAULT).await;
                self.node.signal("-CONT");
            }
            Fault::AllCut => self.ways(0..PEOPLE, Way::Cut).await,
            Fault::OneCut => self.ways(which..which + 1, Way::Cut).await,
            Fault::AllSlow => self.ways(0..PEOPLE, Way::Slow).await,
            Fault::OneSilent => self.ways(which..which + 1, Way::Silent).await,
            Fault::OneSleeps => {
                self.sleeps[which].store(true, Ordering::SeqCst);
                tokio::time::sleep(FAULT).await;
                self.sleeps[which].store(false, Ordering::SeqCst);
            }
        }
    }

    async fn ways(&self, which: std::ops::Range<usize>, way: Way) {
        self.links[which.clone()].iter().for_each(|link| link.is(way));
        tokio::time::sleep(FAULT).await;
        self.links[which].iter().for_each(|link| link.is(Way::Open));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_acknowledged_is_lost_or_doubled_whatever_breaks() {
    let number = |name: &str| env::var(name).ok().map(|value| value.parse::<u64>().unwrap());
    let seed = number("KITH_FAULT_SEED").unwrap_or_else(rand::random);
    let mut random = StdRng::seed_from_u64(seed);
    println!("KITH_FAULT_SEED={seed}");
    let node = Node::start();
    let talk = Talk::prepare(&node).await;
    let (mut links, mut sleeps) = (Vec::new(), Vec::new());
    for _ in 0..PEOPLE {
        links.push(Link::to(node.address).await);
        sleeps.push(Arc::<AtomicBool>::default());
    }
    let (told, mut world) = (Arc::<Told>::default(), World { node, links, sleeps });
    let mut devices = JoinSet::new();
    for (at, (_, token)) in talk.people.iter().enumerate() {
        let (link, sleeps) = (world.links[at].address, world.sleeps[at].clone());
        let (http, told, record) = (talk.http.clone(), told.clone(), Record::default());
        let (token, conversation) = (token.clone(), talk.conversation);
        devices.spawn(Device { token, conversation, link, told, sleeps, http, record }.run());
    }
    for round in 0..number("KITH_FAULT_ROUNDS").unwrap_or(1) {
        let mut faults = FAULTS;
        faults.shuffle(&mut random);
        for fault in faults {
            tokio::time::sleep(CALM).await;
            world.suffer(fault, random.random_range(0..PEOPLE)).await;
            println!(
                "round {round}: {fault:?}, {} messages are stored",
                talk.history(&world.node).await.len()
            );
        }
    }
    tokio::time::sleep(CALM).await;
    told.finish.store(true, Ordering::SeqCst);
    tokio::time::sleep(CALM).await;
    told.end.store(true, Ordering::SeqCst);
    let records = tokio::time::timeout(PATIENCE, devices.join_all()).await.expect("all come to rest");
    talk.check(&world.node, &records).await;
}

/// A group of people.
struct Talk {
    http: reqwest::Client,
    conversation: ConversationId,
    people: Vec<(UserId, String)>,
}

impl Talk {
    async fn prepare(node: &Node) -> Self {
        kith_server::tls::use_ring();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut people = Vec::new();
        for n in 0..PEOPLE {
            let body =
                json!({"username": format!("person{n}"), "password": "correct horse", "transport": "bearer"});
            let session: Session = ask(&http, node, "", routes::REGISTER, &body).await;
            people.push((session.user.id, session.token.unwrap()));
        }
        let (_, host) = &people[0];
        let invitation: Invitation =
            ask(&http, node, host, routes::INVITATIONS, &json!({"max_uses": PEOPLE})).await;
        for (_, token) in &people[1..] {
            let accept = routes::invitation_accept(&invitation.token);
            ask::<Conversation>(&http, node, token, &accept, &json!({})).await;
        }
        let members: Vec<_> = people[1..].iter().map(|(user, _)| user).collect();
        let body = json!({"title": "Harbour", "members": members});
        let group: Conversation = ask(&http, node, host, routes::CONVERSATIONS_GROUP, &body).await;
        Self { http, conversation: group.id, people }
    }

    async fn get<T: DeserializeOwned>(&self, node: &Node, token: &str, path: &str) -> T {
        let request = self.http.get(format!("http://{}{path}", node.address)).bearer_auth(token);
        request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
    }

    /// All there is, as the server tells it.
    async fn history(&self, node: &Node) -> Vec<Message> {
        let mut all = Vec::<Message>::new();
        loop {
            let after = all.last().map_or(0, |message| message.seq.0);
            let path = format!("{}?after={after}", routes::messages(self.conversation));
            let page: Page = self.get(node, &self.people[0].1, &path).await;
            all.extend(page.messages);
            if !page.more {
                return all;
            }
        }
    }

    async fn check(&self, node: &Node, records: &[Record]) {
        let history = self.history(node).await;
        let dense = history.iter().map(|message| message.seq.0).eq(1..=history.len() as i64);
        assert!(dense, "the numbers of messages have holes");
        let mut ids: Vec<_> = history.iter().map(|message| message.client_id.0).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), history.len(), "a message is there twice");
        let stored: Vec<_> = history.iter().map(|message| (message.seq, message.client_id)).collect();
        let (mut acknowledged, mut written, mut connections) = (0, 0, 0);
        for record in records {
            assert!(record.wrong.is_empty(), "{:#?}", record.wrong);
            for (client_id, seq) in &record.acknowledged {
                let there = usize::try_from(seq.0 - 1).ok().and_then(|place| stored.get(place));
                assert_eq!(there, Some(&(*seq, *client_id)), "an acknowledged message is not there");
            }
            let shown: Vec<_> = record.shown.iter().map(|(seq, client_id)| (*seq, *client_id)).collect();
            assert_eq!(shown, stored, "a device shows something else");
            acknowledged += record.acknowledged.len();
            written += record.written;
            connections += record.connections;
        }
        assert!(acknowledged > 100 && connections as usize > PEOPLE, "{acknowledged} {connections}");
        self.check_unread(node, history.last().map_or(Seq(0), |message| message.seq)).await;
        println!(
            "{written} written, {acknowledged} acknowledged, 0 lost, 0 twice, over {connections} connections of {PEOPLE} \
             devices"
        );
    }

    /// Everybody has said that they have read all of it.
    async fn check_unread(&self, node: &Node, head: Seq) {
        for (user, token) in &self.people {
            let all: Vec<Value> = self.get(node, token, routes::CONVERSATIONS).await;
            let id = json!(self.conversation);
            let group = all.iter().find(|conversation| conversation["id"] == id).expect("the group");
            assert_eq!(group["unread"], 0, "{user} has something unread: {group}");
            assert_eq!(group["head"]["seq"], json!(head), "{group}");
        }
    }
}

async fn ask<T: DeserializeOwned>(
    http: &reqwest::Client,
    node: &Node,
    token: &str,
    path: &str,
    body: &Value,
) -> T {
    let request = http.post(format!("http://{}{path}", node.address)).bearer_auth(token).json(body);
    request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
}
