//! Files one is about to send: what they are, in which order, with what text.

use std::rc::Rc;

use kith_markup::html;
use kith_shared::media::FileKind;
use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::validate;
use web_sys::{DataTransfer, File, FileList, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::attachments::size;
use super::failure::{code_sentence, failure_banner};
use super::icon::Icon;
use super::kith::use_kith;
use super::local::{Local, use_local};
use super::sheet::Sheet;
use crate::engine::{Engine, Picked};
use crate::i18n::{plural, text, text_with};
use crate::state::{ConversationView, Failure};

#[derive(Properties)]
pub struct Props {
    pub view: Rc<ConversationView>,
    /// Those that were chosen first.
    pub files: Vec<File>,
    pub onclose: Callback<()>,
}

impl PartialEq for Props {
    /// Only what it was opened with counts.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[derive(Default)]
struct Choice {
    picked: Vec<Picked>,
    /// Photos keep all their pixels.
    whole: bool,
    /// All of it is sent to the byte.
    as_files: bool,
}

#[component]
pub fn Attach(Props { view, files, onclose }: &Props) -> Html {
    let (kith, choice, caption) = (use_kith(), use_local(Choice::default), use_node_ref());
    {
        let (engine, choice, files) = (kith.engine.clone(), choice.clone(), files.clone());
        let (caption, draft) = (caption.clone(), view.draft.clone());
        use_effect_with((), move |()| {
            // From then on it is the field's own.
            caption.cast::<HtmlTextAreaElement>().iter().for_each(|area| area.set_value(&draft));
            choice.task().look(pick(engine, choice.clone(), files));
        });
    }
    let send = {
        let (engine, choice, caption) = (kith.engine.clone(), choice.clone(), caption.clone());
        let (id, onclose) = (view.id(), onclose.clone());
        Callback::from(move |()| {
            let Some(area) = caption.cast::<HtmlTextAreaElement>() else { return };
            let said = area.value().trim().to_owned();
            // Only what is too long can't be said: there is something to send without it.
            if said.is_empty() || validate::body(Body::text(said.clone())).is_ok() {
                let (engine, onclose) = (engine.clone(), onclose.clone());
                let sending = choice.clone();
                choice.task().run(async move {
                    let mut ready = Vec::new();
                    let (picked, whole, as_files) = sendable(&sending);
                    for picked in &picked {
                        ready.push(engine.prepare(picked, whole, as_files).await);
                    }
                    if !ready.is_empty() {
                        engine.send_files(id, said, ready).await?;
                    }
                    onclose.emit(());
                    Ok(())
                });
            }
        })
    };
    let onkeydown = {
        let send = send.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
                event.prevent_default();
                send.emit(());
            }
        })
    };
    let more = {
        let (engine, choice) = (kith.engine, choice.clone());
        Callback::from(move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            choice.task().look(pick(engine.clone(), choice.clone(), chosen(&input)));
        })
    };
    let press = Callback::from(move |_: MouseEvent| send.emit(()));
    let (count, title) = {
        let picked = &choice.get().picked;
        let count = sendable(&choice).0.len();
        (count, plural("attach.title", picked.len().max(files.len()) as i64))
    };
    let rows: Html = (0..choice.get().picked.len()).map(|place| row(&choice, place)).collect();
    html! {
        <Sheet class="chooser attach" label={title.clone()} at={None} onclose={onclose.clone()}>
            <h2 class="menu__title">{ title }</h2>
            <ul class="attach__list" role="list" aria-busy={choice.task().disabled()}>{ rows }</ul>
            { options(&choice) }
            <textarea class="field__input attach__caption" ref={caption} rows="1" placeholder={text("attach.caption")}
                aria-label={text("attach.caption")} {onkeydown} />
            { failure_banner(choice.task().failure()) }
            <div class="section__actions">
                <label class="button attach__more">
                    <input class="visually-hidden" type="file" multiple=true onchange={more} />{ text("attach.more") }
                </label>
                <button class="button">{ text("app.cancel") }</button>
                <button class="button button--primary" type="button" onclick={press} disabled={count == 0}
                    aria-disabled={choice.task().disabled()}>{ text("attach.send") }</button>
            </div>
        </Sheet>
    }
}

/// What can be sent, and how.
fn sendable(choice: &Local<Choice>) -> (Vec<Picked>, bool, bool) {
    let choice = choice.get();
    let good = choice.picked.iter().filter(|picked| choice.problem(picked).is_none());
    (good.cloned().collect(), choice.whole, choice.as_files)
}

impl Choice {
    /// Why a file can't be sent as it is to be.
    fn problem(&self, picked: &Picked) -> Option<Code> {
        picked.problem.filter(|code| !(self.as_files && *code == Code::TooManyPixels))
    }
}

async fn pick(engine: Engine, choice: Local<Choice>, files: Vec<File>) -> Result<(), Failure> {
    for file in files {
        let picked = engine.pick(file).await;
        choice.set(|choice| choice.picked.push(picked));
    }
    Ok(())
}

/// What was chosen in a field for files; it is ready for the same ones again.
pub fn chosen(input: &HtmlInputElement) -> Vec<File> {
    let files = listed(input.files().as_ref());
    input.set_value("");
    files
}

/// What is pasted or dropped, as far as it is files.
pub fn carried(data: Option<DataTransfer>) -> Vec<File> {
    listed(data.and_then(|data| data.files()).as_ref())
}

fn listed(list: Option<&FileList>) -> Vec<File> {
    list.into_iter().flat_map(|list| (0..list.length()).filter_map(|place| list.get(place))).collect()
}

fn row(choice: &Local<Choice>, place: usize) -> Html {
    let picked = choice.get().picked[place].clone();
    let name = validate::file_name(&picked.file.name());
    let sign = match &picked.preview {
        Some(preview) if picked.kind == FileKind::Photo => {
            html! { <img class="attach__preview" alt="" src={preview.0.clone()} /> }
        }
        Some(preview) => {
            html! { <video class="attach__preview" src={preview.0.clone()} preload="metadata" muted=true /> }
        }
        None => html! { <span class="attach__preview">{ Icon::Document.draw() }</span> },
    };
    let press = |change: fn(&mut Vec<Picked>, usize)| {
        let choice = choice.clone();
        Callback::from(move |_: MouseEvent| choice.set(|choice| change(&mut choice.picked, place)))
    };
    let button = |icon: Icon, label: &str, press: Callback<MouseEvent>| {
        let label = text_with(label, &[("name", &name)]);
        html! {
            <button class="icon-button" type="button" aria-label={label.clone()} title={label} onclick={press}>{ icon.draw() }</button>
        }
    };
    html! {
        <li class="attach__row" key={place.to_string()}>
            { sign }
            <span class="attach__text">
                <span class="attach__name">{ &name }</span>
                if let Some(code) = choice.get().problem(&picked) {
                    <span class="attach__problem" role="alert">{ code_sentence(code) }</span>
                } else {
                    <span class="attach__size">{ size(picked.file.size() as i64) }</span>
                }
            </span>
            if place > 0 {
                { button(Icon::Up, "attach.up", press(|picked, place| picked.swap(place, place - 1))) }
            }
            { button(Icon::Close, "attach.remove", press(|picked, place| drop(picked.remove(place)))) }
        </li>
    }
}

/// What can be chosen where there are photos.
fn options(choice: &Local<Choice>) -> Html {
    let has_photos = choice.get().picked.iter().any(|picked| picked.kind == FileKind::Photo);
    let check = |label: &'static str, on: bool, change: fn(&mut Choice)| {
        let choice = choice.clone();
        let onchange = Callback::from(move |_: Event| choice.set(change));
        html! { <label class="attach__option"><input type="checkbox" checked={on} {onchange} />{ text(label) }</label> }
    };
    if !has_photos {
        return Html::default();
    }
    let (whole, as_files) = (choice.get().whole, choice.get().as_files);
    html! {
        <div>
            { check("attach.whole", whole, |choice| choice.whole = !choice.whole) }
            { check("attach.as_files", as_files, |choice| choice.as_files = !choice.as_files) }
        </div>
    }
}
