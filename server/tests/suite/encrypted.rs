//! TLS by the server itself, with a certificate that is renewed while it runs.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use kith_server::tls;
use kith_shared::routes;
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use reqwest::{Certificate, Client, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::harness::{PASSWORD, PATIENCE};
use crate::lifecycle::Kith;

/// Writes a certificate and its key where the server reads them.
fn put(folder: &Path) -> CertifiedKey<KeyPair> {
    let made = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    made
}

/// Trusts this certificate and no other.
fn trusting(certificate: &CertificateDer<'static>) -> Client {
    tls::use_ring();
    let root = Certificate::from_der(certificate).unwrap();
    Client::builder().no_proxy().tls_certs_only([root]).pool_max_idle_per_host(0).build().unwrap()
}

fn serve(folder: &Path) -> (Kith, String) {
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (cert, key) = (file("cert.pem"), file("key.pem"));
    let kith = Kith::start_with(folder, "127.0.0.1:0", &["--tls-cert", &cert, "--tls-key", &key]);
    let port = kith.address.rsplit(':').next().unwrap().to_owned();
    (kith, format!("localhost:{port}"))
}

#[tokio::test]
async fn requests_and_sockets_are_encrypted_and_cookies_go_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let made = put(folder.path());
    let (_kith, host) = serve(folder.path());
    let client = trusting(made.cert.der());
    let register = client.post(format!("https://{host}{}", routes::REGISTER));
    let body = json!({"username": "mia", "password": PASSWORD});
    let answer = register.header("origin", format!("https://{host}")).json(&body).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("; Secure"), "{cookie}");

    let mut request = format!("wss://{host}{}", routes::SOCKET).into_client_request().unwrap();
    let session = cookie.split(';').next().unwrap();
    request.headers_mut().insert("cookie", session.parse().unwrap());
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let trust = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(host.replace("localhost", "127.0.0.1")).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(trust)).connect(name, stream).await.unwrap();
    let (mut socket, _) = client_async(request, stream).await.unwrap();
    let welcome = socket.next().await.unwrap().unwrap().into_text().unwrap();
    assert!(welcome.contains("\"welcome\""), "{welcome}");

    // Who does not speak it is not answered, and harms nobody.
    let mut plain = TcpStream::connect(host.replace("localhost", "127.0.0.1")).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut heard = Vec::new();
    // It may be cut before it has been read.
    let _ = tokio::time::timeout(PATIENCE, plain.read_to_end(&mut heard)).await.expect("it ends");
    assert!(!heard.starts_with(b"HTTP"), "{heard:?}");
    let well = client.get(format!("https://{host}{}", routes::HEALTH)).send().await.unwrap();
    assert_eq!(well.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_renewed_certificate_is_served_by_the_running_server_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let old = put(folder.path());
    let first = trusting(old.cert.der());
    let (_kith, host) = serve(folder.path());
    let url = format!("https://{host}{}", routes::HEALTH);
    first.get(&url).send().await.unwrap();
    let renewed_to = put(folder.path()).cert.der().clone();
    let second = trusting(&renewed_to);
    let renewed = async {
        while second.get(&url).send().await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, renewed).await.expect("the new one is served");
    // One that has been here goes on with what it has; whoever comes anew does not get the old one.
    assert!(trusting(old.cert.der()).get(&url).send().await.is_err(), "the old one is still served");

    // Half of the next one: the one there is stays, and then the whole next one is served.
    let next = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(folder.path().join("cert.pem"), next.cert.pem()).unwrap();
    for _ in 0..15 {
        trusting(&renewed_to).get(&url).send().await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    fs::write(folder.path().join("key.pem"), next.signing_key.serialize_pem()).unwrap();
    let third = trusting(next.cert.der());
    let renewed = async {
        while third.get(&url).send().await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, renewed).await.expect("the next one is served");
}

#[test]
fn a_server_without_a_certificate_it_was_promised_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path());
    fs::write(folder.path().join("other.pem"), KeyPair::generate().unwrap().serialize_pem()).unwrap();
    let say = |cert: &str, key: &str| {
        let file = |name: &str| folder.path().join(name);
        let mut command = Command::new(env!("CARGO_BIN_EXE_kith"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path());
        command.arg("--tls-cert").arg(file(cert)).arg("--tls-key").arg(file(key));
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(say("none.pem", "key.pem").contains("none.pem can't be read"));
    assert!(say("cert.pem", "cert.pem").contains("cert.pem can't be read"));
    assert!(say("cert.pem", "other.pem").contains("TLS can't be had"));
}
