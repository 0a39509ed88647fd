//! Stickers: pictures that stand for themselves, in packs that anybody installs.

use serde::{Deserialize, Serialize};

use crate::json::{self, Fields};
use crate::read_by_fields;
use crate::user::User;
use crate::{FileId, PackId, Seq};

/// What a sticker may be, found from its bytes. Both may move.
pub const CONTENT_TYPES: [&str; 2] = ["image/png", "image/webp"];

/// A picture of a pack. The server says of it what it found in its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sticker {
    pub file: FileId,
    /// What it says, as one emoji: it is found by it, and read out as it.
    pub emoji: String,
    pub content_type: String,
    /// Bytes.
    pub size: i64,
    /// Pixels.
    pub width: u32,
    pub height: u32,
}

read_by_fields!(Sticker { file, emoji, content_type, size, width, height });

/// A pack. In lists it has its first [`PACK_PREVIEW`](crate::limits::PACK_PREVIEW) stickers alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pack {
    pub id: PackId,
    pub title: String,
    /// Who made it; nobody where it came with the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<User>,
    /// Grows whenever anything of it changes.
    pub revision: i64,
    /// How many stickers it has.
    pub count: u32,
    pub stickers: Vec<Sticker>,
}

read_by_fields!(Pack { id, title, author, revision, count }[stickers]);

/// `GET /api/v1/stickers/packs`: packs that have a sticker, the newest first; with `by`, all of one user's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct PacksQuery {
    /// A part of the title, or an emoji that one of the stickers has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Those this user made, also without a sticker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<crate::UserId>,
    /// Those after this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<PackId>,
}

/// At most [`PAGE_PACKS`](crate::limits::PAGE_PACKS).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Packs {
    pub packs: Vec<Pack>,
    /// There are more, after the last one.
    pub more: bool,
}

read_by_fields!(Packs { more }[packs]);

/// `POST /api/v1/stickers/packs`, and `PATCH` of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NamePack {
    pub title: String,
}

read_by_fields!(NamePack { title });

/// `PUT /api/v1/stickers/packs/{pack}/stickers/{file}`: puts a file one has brought at the end of the pack; of one that is
/// in it, gives it another emoji.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PutSticker {
    pub emoji: String,
}

read_by_fields!(PutSticker { emoji });

/// `PUT /api/v1/stickers/installed`: the order. Those it does not name stay behind, in the order they had; what is not
/// installed is passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderPacks {
    pub packs: Vec<PackId>,
}

read_by_fields!(OrderPacks {}[packs]);

/// A sticker that was sent. Its sender says which; what else there is to say, the server does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SentSticker {
    /// Maybe gone by now.
    pub pack: PackId,
    pub file: FileId,
    #[serde(default)]
    pub emoji: String,
    #[serde(default)]
    pub content_type: String,
    /// Pixels.
    #[serde(default)]
    pub width: u32,
    #[serde(default)]
    pub height: u32,
    /// The message it answers, of the same conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// Somebody sent it before, elsewhere.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forwarded: bool,
}

impl SentSticker {
    pub(crate) fn read(fields: &Fields<'_>) -> json::Result<Self> {
        Ok(Self {
            pack: fields.read("pack")?,
            file: fields.read("file")?,
            emoji: fields.read_or_default("emoji")?,
            content_type: fields.read_or_default("content_type")?,
            width: fields.read_or_default("width")?,
            height: fields.read_or_default("height")?,
            reply_to: fields.read("reply_to")?,
            forwarded: fields.read_or_default("forwarded")?,
        })
    }

    /// One of a pack's, as an answer to nothing.
    pub fn of(pack: PackId, sticker: &Sticker) -> Self {
        Self {
            pack,
            file: sticker.file,
            emoji: sticker.emoji.clone(),
            content_type: sticker.content_type.clone(),
            width: sticker.width,
            height: sticker.height,
            reply_to: None,
            forwarded: false,
        }
    }
}

/// Which packs are installed, as the user's setting [`STICKERS`](crate::setting::STICKERS) says it. Without one it is the
/// pack that comes with every server.
pub fn installed(setting: Option<&str>) -> Vec<PackId> {
    let Some(setting) = setting else { return vec![PackId::OURS] };
    let packs = setting.split_ascii_whitespace().filter_map(|id| id.parse().ok());
    packs.take(crate::limits::PACKS_INSTALLED).collect()
}

/// The same as a setting again.
pub fn as_setting(packs: &[PackId]) -> String {
    let ids: Vec<_> = packs.iter().map(PackId::to_string).collect();
    ids.join(" ")
}

/// Puts those named first, in their order; the others follow in theirs.
pub fn reorder(installed: &mut Vec<PackId>, order: &[PackId]) {
    let before = std::mem::take(installed);
    for pack in order.iter().chain(&before) {
        if before.contains(pack) && !installed.contains(pack) {
            installed.push(*pack);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Body;

    fn pack(n: u128) -> PackId {
        PackId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn everybody_begins_with_the_pack_that_comes_with_the_server() {
        assert_eq!(installed(None), [PackId::OURS]);
        assert_eq!(installed(Some("")), []);
    }

    #[test]
    fn what_is_installed_is_read_as_it_was_written_and_what_is_no_pack_is_passed_over() {
        let packs = [pack(3), pack(1)];
        assert_eq!(installed(Some(&as_setting(&packs))), packs);
        assert_eq!(installed(Some(&format!("fox {}", pack(7)))), [pack(7)]);
    }

    #[test]
    fn packs_that_are_not_named_stay_behind_the_others() {
        let mut packs = vec![pack(1), pack(2), pack(3), pack(4)];
        reorder(&mut packs, &[pack(4), pack(9), pack(2)]);
        assert_eq!(packs, [pack(4), pack(2), pack(1), pack(3)]);
    }

    #[test]
    fn a_sent_sticker_needs_its_pack_and_file_alone() {
        let text = format!(r#"{{"kind": "sticker", "pack": "{}", "file": "{}"}}"#, pack(1), FileId([7; 32]));
        let Body::Sticker(sent) = json::read(&text).unwrap() else { panic!("a sticker") };
        assert_eq!(
            json::read(&json::write(&Body::Sticker(sent.clone())).unwrap()),
            Ok(Body::Sticker(sent.clone()))
        );
        assert_eq!((sent.pack, sent.emoji.as_str(), sent.forwarded), (pack(1), "", false));
    }
}
