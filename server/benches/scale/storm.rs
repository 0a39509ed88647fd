//! Everybody comes back at once after a restart: how long until all are connected and have what they missed.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::{SinkExt, StreamExt};
use kith_shared::message::Page;
use kith_shared::routes;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_tungstenite::WebSocketStream;

use crate::common::table::verdict;
use crate::common::{data, kith};
use crate::people::People;
use crate::seat::{Heard, Seat, heard};

/// Devices that come back. They are of fewer people, for registering takes longer than all of this.
pub const DEVICES: usize = 10_000;
const PEOPLE: usize = 100;
/// Messages each has missed: they were in a group together.
const MISSED: u64 = 10;
/// How long a device that found nobody waits before it tries again.
const PAUSE: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(120);
/// In seconds.
const AIM: f64 = 10.0;

pub struct Storm {
    /// From the server's being started again.
    connected: Duration,
    caught_up: Duration,
    errors: u64,
    cpu: Duration,
}

impl Storm {
    pub fn print(&self) {
        let seconds = self.caught_up.as_secs_f64();
        println!(
            "\n{DEVICES} devices come back at once after a restart, {MISSED} missed messages each: all connected after \
             {:.2} s, all caught up\nafter {seconds:.2} s (aim: {AIM} s: {}), {} errors (aim: none: {}); {:.2} s of the \
             server's processor time.",
            self.connected.as_secs_f64(),
            verdict(seconds <= AIM),
            self.errors,
            verdict(self.errors == 0),
            self.cpu.as_secs_f64(),
        );
    }
}

pub async fn measure() -> Result<Storm> {
    let data = data()?;
    // The same port after the restart, as devices know it.
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let mut server = kith::start_at(data.path(), &port)?;
    let people = People::register(server.address(), PEOPLE - 1).await?;
    let seats = people.group(PEOPLE - 1).await?;
    let before = newest(&people, &seats[0]).await?;
    write(&seats[0], server.address(), MISSED).await?;

    let start = Instant::now();
    server.restart()?;
    let (address, http, errors) =
        (server.address(), reqwest::Client::builder().no_proxy().build()?, AtomicU64::new(0));
    let errors = std::sync::Arc::new(errors);
    let mut devices = JoinSet::new();
    for seat in seats.iter().cycle().take(DEVICES) {
        let (seat, http, errors) = (seat.clone(), http.clone(), errors.clone());
        devices.spawn(async move { comes_back(&seat, address, &http, before, &errors, start).await });
    }
    let (mut connected, mut sockets) = (Duration::ZERO, Vec::with_capacity(DEVICES));
    let all = async {
        while let Some(device) = devices.join_next().await {
            let (after, socket) = device??;
            connected = connected.max(after);
            sockets.push(socket);
        }
        Ok::<_, anyhow::Error>(())
    };
    tokio::time::timeout(PATIENCE, all).await.context("not all came back")??;
    let cpu = server.cpu()?;
    Ok(Storm { connected, caught_up: start.elapsed(), errors: errors.load(Ordering::Relaxed), cpu })
}

/// Connects, however often that takes, and asks for what it lacks. Answers when it was connected.
async fn comes_back(
    seat: &Seat,
    address: SocketAddr,
    http: &reqwest::Client,
    before: i64,
    errors: &AtomicU64,
    start: Instant,
) -> Result<(Duration, WebSocketStream<TcpStream>)> {
    let socket = loop {
        match seat.connect(address).await {
            Ok(socket) => break socket,
            Err(_) => {
                errors.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(PAUSE).await;
            }
        }
    };
    let connected = start.elapsed();
    let path = format!("{}?changed_after={before}", routes::messages(seat.conversation));
    let request = http.get(format!("http://{address}{path}")).bearer_auth(&seat.token);
    let page: Page = request.send().await?.error_for_status()?.json().await?;
    ensure!(page.messages.len() as u64 == MISSED, "{} came of {MISSED}", page.messages.len());
    Ok((connected, socket))
}

/// The change of the newest message.
async fn newest(people: &People, seat: &Seat) -> Result<i64> {
    let page: Page = people.rest.get(&seat.token, &routes::messages(seat.conversation)).await?;
    Ok(page.messages.last().map_or(0, |message| message.change.0))
}

/// Writes so many messages, and waits until they are acknowledged.
pub async fn write(seat: &Seat, address: SocketAddr, messages: u64) -> Result<()> {
    const WINDOW: u64 = 32;
    let mut socket = seat.connect(address).await?;
    let (mut written, mut acknowledged) = (0, 0);
    while acknowledged < messages {
        while written < messages && written - acknowledged < WINDOW {
            socket.feed(seat.message()?).await?;
            written += 1;
        }
        socket.flush().await?;
        let message = socket.next().await.transpose()?;
        acknowledged += u64::from(heard(message)? == Heard::Acknowledged);
    }
    Ok(())
}
