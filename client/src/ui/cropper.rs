//! One's picture, or a group's: choosing one, and the square of it that is shown.

use std::rc::Rc;

use kith_markup::html;
use kith_shared::ConversationId;
use kith_shared::media::FileKind;
use web_sys::{File, HtmlElement, HtmlImageElement, HtmlInputElement};
use yew::prelude::*;

use super::attach::chosen;
use super::failure::{code_sentence, failure_banner};
use super::kith::use_kith;
use super::local::{Local, use_local};
use super::sheet::Sheet;
use crate::engine::{Picked, Preview};
use crate::i18n::text;
use crate::state::{CLOSEST, Crop};

/// Pixels of the square one sees.
const STAGE: i32 = 280;

#[derive(PartialEq, Properties)]
pub struct Props {
    /// Whose it is; one's own without one.
    pub group: Option<ConversationId>,
    pub has_one: bool,
}

#[derive(Default)]
struct Choice {
    picked: Option<Picked>,
    /// Once it is known how large it is.
    crop: Option<Crop>,
    /// Where the finger is that draws it.
    at: Option<(i32, i32)>,
}

/// What changes a picture: buttons, and the sheet one chooses the square in.
#[component]
pub fn AvatarButtons(Props { group, has_one }: &Props) -> Html {
    let (kith, choice) = (use_kith(), use_local(Choice::default));
    let onchange = {
        let (engine, choice) = (kith.engine.clone(), choice.clone());
        Callback::from(move |event: Event| {
            let files = event.target_dyn_into::<HtmlInputElement>().map(|input| chosen(&input));
            let Some(file) = files.and_then(|files| files.into_iter().next()) else { return };
            let (engine, picks) = (engine.clone(), choice.clone());
            choice.task().run(async move {
                let picked = engine.pick(file).await;
                picks.set(|choice| *choice = Choice { picked: Some(picked), ..Choice::default() });
                Ok(())
            });
        })
    };
    let set = {
        let (engine, choice, group) = (kith.engine, choice.clone(), *group);
        move |picture: Option<(File, Crop)>| {
            let (engine, done) = (engine.clone(), choice.clone());
            choice.task().run(async move {
                engine.set_avatar(group, picture).await?;
                done.set(|choice| *choice = Choice::default());
                Ok(())
            });
        }
    };
    let remove = {
        let set = set.clone();
        Callback::from(move |_: MouseEvent| set(None))
    };
    let save = {
        let choice = choice.clone();
        Callback::from(move |_: MouseEvent| {
            let picked = choice.get().picked.as_ref().map(|picked| picked.file.clone());
            if let Some(picture) = picked.zip(choice.get().crop) {
                set(Some(picture));
            }
        })
    };
    let picked = choice.get().picked.clone();
    let failure = choice.task().failure();
    html! {
        <div class="avatar-buttons">
            <label class="button attach__more">
                <input class="visually-hidden" type="file" accept="image/*" {onchange} />{ text("avatar.choose") }
            </label>
            if *has_one {
                <button class="button" type="button" onclick={remove} aria-disabled={choice.task().disabled()}>{ text("avatar.remove") }</button>
            }
            if let Some(picked) = picked {
                { sheet(&choice, &picked, save) }
            } else {
                { failure_banner(failure) }
            }
        </div>
    }
}

fn sheet(choice: &Local<Choice>, picked: &Picked, save: Callback<MouseEvent>) -> Html {
    let onclose = {
        let choice = choice.clone();
        Callback::from(move |()| choice.set(|choice| *choice = Choice::default()))
    };
    let problem = match (picked.problem, picked.kind) {
        (Some(code), _) => Some(code_sentence(code)),
        (None, FileKind::Photo) => None,
        _ => Some(text("failure.picture")),
    };
    html! {
        <Sheet class="chooser" label={text("avatar.title")} at={None} {onclose}>
            <h2 class="menu__title">{ text("avatar.title") }</h2>
            if let Some(problem) = problem {
                <p class="banner banner--danger" role="alert">{ problem }</p>
            } else if let Some(preview) = &picked.preview {
                <Stage choice={choice.clone()} preview={preview.clone()} crop={choice.get().crop} />
            }
            { failure_banner(choice.task().failure()) }
            <div class="section__actions">
                <button class="button">{ text("app.cancel") }</button>
                <button class="button button--primary" type="button" onclick={save} disabled={choice.get().crop.is_none()}
                    aria-disabled={choice.task().disabled()}>{ text("settings.save") }</button>
            </div>
        </Sheet>
    }
}

#[derive(Properties)]
struct StageProps {
    choice: Local<Choice>,
    preview: Rc<Preview>,
    crop: Option<Crop>,
}

impl PartialEq for StageProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.preview, &other.preview) && self.crop == other.crop
    }
}

/// The picture behind its square: it is drawn about, and brought closer.
#[component]
fn Stage(StageProps { choice, preview, crop }: &StageProps) -> Html {
    let node = use_node_ref();
    {
        let (node, crop) = (node.clone(), *crop);
        use_effect(move || {
            node.cast::<HtmlElement>().iter().zip(crop).for_each(|(image, crop)| draw(image, crop))
        });
    }
    let onload = {
        let choice = choice.clone();
        Callback::from(move |event: Event| {
            if let Some(image) = event.target_dyn_into::<HtmlImageElement>() {
                let (width, height) = (image.natural_width(), image.natural_height());
                choice.set(|choice| choice.crop = Some(Crop::new(width as i32, height as i32)));
            }
        })
    };
    let change = |change: fn(&mut Choice, &PointerEvent)| {
        let choice = choice.clone();
        Callback::from(move |event: PointerEvent| choice.set(|choice| change(choice, &event)))
    };
    let onpointerdown = {
        let choice = choice.clone();
        Callback::from(move |event: PointerEvent| {
            if let Some(stage) = event.target_dyn_into::<HtmlElement>() {
                let _ = stage.set_pointer_capture(event.pointer_id());
            }
            choice.note(|choice| choice.at = Some((event.client_x(), event.client_y())));
        })
    };
    let onpointermove = change(|choice, event| {
        let now = (event.client_x(), event.client_y());
        if let (Some(at), Some(crop)) = (&mut choice.at, &mut choice.crop) {
            *crop = crop.drawn((now.0 - at.0, now.1 - at.1), STAGE);
            *at = now;
        }
    });
    let onpointerup = change(|choice, _| choice.at = None);
    let oninput = {
        let choice = choice.clone();
        Callback::from(move |event: InputEvent| {
            let percent =
                event.target_dyn_into::<HtmlInputElement>().and_then(|input| input.value().parse().ok());
            if let Some(percent) = percent {
                choice.set(|choice| choice.crop = choice.crop.map(|crop| crop.closer(percent)));
            }
        })
    };
    let onkeydown = {
        let choice = choice.clone();
        Callback::from(move |event: KeyboardEvent| {
            let by = match event.key().as_str() {
                "ArrowLeft" => (10, 0),
                "ArrowRight" => (-10, 0),
                "ArrowUp" => (0, 10),
                "ArrowDown" => (0, -10),
                _ => return,
            };
            event.prevent_default();
            choice.set(|choice| choice.crop = choice.crop.map(|crop| crop.drawn(by, STAGE)));
        })
    };
    let percent = crop.map_or(100, Crop::percent).to_string();
    html! {
        <>
            <div class="crop" role="group" tabindex="0" aria-label={text("avatar.stage")} {onpointerdown} {onpointermove} {onpointerup} {onkeydown}>
                <img class="crop__image" ref={node} alt="" src={preview.0.clone()} draggable="false" {onload} />
            </div>
            <input class="crop__closer" type="range" min="100" max={CLOSEST.to_string()} value={percent} aria-label={text("avatar.closer")} {oninput} />
        </>
    }
}

/// Through the style object, as the page allows no style in its text.
fn draw(image: &HtmlElement, Crop { width, height, side, x, y }: Crop) {
    let part = |pixels: i32| format!("{}px", i64::from(pixels) * i64::from(STAGE) / i64::from(side));
    let placed = [("width", part(width)), ("height", part(height)), ("left", part(-x)), ("top", part(-y))];
    for (property, value) in placed {
        // Only a style that can't be changed refuses, and an element's own can.
        let _ = image.style().set_property(property, &value);
    }
}
