//! The preview of a page: below the text that links to it, and above the field while one writes that.

use kith_markup::html;
use kith_shared::ConversationId;
use kith_shared::preview::{Preview, PreviewImage};
use yew::prelude::*;

use super::carried::place;
use super::file::use_file;
use super::icon::Icon;
use super::kith::Kith;
use crate::engine::{Engine, FileState, Want};
use crate::i18n::text;
use crate::state::ConversationView;

/// Pixels from which on a picture is worth the whole width, if it is wider than it is high.
const LARGE: u32 = 300;

/// In a bubble.
pub fn preview(engine: &Engine, conversation: ConversationId, preview: &Preview) -> Html {
    let large = preview.image.is_some_and(|image| image.width >= LARGE && image.width > image.height);
    let class = if large { "preview preview--large" } else { "preview" };
    html! {
        <a {class} href={preview.url.clone()} title={preview.url.clone()} target="_blank" rel="noopener noreferrer nofollow">
            { content(engine, conversation, preview) }
        </a>
    }
}

/// What will go along with what is being written, and a way to leave it out.
pub fn linked(kith: &Kith, view: &ConversationView) -> Html {
    let shown = if view.editing.is_some() { None } else { view.preview_of(&view.draft) };
    let Some(shown) = shown else { return Html::default() };
    let (engine, conversation, url) = (kith.engine.clone(), view.id(), shown.url.clone());
    let onclick = Callback::from(move |_: MouseEvent| engine.leave_preview_out(conversation, url.clone()));
    html! {
        <div class="linked" role="group" aria-label={text("preview.label")}>
            <div class="preview">{ content(&kith.engine, conversation, shown) }</div>
            <button class="icon-button" type="button" aria-label={text("preview.leave_out")} title={text("preview.leave_out")} {onclick}>
                { Icon::Close.draw() }
            </button>
        </div>
    }
}

fn content(engine: &Engine, conversation: ConversationId, preview: &Preview) -> Html {
    html! {
        <>
            if let Some(image) = preview.image {
                <Picture engine={engine.clone()} {conversation} {image} />
            }
            <span class="preview__text">
                <span class="preview__site" dir="auto">{ site(preview) }</span>
                <span class="preview__title" dir="auto">{ preview.title.clone() }</span>
                { for preview.description.as_ref().map(|description| html! {
                    <span class="preview__description" dir="auto">{ description.clone() }</span>
                }) }
            </span>
        </>
    }
}

/// Where it really is, which no page can choose, and then what the site calls itself.
fn site(preview: &Preview) -> String {
    let host = preview.url.split('/').nth(2).unwrap_or_default();
    match &preview.site {
        Some(site) if site != host => format!("{host} · {site}"),
        _ => host.to_owned(),
    }
}

#[derive(PartialEq, Properties)]
struct PictureProps {
    engine: Engine,
    conversation: ConversationId,
    image: PreviewImage,
}

/// A page's picture: kept on the device as the files are that messages carry. Its place is kept until it is there.
#[component]
fn Picture(PictureProps { engine, conversation, image }: &PictureProps) -> Html {
    let want = Want { file: image.file, conversation: *conversation, thumb: false, comes: true };
    let src = match use_file(engine, Some(want)) {
        FileState::Here(url) => url.to_string(),
        _ => place(Some(image.width), Some(image.height)),
    };
    html! { <img class="preview__image" alt="" {src} /> }
}
