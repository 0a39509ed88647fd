//! Files: brought, carried by messages, had again, and collected.

pub mod alone;
mod avatars;
mod carrying;
mod collecting;
mod downloads;
mod faults;
mod origin;
pub mod s3;
mod tus_client;
mod uploads;

use kith_shared::media::{Attachment, tus};
use kith_shared::message::Body;
use kith_shared::{ClientId, ConversationId, FileId, json, routes};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::harness::{Person, Socket};
use kith_shared::frame::ClientFrame;

/// A picture of 1 by 1 pixel.
pub const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0,
    0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, b'I', b'D', b'A', b'T', 0x78, 0xda, 0x63,
    0x64, 0x60, 0xf8, 0x5f, 0x0f, 0, 2, 0x87, 1, 0x80, 0xeb, 0x47, 0xba, 0x92, 0, 0, 0, 0, b'I', b'E', b'N',
    b'D', 0xae, 0x42, 0x60, 0x82,
];

/// The same one, as large as it says.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut png = PNG.to_vec();
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    png
}

/// Bytes that are nothing in particular, different ones for each seed.
pub fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| next()).collect()
}

pub fn hash(bytes: &[u8]) -> FileId {
    FileId(Sha256::digest(bytes).into())
}

/// What a person asks of the uploads.
impl Person {
    pub fn tus(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).header("tus-resumable", tus::VERSION)
    }

    pub async fn begin_upload(&self, length: usize) -> String {
        let begun =
            self.tus(Method::POST, routes::UPLOADS).header("upload-length", length).send().await.unwrap();
        assert_eq!(begun.status(), StatusCode::CREATED);
        begun.headers()["location"].to_str().unwrap().to_owned()
    }

    pub fn patch(&self, upload: &str, offset: usize, bytes: impl Into<Vec<u8>>) -> RequestBuilder {
        self.tus(Method::PATCH, upload)
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", offset)
            .body(bytes.into())
    }

    /// Where an upload stands, and the file it has become.
    pub async fn stands(&self, upload: &str) -> (usize, Option<FileId>) {
        let head = self.tus(Method::HEAD, upload).send().await.unwrap();
        assert_eq!(head.status(), StatusCode::OK);
        standing(&head)
    }

    /// Brings a file, whole.
    pub async fn brings(&self, bytes: &[u8]) -> FileId {
        let upload = self.begin_upload(bytes.len()).await;
        let done = self.patch(&upload, 0, bytes).send().await.unwrap();
        assert_eq!(done.status(), StatusCode::NO_CONTENT);
        standing(&done).1.expect("the file it is")
    }

    pub async fn file(&self, file: FileId) -> Response {
        self.ask(Method::GET, &routes::file(file), None).await
    }
}

pub fn standing(response: &Response) -> (usize, Option<FileId>) {
    let said = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let offset = said("upload-offset").unwrap().parse().unwrap();
    (offset, said(tus::FILE).map(|file| file.parse().unwrap()))
}

/// A file as a sender speaks of it.
pub fn attachment(file: FileId, kind: &str, name: &str) -> Attachment {
    json::read(&format!(r#"{{"file": "{file}", "kind": "{kind}", "name": "{name}"}}"#)).unwrap()
}

pub fn carrying(text: &str, files: Vec<Attachment>) -> Body {
    Body::Text { text: text.to_owned(), reply_to: None, forwarded: false, files, preview: None }
}

impl Socket {
    pub async fn send_body(&mut self, conversation: ConversationId, body: Body) -> ClientId {
        let client_id = ClientId(Uuid::now_v7());
        self.say(&ClientFrame::Send { conversation, client_id, body }).await;
        client_id
    }
}
