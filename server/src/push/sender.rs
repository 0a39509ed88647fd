//! One push: encrypted, signed, posted, and what came of it.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};
use kith_shared::limits::PUSH_PATIENCE;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;

use super::PushConfig;
use super::agreements::Agreements;
use super::service::{Post, Services, Unanswered};
use super::vapid::Vapid;
use crate::error::{Error, Result};
use crate::outgoing::Target;
use crate::store::Store;
use crate::store::push::Subscription;
use crate::time;

/// How soon a push service has to bring it to a device that saves its battery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    Normal,
    High,
}

/// What a push service reads of a push.
pub struct Wrapping {
    /// A push takes the place of one of the same topic that was not brought yet. At most 32 characters of URL-safe Base64.
    pub topic: Option<String>,
    pub urgency: Urgency,
    /// How long it is kept for a device that is not there.
    pub life: Duration,
}

#[derive(Debug)]
pub enum Outcome {
    /// The push service has it.
    Taken(u16),
    /// It knows the subscription no more.
    Gone(u16),
    /// It takes this push neither now nor later.
    Refused(u16),
    /// Not now; maybe after so long.
    Later { status: Option<u16>, after: Option<Duration>, why: String },
    /// It waited too long for its turn, and was not sent.
    Waited,
}

/// What came of a push, as it is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Came {
    outcome: &'static str,
}

impl Outcome {
    fn name(&self) -> &'static str {
        match self {
            Self::Taken(_) => "taken",
            Self::Gone(_) => "gone",
            Self::Refused(_) => "refused",
            Self::Later { .. } => "later",
            Self::Waited => "waited",
        }
    }
}

pub struct Sender {
    pub counted: Family<Came, Counter>,
    services: Services,
    vapid: Vapid,
    agreements: Agreements,
}

/// Why a push was not answered for.
enum Failed {
    Unanswered(Unanswered),
    Unmade(Error),
}

impl From<Unanswered> for Failed {
    fn from(unanswered: Unanswered) -> Self {
        Self::Unanswered(unanswered)
    }
}

impl Sender {
    pub async fn open(store: &Store, PushConfig { reach, contact }: PushConfig) -> Result<Self> {
        let (services, vapid) = (Services::new(reach), Vapid::open(store, contact).await?);
        Ok(Self { counted: Family::default(), services, vapid, agreements: Agreements::default() })
    }

    pub fn key(&self) -> &str {
        self.vapid.public()
    }

    pub fn services(&self) -> &Services {
        &self.services
    }

    /// What can be done for the next pushes ahead of them, piece by piece. Answers whether there was any.
    pub fn prepare(&self) -> bool {
        self.agreements.make_one()
    }

    /// Sends it once it is its turn, if that comes within `patience`.
    pub async fn send(&self, to: &Subscription, text: &[u8], as_: Wrapping, patience: Duration) -> Outcome {
        let post = |target: &Target| self.post(to, target, text, as_).map_err(Failed::Unmade);
        let outcome = match self.services.post(&to.endpoint, patience, post).await {
            Ok(answer) => outcome(answer.status, answer.retry_after.as_deref()),
            Err(Failed::Unanswered(Unanswered::Waited)) => Outcome::Waited,
            Err(Failed::Unanswered(error)) => {
                Outcome::Later { status: None, after: None, why: error.to_string() }
            }
            Err(Failed::Unmade(error)) => {
                Outcome::Later { status: None, after: None, why: error.to_string() }
            }
        };
        self.counted.get_or_create(&Came { outcome: outcome.name() }).inc();
        outcome
    }

    fn post(&self, to: &Subscription, target: &Target, text: &[u8], as_: Wrapping) -> Result<Post> {
        let unencrypted = |_| Error::Push("it could not be encrypted");
        let agreement = self.agreements.take(&to.keys).map_err(unencrypted)?;
        let body = agreement.encrypt(&to.keys, text).map_err(unencrypted)?;
        let unfit = |_| Error::Push("the endpoint can't be asked");
        let mut headers = HeaderMap::with_capacity(9);
        headers.insert(header::HOST, HeaderValue::from_str(target.authority()).map_err(unfit)?);
        headers.insert(
            header::USER_AGENT,
            HeaderValue::from_static(concat!("Kith/", env!("CARGO_PKG_VERSION"))),
        );
        headers
            .insert(header::AUTHORIZATION, self.vapid.authorization(&target.origin(), to.site.as_deref())?);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("aes128gcm"));
        headers.insert("ttl", HeaderValue::from(as_.life.as_secs()));
        headers.insert("urgency", HeaderValue::from_static(as_.urgency.name()));
        if let Some(topic) = as_.topic {
            headers.insert("topic", HeaderValue::from_str(&topic).map_err(unfit)?);
        }
        Ok(Post { headers, body: body.into() })
    }
}

impl Urgency {
    fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

fn outcome(status: u16, retry_after: Option<&str>) -> Outcome {
    match status {
        200..300 => Outcome::Taken(status),
        404 | 410 => Outcome::Gone(status),
        429 | 500.. => {
            let why = format!("the push service answered {status}");
            Outcome::Later { status: Some(status), after: retry_after.and_then(pause), why }
        }
        _ => Outcome::Refused(status),
    }
}

/// Seconds, or a date.
fn pause(retry_after: &str) -> Option<Duration> {
    let seconds = retry_after.trim().parse().ok().map(Duration::from_secs);
    let date = || {
        let at = httpdate::parse_http_date(retry_after).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
        Some(time::until(time::millis(at)))
    };
    Some(seconds.or_else(date)?.min(PUSH_PATIENCE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_whether_to_try_again_and_when() {
        assert!(matches!(outcome(201, None), Outcome::Taken(201)));
        assert!(matches!(outcome(404, None), Outcome::Gone(404)));
        assert!(matches!(outcome(410, None), Outcome::Gone(410)));
        for status in [302, 400, 401, 403, 413] {
            assert!(matches!(outcome(status, None), Outcome::Refused(_)), "{status}");
        }
        let after = |status, header| match outcome(status, header) {
            Outcome::Later { after, .. } => after,
            other => panic!("{other:?}"),
        };
        assert_eq!(after(429, Some("7")), Some(Duration::from_secs(7)));
        assert_eq!(after(503, Some("99999999")), Some(PUSH_PATIENCE));
        assert_eq!(after(500, Some("soon")), None);
        assert_eq!(after(429, Some("Thu, 01 Jan 1970 00:00:00 GMT")), Some(Duration::ZERO));
    }
}
