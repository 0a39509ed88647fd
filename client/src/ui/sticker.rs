//! A sticker: in a Dialog, where it leads to its pack, and to be sent.

use kith_markup::html;
use kith_shared::PackId;
use kith_shared::sticker::{SentSticker, Sticker};
use yew::prelude::*;

use super::kith::use_kith;
use crate::engine::Engine;
use crate::i18n::text_with;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub sent: SentSticker,
}

/// In the place of a message's text. What it leads to the Dialog hears of, as of all else that is done with a message.
#[component]
pub fn StickerView(Props { sent }: &Props) -> Html {
    let engine = use_kith().engine;
    {
        let engine = engine.clone();
        use_effect_with((), move |()| engine.show_kept_stickers());
    }
    let address = engine.sticker_address(sent.file);
    html! {
        <button class="sticker" type="button" aria-haspopup="dialog" aria-label={text_with("sticker.sent", &[("emoji", &sent.emoji)])}>
            <img class="sticker__image" src={address} alt={sent.emoji.clone()} width={sent.width.to_string()} height={sent.height.to_string()} loading="lazy" draggable="false" />
        </button>
    }
}

/// A picture of a pack.
pub fn picture(engine: &Engine, sticker: &Sticker) -> Html {
    html! {
        <img class="sticker__image" src={engine.sticker_address(sticker.file)} alt={sticker.emoji.clone()}
            width={sticker.width.to_string()} height={sticker.height.to_string()} loading="lazy" draggable="false" />
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
