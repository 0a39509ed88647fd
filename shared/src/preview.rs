//! Link previews: what a page that a message links to says of itself.

use serde::Serialize;

use crate::format::links;
use crate::{FileId, read_by_fields};

/// `POST /api/v1/previews`
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AskPreview {
    /// An http or https address, at most [`URL_BYTES`](crate::limits::URL_BYTES) bytes.
    pub url: String,
}

read_by_fields!(AskPreview { url });

/// A page in a few words. The server alone writes one: a message takes it along as it was answered, and one that is another
/// by a letter is left out of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preview {
    /// As it was asked for, and stands in the message's text.
    pub url: String,
    /// At most [`PREVIEW_TITLE_CHARS`](crate::limits::PREVIEW_TITLE_CHARS) characters, in one line, as the others are.
    pub title: String,
    /// At most [`PREVIEW_DESCRIPTION_CHARS`](crate::limits::PREVIEW_DESCRIPTION_CHARS) characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What the site calls itself: at most [`PREVIEW_SITE_CHARS`](crate::limits::PREVIEW_SITE_CHARS) characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<PreviewImage>,
    /// By this the server knows its own words again.
    pub seal: String,
}

// A message that names no more than the address is none the worse: it goes without the preview.
read_by_fields!(Preview { url, description, site, image } or { title, seal });

/// A picture of a page: a file as those that messages carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewImage {
    pub file: FileId,
    /// Pixels.
    pub width: u32,
    pub height: u32,
}

read_by_fields!(PreviewImage { file, width, height });

impl Preview {
    /// Whether it is of a page the text links to.
    pub fn is_of(&self, text: &str) -> bool {
        links(text).contains(&self.url.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_of_a_text_that_links_to_its_page() {
        let preview: Preview = crate::json::read(r#"{"url": "https://example.org/a"}"#).unwrap();
        assert!(preview.is_of("look: https://example.org/a, and more"));
        for other in ["https://example.org/ab", "`https://example.org/a`", "example.org/a", ""] {
            assert!(!preview.is_of(other), "{other}");
        }
    }
}
