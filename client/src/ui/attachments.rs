//! What a message carries: photos and videos together, then all else.

use kith_markup::html;
use kith_shared::ConversationId;
use kith_shared::media::{Attachment, FileKind};
use yew::prelude::*;

use super::carried::Carried;
use crate::engine::Engine;
use crate::i18n::{plural, text, text_with};
use crate::state::Content;

/// Above its text.
pub fn attachments(engine: &Engine, conversation: ConversationId, content: &Content) -> Html {
    let files = content.body().files();
    if files.is_empty() {
        return Html::default();
    }
    let (outgoing, seq) = match content {
        Content::Outgoing(outgoing) => (Some(outgoing.clone()), None),
        Content::Message(message, None) => (None, Some(message.seq)),
        Content::Message(..) => (None, None),
    };
    let carried = |(place, file): (usize, &Attachment)| {
        html! {
            <Carried key={place.to_string()} engine={engine.clone()} {conversation} {seq} file={file.clone()} outgoing={outgoing.clone()} />
        }
    };
    let is_seen = |file: &Attachment| matches!(file.kind, FileKind::Photo | FileKind::Video);
    let all = || files.iter().enumerate();
    let seen = all().filter(|(_, file)| is_seen(file)).count();
    html! {
        <div class="attachments">
            if seen > 0 {
                <div class={album(seen)}>{ for all().filter(|(_, file)| is_seen(file)).map(carried) }</div>
            }
            { for all().filter(|(_, file)| !is_seen(file)).map(carried) }
        </div>
    }
}

/// One stands as it is; several fill rows of three, the first ones rows of two where that leaves none over.
fn album(count: usize) -> &'static str {
    match (count, count % 3) {
        (1, _) => "album",
        (3, _) => "album album--grid album--three",
        (_, 0) => "album album--grid",
        (_, 1) => "album album--grid album--four",
        _ => "album album--grid album--two",
    }
}

/// In whole units: a fraction is kilobytes of code to write, and nobody needs it.
pub fn size(bytes: i64) -> AttrValue {
    let (unit, bytes) = match bytes {
        ..1_000_000 => ("file.kilobytes", (bytes + 999) / 1_000),
        _ => ("file.megabytes", (bytes + 500_000) / 1_000_000),
    };
    text_with(unit, &[("size", &bytes.to_string())])
}

/// What stands for it in a line where it has no text.
pub fn in_a_line(files: &[Attachment]) -> AttrValue {
    match files {
        [file] => match file.kind {
            FileKind::Photo => text("file.photo"),
            FileKind::Video => text("file.video"),
            FileKind::Voice => text("file.voice"),
            FileKind::Audio | FileKind::File => text_with("file.named", &[("name", &file.name)]),
        },
        files => plural("file.several", files.len() as i64),
    }
}
