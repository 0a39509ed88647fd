//! Files: what a message carries, how they are uploaded and had again.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits::PHOTO_PIXELS;
use crate::{Millis, read_by_fields};

/// Where the parts of the tus protocol that Kith speaks are named: <https://tus.io/protocols/resumable-upload>.
pub mod tus {
    pub const VERSION: &str = "1.0.0";
    pub const EXTENSIONS: &str = "creation,expiration,checksum,termination";
    pub const CHECKSUMS: &str = "sha1,sha256";
    /// Bytes of `Upload-Metadata`.
    pub const METADATA_BYTES: usize = 4 * 1024;
    /// The header by which the server names the file an upload has become: a [`FileId`](super::FileId).
    pub const FILE: &str = "kith-file";
}

/// A file, by what is in it: the SHA-256 of its bytes. Lower-case hexadecimal on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub [u8; 32]);

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that names no file.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("64 lower-case hexadecimal digits are expected")]
pub struct NotAFileId;

impl FromStr for FileId {
    type Err = NotAFileId;

    fn from_str(text: &str) -> Result<Self, NotAFileId> {
        let digit = |digit: u8| match digit {
            b'0'..=b'9' => Ok(digit - b'0'),
            b'a'..=b'f' => Ok(digit - b'a' + 10),
            _ => Err(NotAFileId),
        };
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return Err(NotAFileId) };
        let mut bytes = [0; 32];
        if pairs.len() != bytes.len() {
            return Err(NotAFileId);
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for FileId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FileId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Hex)
    }
}

struct Hex;

impl Visitor<'_> for Hex {
    type Value = FileId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the SHA-256 of a file")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<FileId, E> {
        text.parse().map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for FileId {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .description(Some("A file, by the SHA-256 of its bytes: 64 lower-case hexadecimal digits."))
            .pattern(Some("^[0-9a-f]{64}$"))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for FileId {}

/// How a file is shown. What a reader does not know is a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    Photo,
    Video,
    Audio,
    /// Somebody spoke it.
    Voice,
    #[default]
    #[serde(other)]
    File,
}

impl FileKind {
    /// Whether a file of this content type, which the server read from its bytes, can be shown as this. Of these types
    /// browsers show each, and run none.
    pub fn fits(self, content_type: &str) -> bool {
        match self {
            Self::Photo => PHOTOS.contains(&content_type),
            Self::Video => VIDEOS.contains(&content_type),
            // What holds a sound alone has the name of what may hold a picture too.
            Self::Audio | Self::Voice => AUDIOS.contains(&content_type) || VIDEOS.contains(&content_type),
            Self::File => true,
        }
    }
}

const PHOTOS: &[&str] = &["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"];
const VIDEOS: &[&str] =
    &["video/mp4", "video/webm", "video/quicktime", "video/x-matroska", "application/ogg"];
const AUDIOS: &[&str] = &[
    "audio/mpeg",
    "audio/ogg",
    "audio/opus",
    "audio/wav",
    "audio/x-wav",
    "audio/flac",
    "audio/x-flac",
    "audio/aac",
    "audio/mp4",
    "audio/m4a",
];

/// Whether a browser may show a file of this type where it stands. Everything else it only saves.
pub fn is_shown(content_type: &str) -> bool {
    [PHOTOS, VIDEOS, AUDIOS].iter().any(|types| types.contains(&content_type))
}

/// A file a message carries. The sender says how it is shown; `size` and `content_type` are as the server found them, and so are
/// a photo's `width` and `height`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attachment {
    pub file: FileId,
    #[serde(default)]
    pub kind: FileKind,
    pub name: String,
    /// Bytes.
    #[serde(default)]
    pub size: i64,
    #[serde(default)]
    pub content_type: String,
    /// Pixels, as it is to be shown; of photos and videos.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// What stands there until it is loaded: a thumbhash, in Base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbhash: Option<String>,
    /// A small picture of it, a file of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumb: Option<FileId>,
    /// How long it plays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Millis>,
    /// How loud it is over its time, in Base64: a byte for each of at most 100 equal parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waveform: Option<String>,
}

read_by_fields!(Attachment { file, name, width, height, thumbhash, thumb, duration, waveform } or { kind, size, content_type });

impl Attachment {
    /// The files it is made of: itself, and its small picture.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        std::iter::once(self.file).chain(self.thumb)
    }
}

/// Whether a picture of this size is let be decoded: a few bytes may say that they are a billion pixels.
pub fn fits_pixels(width: u32, height: u32) -> bool {
    u64::from(width) * u64::from(height) <= PHOTO_PIXELS
}

/// `GET /api/v1/files/{file}`: how it is to be answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct FileQuery {
    /// By which name it is saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_hash_in_lower_case() {
        let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let id: FileId = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(serde_json::from_str::<FileId>(&format!("\"{text}\"")).unwrap(), id);
        for bad in ["", &text[1..], &text.to_uppercase(), &format!("{text}00"), &text.replace('e', "é")] {
            assert_eq!(bad.parse::<FileId>(), Err(NotAFileId), "{bad}");
        }
    }

    #[test]
    fn a_kind_of_a_later_version_is_a_file() {
        assert_eq!(serde_json::from_str::<FileKind>("\"hologram\"").unwrap(), FileKind::File);
        let text = format!(r#"{{"file": "{}", "name": "a.holo", "kind": "hologram"}}"#, FileId([7; 32]));
        assert_eq!(crate::json::read::<Attachment>(&text).unwrap().kind, FileKind::File);
    }

    #[test]
    fn what_a_browser_could_run_is_not_shown() {
        for safe in ["image/png", "video/mp4", "audio/mpeg"] {
            assert!(is_shown(safe), "{safe}");
        }
        for unsafe_type in ["text/html", "image/svg+xml", "application/pdf", "application/xhtml+xml", ""] {
            assert!(!is_shown(unsafe_type), "{unsafe_type}");
            assert!(!FileKind::Photo.fits(unsafe_type), "{unsafe_type}");
        }
    }
}
