//! A push service (RFC 8030) that answers as it is told, and the devices it brings pushes to: they decrypt them with
//! keys of their own, by cryptography that is not the server's.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kith_shared::push::{Push, Told};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use web_push_native::p256::SecretKey;
use web_push_native::p256::ecdsa::signature::Verifier;
use web_push_native::p256::ecdsa::{Signature, VerifyingKey};
use web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint;
use web_push_native::{Auth, decrypt};

/// How long a push may take to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a push is answered.
#[derive(Clone, Copy)]
pub enum Answer {
    Status(u16),
    /// With `Retry-After`, in seconds.
    Later(u16, u64),
    Never,
}

#[derive(Default)]
struct Inner {
    devices: HashMap<String, mpsc::UnboundedSender<(HeaderMap, Bytes)>>,
    answers: HashMap<String, VecDeque<Answer>>,
}

#[derive(Clone)]
pub struct PushService {
    origin: String,
    inner: Arc<Mutex<Inner>>,
}

/// A browser that gets pushes.
pub struct Device {
    pub endpoint: String,
    name: String,
    origin: String,
    key: SecretKey,
    auth: [u8; 16],
    inner: Arc<Mutex<Inner>>,
    came: mpsc::UnboundedReceiver<(HeaderMap, Bytes)>,
}

/// A push as the device has it.
pub struct Got {
    pub headers: HeaderMap,
    pub bytes: usize,
    pub text: String,
    origin: String,
}

impl PushService {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::<Mutex<Inner>>::default();
        let router = Router::new().route("/send/{device}", post(take)).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { origin, inner }
    }

    pub fn device(&self) -> Device {
        let name = format!("{:032x}", rand::random::<u128>());
        let (tell, came) = mpsc::unbounded_channel();
        self.inner.lock().unwrap().devices.insert(name.clone(), tell);
        // Any 32 bytes are a key, but for a few that nobody ever meets.
        let key = SecretKey::from_slice(&rand::random::<[u8; 32]>()).unwrap();
        let endpoint = format!("{}/send/{name}", self.origin);
        let (origin, inner) = (self.origin.clone(), self.inner.clone());
        Device { endpoint, name, origin, key, auth: rand::random(), inner, came }
    }
}

async fn take(
    State(inner): State<Arc<Mutex<Inner>>>,
    Path(device): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = {
        let mut inner = inner.lock().unwrap();
        let Some(to) = inner.devices.get(&device) else { return StatusCode::NOT_FOUND.into_response() };
        // A test that is over hears no more.
        let _ = to.send((headers, body));
        inner.answers.get_mut(&device).and_then(VecDeque::pop_front).unwrap_or(Answer::Status(201))
    };
    match answer {
        Answer::Status(201) => (StatusCode::CREATED, [("location", "/message/1")]).into_response(),
        Answer::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Answer::Later(status, after) => {
            (StatusCode::from_u16(status).unwrap(), [("retry-after", after.to_string())]).into_response()
        }
        Answer::Never => std::future::pending().await,
    }
}

impl Device {
    pub fn subscription(&self) -> Value {
        let public = self.key.public_key().to_encoded_point(false);
        json!({
            "endpoint": self.endpoint,
            "p256dh": URL_SAFE_NO_PAD.encode(public),
            "auth": URL_SAFE_NO_PAD.encode(self.auth),
        })
    }

    /// How the next pushes to this device are answered, one each.
    pub fn answers(&self, next: &[Answer]) {
        self.inner.lock().unwrap().answers.entry(self.name.clone()).or_default().extend(next);
    }

    /// The next push.
    pub async fn push(&mut self) -> Got {
        let (headers, body) =
            tokio::time::timeout(PATIENCE, self.came.recv()).await.expect("a push comes").unwrap();
        let bytes = body.len();
        let text = decrypt(body.to_vec(), &self.key, &Auth::clone_from_slice(&self.auth)).unwrap();
        Got { headers, bytes, text: String::from_utf8(text).unwrap(), origin: self.origin.clone() }
    }

    /// What the next push tells.
    pub async fn told(&mut self) -> Told {
        self.push().await.told()
    }

    /// The text of the message the next push tells of.
    pub async fn text(&mut self) -> String {
        self.told().await.text.expect("a text is told")
    }

    pub fn got_nothing_more(&mut self) -> bool {
        self.came.try_recv().is_err()
    }
}

impl Got {
    pub fn read(&self) -> Push {
        serde_json::from_str(&self.text).unwrap()
    }

    pub fn told(&self) -> Told {
        match self.read() {
            Push::Message(told) => *told,
            Push::Test { .. } => panic!("no message: {}", self.text),
        }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("{name} is missing")).to_str().unwrap()
    }

    /// What the sender says of itself, signed with this key; as RFC 8292 has it.
    pub fn claims(&self, key: &str) -> Value {
        let authorization = self.header("authorization");
        let (token, known) = authorization.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(known, key, "it is the key the device subscribed with");
        let (said, signature) = token.rsplit_once('.').unwrap();
        let key = VerifyingKey::from_sec1_bytes(&URL_SAFE_NO_PAD.decode(key).unwrap()).unwrap();
        let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        key.verify(said.as_bytes(), &signature).expect("the server's signature");
        let (header, claims) = said.split_once('.').unwrap();
        let read = |part| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        assert_eq!(read(header), json!({"typ": "JWT", "alg": "ES256"}));
        let claims = read(claims);
        assert_eq!(claims["aud"], self.origin);
        claims
    }
}
