//! A pack of stickers one is making: pictures, an emoji for each, and a title.

use kith_markup::html;
use kith_shared::limits::{PACK_STICKERS, STICKER_BYTES};
use kith_shared::problem::Code;
use kith_shared::sticker::CONTENT_TYPES;
use kith_shared::validate;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use super::attach;
use super::failure::{code_sentence, failure_banner};
use super::field::Field;
use super::kith::use_kith;
use super::local::{Local, use_local};
use super::sheet::Sheet;
use crate::engine::Preview;
use crate::i18n::{text, text_with};

/// What a picture says until somebody says otherwise.
const EMOJI: &str = "🙂";

#[derive(PartialEq, Properties)]
pub struct Props {
    pub onclose: Callback<()>,
}

#[derive(Default)]
struct Making {
    title: String,
    pictures: Vec<Picture>,
    /// Why one of those that were chosen can't be one.
    problem: Option<Code>,
}

struct Picture {
    file: File,
    /// Where it is shown from.
    preview: Preview,
    emoji: String,
}

#[component]
pub fn NewPack(Props { onclose }: &Props) -> Html {
    let (kith, making) = (use_kith(), use_local(Making::default));
    let onchange = {
        let making = making.clone();
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                let files = attach::chosen(&input);
                making.set(|making| making.add(files));
            }
        })
    };
    let done = {
        let (engine, making, onclose) = (kith.engine, making.clone(), onclose.clone());
        Callback::from(move |_: MouseEvent| {
            let (title, pictures) = {
                let making = making.get();
                let pictures = making.pictures.iter();
                let pictures: Vec<_> = pictures
                    .map(|picture| (picture.file.clone().into(), picture.emoji.trim().to_owned()))
                    .collect();
                (making.title.clone(), pictures)
            };
            let (engine, onclose) = (engine.clone(), onclose.clone());
            making.task().run(async move {
                engine.make_pack(&title, &pictures).await?;
                onclose.emit(());
                Ok(())
            });
        })
    };
    let Making { title, pictures, problem } = &*making.get();
    let is_ready = validate::title(title).is_ok()
        && !pictures.is_empty()
        && pictures.iter().all(|picture| validate::emoji(picture.emoji.trim()).is_ok());
    let field = {
        let making = making.clone();
        let oninput = Callback::from(move |typed| making.set(|making| making.title = typed));
        Field {
            id: "pack-title",
            label: text("sticker.pack_title"),
            value: title.clone(),
            oninput,
            ..Field::default()
        }
    };
    // In a form that closes with any button, Enter would press the first.
    let onkeydown = Callback::from(|event: KeyboardEvent| {
        let in_field =
            event.target_dyn_into::<HtmlInputElement>().is_some_and(|input| input.type_() == "text");
        if event.key() == "Enter" && in_field {
            event.prevent_default();
        }
    });
    html! {
        <Sheet class="chooser pack" label={text("sticker.make")} at={None} onclose={onclose.clone()}>
            <h2 class="menu__title">{ text("sticker.make") }</h2>
            <div class="new-pack" {onkeydown}>
                { field.draw() }
                <ul class="new-pack__pictures" role="list">
                    for (place, picture) in pictures.iter().enumerate() {
                        <li key={picture.preview.0.clone()}>{ chosen(&making, place, picture) }</li>
                    }
                </ul>
                <label class="button new-pack__choose">
                    { text("sticker.choose") }
                    <input class="visually-hidden" type="file" multiple=true accept={CONTENT_TYPES.join(",")} {onchange} />
                </label>
                <p class="field__hint">{ text("sticker.hint") }</p>
                <p class="field__error" role="alert">{ problem.map(code_sentence) }</p>
                { failure_banner(making.task().failure()) }
            </div>
            <div class="section__actions">
                <button class="button button--primary" type="button" onclick={done} disabled={!is_ready} aria-disabled={making.task().disabled()}>
                    { text(if making.task().disabled().is_some() { "sticker.making" } else { "sticker.create" }) }
                </button>
                <button class="button">{ text("app.cancel") }</button>
            </div>
        </Sheet>
    }
}

impl Making {
    /// Adds those that may be stickers, as far as can be seen from here.
    fn add(&mut self, files: Vec<File>) {
        self.problem = None;
        for file in files {
            let fits = CONTENT_TYPES.contains(&file.type_().as_str()) && file.size() as i64 <= STICKER_BYTES;
            if !fits || self.pictures.len() >= PACK_STICKERS as usize {
                self.problem = Some(if fits { Code::TooMany } else { Code::InvalidSticker });
            } else if let Some(preview) = Preview::of(&file) {
                self.pictures.push(Picture { file, preview, emoji: EMOJI.to_owned() });
            }
        }
    }
}

fn chosen(making: &Local<Making>, place: usize, picture: &Picture) -> Html {
    let oninput = {
        let making = making.clone();
        Callback::from(move |event: InputEvent| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            making.set(|making| {
                making.pictures.get_mut(place).into_iter().for_each(|picture| picture.emoji = input.value());
            });
        })
    };
    let remove = {
        let making = making.clone();
        Callback::from(move |_: MouseEvent| making.set(|making| drop(making.pictures.remove(place))))
    };
    let number = (place + 1).to_string();
    let invalid = validate::emoji(picture.emoji.trim()).is_err().then_some("true");
    html! {
        <div class="new-pack__picture">
            <img class="sticker__image" src={picture.preview.0.clone()} alt="" />
            <input class="field__input new-pack__emoji" type="text" value={picture.emoji.clone()} {oninput} aria-invalid={invalid}
                aria-label={text_with("sticker.emoji_of", &[("number", &number)])} autocomplete="off" />
            <button class="button button--quiet" type="button" onclick={remove}
                aria-label={text_with("sticker.drop", &[("number", &number)])}>{ "✕" }</button>
        </div>
    }
}
