//! What a message costs as there is 10 and 100 times as much of something.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::common::process::Process;
use crate::common::table::verdict;
use crate::common::{data, kith, median};
use crate::people::People;
use crate::seat::Seat;
use crate::storm::write;

/// Messages measured at each point, three times.
const MESSAGES: u64 = 10_000;
const ROUNDS: usize = 3;
/// Messages before that, which do not count.
const WARM_UP: u64 = 5_000;
/// How much more a message may cost at the end than at the beginning.
const FLAT: f64 = 1.25;

pub struct Curve {
    /// The plot's file.
    pub name: &'static str,
    /// Of what there is more.
    pub more: &'static str,
    /// How much there is, and microseconds of processor time a message.
    pub points: Vec<(f64, f64)>,
}

impl Curve {
    pub fn print(&self) {
        let points = self.points.iter().map(|(much, cost)| format!("{much:>9} {cost:>6.1}"));
        let flat = verdict(self.growth() <= FLAT);
        println!("{}:", self.more);
        points.for_each(|point| println!("{point}"));
        println!("  {:.2} x from first to last (aim: flat, at most {FLAT} x: {flat})", self.growth());
    }

    /// How many times the first the last is.
    fn growth(&self) -> f64 {
        match (self.points.first(), self.points.last()) {
            (Some((_, first)), Some((_, last))) => last / first,
            _ => f64::NAN,
        }
    }
}

pub async fn measure() -> Result<Vec<Curve>> {
    Ok(vec![history().await?, members().await?, conversations().await?])
}

/// Messages that are in the conversation already.
async fn history() -> Result<Curve> {
    let data = data()?;
    let server = kith::start(data.path(), &[])?;
    let seats = People::register(server.address(), 1).await?.group(1).await?;
    let (mut points, mut there) = (Vec::new(), 0);
    for much in [10_000, 100_000, 1_000_000] {
        eprintln!("history: {much}");
        write(&seats[0], server.address(), much - there).await?;
        points.push((much as f64, cost(&server, &seats[0]).await?));
        there = much + WARM_UP + MESSAGES * ROUNDS as u64;
    }
    Ok(Curve { name: "cost-by-history", more: "messages in the conversation", points })
}

/// Members of the group, of whom one is connected.
async fn members() -> Result<Curve> {
    let data = data()?;
    let server = kith::start(data.path(), &[])?;
    let people = People::register(server.address(), 999).await?;
    let mut points = Vec::new();
    for much in [10, 100, 1_000] {
        eprintln!("members: {much}");
        let seats = people.group(much - 1).await?;
        points.push((much as f64, cost(&server, &seats[0]).await?));
    }
    Ok(Curve { name: "cost-by-members", more: "members of the group, one connected", points })
}

/// Conversations the writer has.
async fn conversations() -> Result<Curve> {
    let data = data()?;
    let server = kith::start(data.path(), &[])?;
    let people = People::register(server.address(), 1).await?;
    let (mut points, mut there) = (Vec::new(), 0);
    for much in [10, 100, 1_000] {
        eprintln!("conversations: {much}");
        let mut seats = Vec::new();
        while there < much {
            seats = people.group(1).await?;
            there += 1;
        }
        points.push((much as f64, cost(&server, &seats[0]).await?));
    }
    Ok(Curve { name: "cost-by-conversations", more: "conversations of the writer", points })
}

/// Microseconds of processor time for each message of one writer, the median of several rounds.
async fn cost(server: &Process, seat: &Seat) -> Result<f64> {
    write(seat, server.address(), WARM_UP).await?;
    settle(server).await?;
    let mut costs = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let (cpu, start) = (server.cpu()?, Instant::now());
        write(seat, server.address(), MESSAGES).await?;
        // What is done behind an answer, such as the search index, is part of what it costs.
        settle(server).await?;
        eprintln!("  {:.0} messages/s", MESSAGES as f64 / start.elapsed().as_secs_f64());
        costs.push((server.cpu()? - cpu).as_secs_f64() * 1e6 / MESSAGES as f64);
    }
    Ok(median(&costs, |cost| *cost))
}

/// Until the server works on nothing any more.
async fn settle(server: &Process) -> Result<()> {
    loop {
        let before = server.cpu()?;
        tokio::time::sleep(Duration::from_millis(200)).await;
        if server.cpu()? - before < Duration::from_millis(20) {
            return Ok(());
        }
    }
}
