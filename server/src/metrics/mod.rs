//! What the server counts, told to Prometheus on a port of its own. Each part counts for itself; here it gets its name.
//!
//! docs/operations.md says what each is good for.

mod process;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use tokio::net::TcpListener;

use crate::app::App;
use crate::error::{Error, Result};
use crate::{listen, rest};

/// By the OpenMetrics specification.
const TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Tells what was counted until it is aborted.
pub async fn serve(listener: TcpListener, app: App) {
    let watched = Watched { gauges: Gauges::default(), registry: Registry::default(), app: app.clone() };
    let health = rest::health().with_state(app);
    let metrics = Router::new().route("/metrics", get(tell)).with_state(Arc::new(watched.named()));
    listen::serve(listener, None, metrics.merge(health), std::future::pending()).await;
}

struct Watched {
    app: App,
    registry: Registry,
    gauges: Gauges,
}

/// What is looked at when somebody asks.
#[derive(Default)]
struct Gauges {
    connections: Gauge,
    users: Gauge,
    writes: Gauge,
    memory: Gauge,
    files: Gauge,
    processor: Counter<f64>,
}

async fn tell(State(watched): State<Arc<Watched>>) -> Result<impl IntoResponse> {
    watched.look();
    let mut text = String::new();
    encode(&mut text, &watched.registry)
        .map_err(|fmt::Error| Error::Corrupt("what was counted".to_owned()))?;
    Ok(([(header::CONTENT_TYPE, TYPE)], text))
}

impl Watched {
    fn look(&self) {
        let (connections, users) = self.app.hub.size();
        set(&self.gauges.connections, connections);
        set(&self.gauges.users, users);
        set(&self.gauges.writes, self.app.writer.waiting());
        let process::Process { memory, files, processor } = process::look();
        set(&self.gauges.memory, memory);
        set(&self.gauges.files, files);
        // It only ever grows, as a counter has to.
        self.gauges.processor.inner().store(processor.to_bits(), Ordering::Relaxed);
    }

    fn named(mut self) -> Self {
        self.name_messages();
        self.name_connections();
        self.name_others();
        self
    }

    fn name_messages(&mut self) {
        let (registry, counted) = (&mut self.registry, self.app.writer.counted.clone());
        registry.register("kith_messages", "New messages", counted.messages);
        registry.register("kith_changes", "Edits, deletions, reactions, votes, pins", counted.changes);
        registry.register("kith_marks", "Read and delivered marks that moved", counted.marks);
        registry.register("kith_failed_commits", "Commits the database refused", counted.failed);
        registry.register("kith_commit_writes", "Writes that shared a commit", counted.shared);
        registry.register_with_unit("kith_commit", "How long a commit took", Unit::Seconds, counted.commits);
        registry.register_with_unit(
            "kith_delivery",
            "From a message's coming until it is in the queues of all who are connected",
            Unit::Seconds,
            counted.deliveries,
        );
        registry.register("kith_waiting_writes", "Writes that wait for a commit", self.gauges.writes.clone());
    }

    fn name_connections(&mut self) {
        let (registry, counted) = (&mut self.registry, self.app.hub.counted.clone());
        registry.register("kith_connections", "Open sockets", self.gauges.connections.clone());
        registry.register("kith_connected_users", "Users with an open socket", self.gauges.users.clone());
        registry.register("kith_deliveries", "Frames put into the queue of a socket", counted.deliveries);
        registry.register("kith_closed_sockets", "Sockets the server closed, by close code", counted.closed);
    }

    fn name_others(&mut self) {
        let (registry, media) = (&mut self.registry, self.app.media.files.counted.clone());
        registry.register("kith_pushes", "Pushes, by what came of them", self.app.pushes.counted());
        registry.register("kith_uploads", "Uploads that are whole", media.uploads);
        registry.register_with_unit("kith_received", "Of uploads", Unit::Bytes, media.received_bytes);
        registry.register_with_unit("kith_sent", "Of files, to whoever asked", Unit::Bytes, media.sent_bytes);
        registry.register_with_unit(
            "process_resident_memory",
            "Memory in use",
            Unit::Bytes,
            self.gauges.memory.clone(),
        );
        registry.register("process_open_fds", "Open files and connections", self.gauges.files.clone());
        registry.register_with_unit(
            "process_cpu",
            "Processor time used",
            Unit::Seconds,
            self.gauges.processor.clone(),
        );
    }
}

fn set(gauge: &Gauge, to: usize) {
    gauge.set(i64::try_from(to).unwrap_or(i64::MAX));
}
