//! The page that is linked to by what is being written, and its preview.

use kith_shared::format::links;
use kith_shared::preview::Preview;
use kith_shared::{ConversationId, read_by_fields, setting};
use serde::Serialize;

use super::{ConversationView, State};

/// What was answered about a page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Linked {
    pub url: String,
    /// `None` where there is none, or the user wants none.
    pub preview: Option<Box<Preview>>,
}

read_by_fields!(Linked { url, preview });

impl ConversationView {
    /// What goes along with a text that is written here.
    pub fn preview_of(&self, text: &str) -> Option<&Preview> {
        let linked = self.linked.as_ref().filter(|linked| linked.preview.is_some())?;
        linked.preview.as_deref().filter(|_| links(text).first() == Some(&linked.url.as_str()))
    }
}

impl State {
    /// The page to ask the preview of: the first that the draft links to, unless it was asked for, or the user wants none.
    pub fn to_preview(&self, conversation: ConversationId) -> Option<&str> {
        let view = self.conversations.get(&conversation).filter(|view| view.editing.is_none())?;
        let url = *links(&view.draft).first()?;
        let known = view.linked.as_ref().is_some_and(|linked| linked.url == url);
        Some(url).filter(|_| !known && self.settings.tells(setting::PREVIEWS))
    }
}
