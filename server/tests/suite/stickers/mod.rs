//! Packs of stickers: made, installed, had whole, and sent.

mod archive;
mod installed;
mod making;
mod ours;
mod sending;

use kith_shared::sticker::{Pack, Packs, Sticker};
use kith_shared::{FileId, PackId, routes};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

use crate::harness::{Person, TestServer, read};
use crate::media::png;

/// A still picture of its own for each number.
fn picture(n: u32) -> Vec<u8> {
    let mut picture = png(300, 200);
    picture.extend(n.to_be_bytes());
    picture
}

/// What a person asks about stickers.
impl Person {
    async fn makes_pack(&self, title: &str) -> Pack {
        read(self.post(routes::PACKS, json!({"title": title})).await, StatusCode::CREATED).await
    }

    async fn puts(&self, pack: PackId, file: FileId, emoji: &str) -> Response {
        self.ask(Method::PUT, &routes::pack_sticker(pack, file), Some(json!({"emoji": emoji}))).await
    }

    /// A pack with a sticker for each emoji.
    async fn makes_pack_of(&self, title: &str, emoji: &[&str]) -> Pack {
        let mut pack = self.makes_pack(title).await;
        for (n, emoji) in (0..).zip(emoji) {
            let mut picture = picture(n);
            picture.extend(title.as_bytes());
            let file = self.brings(&picture).await;
            pack = read(self.puts(pack.id, file, emoji).await, StatusCode::OK).await;
        }
        pack
    }

    async fn packs(&self, query: &str) -> Packs {
        self.get(&format!("{}?{query}", routes::PACKS)).await
    }

    async fn installed(&self) -> Vec<PackId> {
        let packs: Vec<Pack> = self.get(routes::INSTALLED).await;
        packs.into_iter().map(|pack| pack.id).collect()
    }

    async fn installs(&self, pack: PackId) -> Response {
        self.ask(Method::PUT, &routes::installed_pack(pack), None).await
    }

    async fn uninstalls(&self, pack: PackId) {
        let done = self.ask(Method::DELETE, &routes::installed_pack(pack), None).await;
        assert_eq!(done.status(), StatusCode::NO_CONTENT);
    }
}

fn titles(packs: &Packs) -> Vec<&str> {
    packs.packs.iter().map(|pack| pack.title.as_str()).collect()
}

fn files(pack: &Pack) -> Vec<FileId> {
    pack.stickers.iter().map(|sticker: &Sticker| sticker.file).collect()
}

/// Two people who need not be friends.
async fn mia_and_leo(server: &TestServer) -> (Person, Person) {
    (server.register("mia").await, server.register("leo").await)
}
