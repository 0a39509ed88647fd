//! What a message carries: photos, videos and sounds where they stand, other files to be saved.

use kith_markup::html;
use kith_shared::media::{Attachment, FileKind};
use kith_shared::routes;
use yew::prelude::*;

use super::icon::Icon;
use crate::i18n::{plural, text, text_with};

/// Above its text.
pub fn attachments(files: &[Attachment]) -> Html {
    if files.is_empty() {
        return Html::default();
    }
    html! { <div class="attachments">{ for files.iter().map(attachment) }</div> }
}

fn attachment(file: &Attachment) -> Html {
    let (address, name) = (AttrValue::from(routes::file(file.file)), AttrValue::from(file.name.clone()));
    match (file.kind, file.width.zip(file.height)) {
        // Its place is kept while it is loaded.
        (FileKind::Photo, Some((width, height))) => html! {
            <a class="attachments__photo" href={address.clone()} target="_blank" rel="noopener">
                <img src={address} alt={name} width={width.to_string()} height={height.to_string()} loading="lazy" />
            </a>
        },
        (FileKind::Video, _) => html! {
            <video class="attachments__video" src={address} aria-label={name} controls={true} preload="metadata" />
        },
        (FileKind::Audio | FileKind::Voice, _) => html! {
            <audio class="attachments__audio" src={address} aria-label={name} controls={true} preload="metadata" />
        },
        _ => html! {
            <a class="attachments__file" href={address} download={name.clone()}>
                { Icon::Document.draw() }
                <span class="attachments__name">{ name }</span>
                <span class="attachments__size">{ size(file.size) }</span>
            </a>
        },
    }
}

/// In whole units: a fraction is kilobytes of code to write, and nobody needs it.
fn size(bytes: i64) -> AttrValue {
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
