//! What the server tells of itself, for whatever watches it.

use std::time::Duration;

use kith_shared::frame::ServerFrame;
use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::routes;
use reqwest::StatusCode;

use crate::harness::{PATIENCE, Person, TestServer, refused};
use crate::push::service::{Answer, PushService};

impl TestServer {
    async fn counted(&self) -> String {
        let answer = self.http.get(format!("http://{}/metrics", self.metrics)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        assert!(kind.starts_with("application/openmetrics-text; version=1.0.0"), "{kind}");
        answer.text().await.unwrap()
    }

    /// What stands behind this name, labels and all; nothing does before there was one of those labels.
    async fn value(&self, name: &str) -> Option<f64> {
        let text = self.counted().await;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
        Some(value.parse().unwrap())
    }

    /// Waits until it is that: some is counted just after it was answered.
    async fn counts(&self, name: &str, wanted: f64) {
        let same = async {
            while self.value(name).await != Some(wanted) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, same).await.is_err() {
            panic!("{name} is {:?} and never {wanted}", self.value(name).await);
        }
    }
}

#[tokio::test]
async fn messages_connections_and_deliveries_are_counted() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    server.counts("kith_connections", 0.0).await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    let second = leo.connect().await;
    server.counts("kith_connections", 3.0).await;
    server.counts("kith_connected_users", 2.0).await;
    let deliveries = server.value("kith_deliveries_total").await.unwrap();
    let id = mias.write(conversation, "Shall we go sailing?").await;
    mias.acknowledged(id).await;
    leos.hear_until(|frame| matches!(frame, ServerFrame::Messages { .. }).then_some(())).await;
    // To both of Leo's, and the acknowledgement.
    server.counts("kith_deliveries_total", deliveries + 3.0).await;
    server.counts("kith_messages_total", 1.0).await;
    // The same again is no new one.
    mias.write_as(conversation, id, "Shall we go sailing?").await;
    mias.acknowledged(id).await;
    server.counts("kith_delivery_seconds_count", 1.0).await;
    server.counts("kith_messages_total", 1.0).await;
    server.counts("kith_commit_writes_count", 2.0).await;
    server.counts("kith_commit_seconds_count", 2.0).await;
    server.counts("kith_waiting_writes", 0.0).await;
    assert!(server.value("kith_delivery_seconds_sum").await > Some(0.0));
    for name in ["process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total"] {
        assert!(server.value(name).await > Some(0.0), "{name}");
    }
    drop(second);
    server.counts("kith_connections", 2.0).await;
    let text = server.counted().await;
    assert!(text.ends_with("# EOF\n") && text.contains("# TYPE kith_messages counter"), "{text}");
}

#[tokio::test]
async fn closed_sockets_files_and_pushes_are_counted_by_what_came_of_them() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let mut socket = mia.connect().await;
    mia.post(routes::LOG_OUT, serde_json::json!({})).await;
    assert_eq!(socket.close_code().await, 4001);
    server.counts("kith_closed_sockets_total{code=\"4001\"}", 1.0).await;

    let bytes = b"Wind from the north-west".repeat(40);
    let file = leo.brings(&bytes).await;
    server.counts("kith_uploads_total", 1.0).await;
    server.counts("kith_received_bytes_total", bytes.len() as f64).await;
    leo.file(file).await.bytes().await.unwrap();
    server.counts("kith_sent_bytes_total", bytes.len() as f64).await;

    let service = PushService::start().await;
    let mut device = service.device();
    let mia: Person = server.log_in("mia").await;
    mia.subscribes(&device).await;
    let mut socket = leo.connect().await;
    let id = socket.send_body(conversation, Body::text("At six?")).await;
    socket.acknowledged(id).await;
    device.push().await;
    server.counts("kith_pushes_total{outcome=\"taken\"}", 1.0).await;
    device.answers(&[Answer::Status(410)]);
    let id = socket.send_body(conversation, Body::text("Or at seven?")).await;
    socket.acknowledged(id).await;
    server.counts("kith_pushes_total{outcome=\"gone\"}", 1.0).await;
}

#[tokio::test]
async fn it_is_ready_as_long_as_the_database_answers_and_is_there_all_the_while() {
    let server = TestServer::start().await;
    for path in [routes::HEALTH, routes::READY] {
        let answer = server.get(path).await;
        assert_eq!(
            (answer.status(), &answer.headers()["cache-control"]),
            (StatusCode::OK, &"no-store".parse().unwrap())
        );
        let watched = server.http.get(format!("http://{}{path}", server.metrics)).send().await.unwrap();
        assert_eq!(watched.status(), StatusCode::OK);
    }
    // What is counted is not for everybody.
    refused(server.get("/api/v1/metrics").await, Code::NotFound).await;
    let page = server.get("/metrics").await.text().await.unwrap();
    assert!(!page.contains("kith_messages"), "{page}");
}
