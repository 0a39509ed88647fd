//! A sticker: in a Dialog, where it leads to its pack, and to be sent.

use kith_markup::html;
use kith_shared::sticker::{SentSticker, Sticker};
use kith_shared::{ConversationId, PackId};
use web_sys::HtmlImageElement;
use yew::prelude::*;

use super::carried::place;
use super::file::use_file;
use super::kith::{Kith, use_kith};
use super::page;
use crate::engine::{Engine, FileState, Want};
use crate::i18n::text_with;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub sent: SentSticker,
    pub conversation: ConversationId,
}

/// In the place of a message's text. What it leads to the Dialog hears of, as of all else that is done with a message.
#[component]
pub fn StickerView(Props { sent, conversation }: &Props) -> Html {
    let Kith { engine, state } = use_kith();
    {
        let engine = engine.clone();
        use_effect_with((), move |()| engine.show_kept_stickers());
    }
    // What is in a pack one has lies on the device with that; any other is kept as what else was seen.
    let want = Want { file: sent.file, conversation: *conversation, thumb: true, comes: true };
    let address = match use_file(&engine, Some(want).filter(|_| !state.has_installed(sent.pack))) {
        FileState::Here(url) => AttrValue::from(url),
        FileState::Looking | FileState::Loading => {
            AttrValue::from(place(Some(sent.width), Some(sent.height)))
        }
        FileState::Absent | FileState::Failed => engine.sticker_address(sent.file),
    };
    html! {
        <button class="sticker" type="button" aria-haspopup="dialog" aria-label={text_with("sticker.sent", &[("emoji", &sent.emoji)])}>
            <img class="sticker__image" src={address} alt={sent.emoji.clone()} width={sent.width.to_string()} height={sent.height.to_string()} loading="lazy" draggable="false" onload={Callback::from(|loaded| still(&loaded))} />
        </button>
    }
}

/// Who wants less motion sees the first picture of one that moves.
fn still(loaded: &Event) {
    let Some(image) = loaded.target_dyn_into::<HtmlImageElement>() else { return };
    if page::wants_less_motion() && !image.src().starts_with("data:") {
        // What can't be drawn moves on.
        page::first_picture(&image).iter().for_each(|still| image.set_src(still));
    }
}

/// A picture of a pack.
pub fn picture(engine: &Engine, sticker: &Sticker) -> Html {
    html! {
        <img class="sticker__image" src={engine.sticker_address(sticker.file)} alt={sticker.emoji.clone()}
            width={sticker.width.to_string()} height={sticker.height.to_string()} loading="lazy" draggable="false" onload={Callback::from(|loaded| still(&loaded))} />
    }
}

/// Buttons to send stickers by: which one was pressed says its value. The first is where Tab leads.
pub fn choices<'a>(engine: &Engine, stickers: impl IntoIterator<Item = (PackId, &'a Sticker)>) -> Vec<Html> {
    let choice = |(pack, sticker): (PackId, &Sticker)| {
        html! {
            <button class="sticker-choice" type="button" value={format!("{pack}/{}", sticker.file)}
                aria-label={text_with("sticker.send", &[("emoji", &sticker.emoji)])} title={sticker.emoji.clone()}>
                { picture(engine, sticker) }
            </button>
        }
    };
    stickers.into_iter().map(choice).collect()
}
