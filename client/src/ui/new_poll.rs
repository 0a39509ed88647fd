//! A poll one is making. What is typed stays in its fields until it is sent; those for options show themselves as the ones
//! before are filled in, which is the style sheet's.

use kith_markup::html;
use kith_shared::limits::{POLL_OPTION_CHARS, POLL_OPTIONS, POLL_QUESTION_CHARS};
use kith_shared::message::Body;
use kith_shared::{ConversationId, validate};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::failure::code_sentence;
use super::kith::Kith;
use super::page;
use super::sheet::{chooser, foot};
use crate::i18n::{text, text_with};

/// Where the question stands; the options and the choice of several come after it.
const QUESTION: &str = ".new-poll input";

pub fn new_poll(kith: &Kith, id: ConversationId, onclose: Callback<()>) -> Html {
    let engine = kith.engine.clone();
    let send = Callback::from(move |event: MouseEvent| {
        let Some(question) = fields().next() else { return };
        let problem = match validate::body(typed()) {
            Ok(poll) => {
                engine.ask(id, poll);
                return;
            }
            Err(code) => code_sentence(code),
        };
        // Said by the browser, at the field.
        event.prevent_default();
        question.set_custom_validity(&problem);
        question.report_validity();
    });
    // In a form that closes with any button, Enter would press the first; and what was wrong is no longer known to be.
    let onkeydown = Callback::from(|event: KeyboardEvent| {
        fields().next().iter().for_each(|question| question.set_custom_validity(""));
        if event.key() == "Enter" {
            event.prevent_default();
        }
    });
    let field = |label: AttrValue, most: usize| {
        html! {
            <input class="field__input" placeholder={label.clone()} aria-label={label} maxlength={most.to_string()} autocomplete="off" />
        }
    };
    let options = (1..=*POLL_OPTIONS.end()).map(|number| {
        field(text_with("poll.option", &[("number", &number.to_string())]), *POLL_OPTION_CHARS.end())
    });
    let content = html! {
        <div class="new-poll" {onkeydown}>
            { field(text("poll.question"), *POLL_QUESTION_CHARS.end()) }
            { for options }
            <label class="new-poll__multiple"><input type="checkbox" />{ text("poll.multiple") }</label>
        </div>
    };
    chooser(text("poll.title"), onclose, content, foot(text("poll.send"), send, false))
}

/// The question's, and the options'.
fn fields() -> impl Iterator<Item = HtmlInputElement> {
    let mut next = page::find(QUESTION);
    std::iter::from_fn(move || {
        let field = next.take()?;
        next = field.next_element_sibling();
        field.dyn_into().ok()
    })
}

/// What stands in the fields; those that are empty, or say what another says, are left out.
fn typed() -> Body {
    let mut question = None;
    let mut options: Vec<String> = Vec::new();
    for field in fields() {
        let typed = field.value().trim().to_owned();
        if question.is_none() {
            question = Some(typed);
        } else if !typed.is_empty() && !options.contains(&typed) {
            options.push(typed);
        }
    }
    let multiple = page::find(".new-poll :checked").is_some();
    Body::Poll { question: question.unwrap_or_default(), options, multiple, closed: false }
}
