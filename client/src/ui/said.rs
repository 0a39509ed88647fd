//! What a message says, in a line: for the Contact List, for what is answered, and for what is pinned.

use kith_shared::format::plain;
use kith_shared::message::Body;
use yew::prelude::*;

use super::attachments::in_a_line;
use crate::i18n::{text, text_with};
use crate::state::beginning;

pub fn said(body: &Body) -> AttrValue {
    match body {
        Body::Text { text, files, .. } if text.is_empty() => in_a_line(files),
        Body::Text { text, .. } => plain(beginning(text)).into_owned().into(),
        Body::Poll { question, .. } => text_with("poll.preview", &[("text", beginning(question))]),
        Body::Sticker(sent) => text_with("sticker.preview", &[("emoji", &sent.emoji)]),
        Body::Deleted => text("dialog.deleted"),
        Body::Expired => text("dialog.expired"),
        // Says more than its body has: see `group_notice`.
        Body::Notice(_) => AttrValue::default(),
    }
}
