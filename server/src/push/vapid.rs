//! By what push services know this server again (RFC 8292): a key it made at its first start, and tokens signed with it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::HeaderValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kith_shared::Millis;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde::Serialize;

use crate::error::{Error, Result};
use crate::store::Store;
use crate::time::{self, millis};

const NAME: &str = "push";
/// How long a token is good; a push service takes a day at most.
const LIFE: Duration = Duration::from_secs(12 * 3_600);
/// So long before its end it is made anew: clocks differ.
const EARLY: Duration = Duration::from_secs(3_600);
/// Tokens kept; there are as many as push services and sites.
const KEPT: usize = 1_000;
const HEADER: &str = r#"{"typ":"JWT","alg":"ES256"}"#;
/// Who may be written to where nobody has said so, and where a server is reached without https, as only browsers on the
/// same machine reach it.
const NOBODY: &str = "https://kith.invalid";

pub struct Vapid {
    key: EcdsaKeyPair,
    random: SystemRandom,
    public: String,
    contact: Option<String>,
    tokens: Mutex<HashMap<(String, String), Token>>,
}

struct Token {
    header: HeaderValue,
    good_until: Millis,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    exp: i64,
    sub: &'a str,
}

impl Vapid {
    /// Opens the key, or makes it where there is none yet. `contact` is for the operators of push services.
    pub async fn open(store: &Store, contact: Option<String>) -> Result<Self> {
        let random = SystemRandom::new();
        let new = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            .map_err(|_| Error::Push("no key could be made"))?;
        let kept = store.secret_or(NAME, new.as_ref()).await?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &kept, &random)
            .map_err(|_| Error::Corrupt("the key for pushes can't be used".to_owned()))?;
        let public = URL_SAFE_NO_PAD.encode(key.public_key());
        Ok(Self { key, random, public, contact, tokens: Mutex::default() })
    }

    /// The public key, as browsers subscribe with it.
    pub fn public(&self) -> &str {
        &self.public
    }

    /// What is said to the push service at this origin, by which it knows who sends. `site` is where the device subscribed:
    /// Apple's wants to be told of somebody, and has the site itself where nobody was named.
    pub fn authorization(&self, origin: &str, site: Option<&str>) -> Result<HeaderValue> {
        let (contact, now) = (self.contact.as_deref().or(site).unwrap_or(NOBODY), time::now());
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let of = (origin.to_owned(), contact.to_owned());
        if let Some(token) = tokens.get(&of).filter(|token| now < token.good_until) {
            return Ok(token.header.clone());
        }
        if tokens.len() >= KEPT {
            tokens.clear();
        }
        let header = self.sign(origin, contact, now)?;
        let good_until = now + millis(LIFE) - millis(EARLY);
        tokens.insert(of, Token { header: header.clone(), good_until });
        Ok(header)
    }

    fn sign(&self, origin: &str, contact: &str, now: Millis) -> Result<HeaderValue> {
        let claims = Claims { aud: origin, exp: (now + millis(LIFE)) / 1_000, sub: contact };
        let said = [HEADER.as_bytes(), &serde_json::to_vec(&claims)?]
            .map(|part| URL_SAFE_NO_PAD.encode(part))
            .join(".");
        let failed = || Error::Push("its token could not be signed");
        let signature = self.key.sign(&self.random, said.as_bytes()).map_err(|_| failed())?;
        let token = format!("vapid t={said}.{}, k={}", URL_SAFE_NO_PAD.encode(signature), self.public);
        let mut header = HeaderValue::from_str(&token).map_err(|_| failed())?;
        header.set_sensitive(true);
        Ok(header)
    }
}
