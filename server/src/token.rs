//! Random secrets: session tokens and invitation links.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// 256 random bits from the operating system, as URL-safe Base64 (43 characters).
pub fn session() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// 128 random bits, as URL-safe Base64 (22 characters): short enough for a link one reads out.
pub fn invitation() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>())
}

/// What is stored of a session's token. A fast hash is enough: the token is random, not chosen by a person.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
