//! What is offered while one writes: emoji after a colon, members after an at sign. The field keeps the focus; arrows
//! choose, Enter or Tab takes, Escape closes.

use kith_markup::html;
use kith_shared::ConversationId;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::caret;
use super::class::class;
use super::local::Local;
use super::page;
use crate::engine::Engine;
use crate::fold::fold;
use crate::i18n::{plural, text};
use crate::state::{Suggestion, Word, word_at};

/// What is offered now, and which of it is chosen.
#[derive(Default)]
pub struct Offered {
    suggestions: Vec<Suggestion>,
    chosen: usize,
    /// What was typed when one closed it: it stays closed while one goes on with that word.
    closed: Option<String>,
}

/// Completion in one field. Clones are the same one.
#[derive(Clone)]
pub struct Completion {
    pub engine: Engine,
    pub conversation: ConversationId,
    pub offered: Local<Offered>,
    pub input: NodeRef,
}

impl Completion {
    /// After something was typed: before the new text is drawn, which draws this too.
    pub fn typed(&self, event: &InputEvent) {
        let Some(area) = self.area() else { return };
        let before = caret::text_before(&area);
        let word = word_at(&before);
        // Only where the colon is typed just now: who goes back into a code, or takes it apart, has it as they want it.
        let word = word.filter(|word| {
            !matches!(word, Word::Code(_)) || event.data().is_some_and(|data| data.ends_with(':'))
        });
        self.offered.note(|offered| offered.change(&before, self.suggestions(word.as_ref())));
        let Some(word @ (Word::Emoji(_) | Word::Code(_))) = word else { return };
        if self.engine.state().emoji.is_some() {
            return self.replace_code(&area, &word);
        }
        let completion = self.clone();
        spawn_local(async move {
            // Without the list there is nothing to offer, and the text stays as it is.
            if completion.engine.load_emoji().await.is_ok()
                && word_at(&caret::text_before(&area)) == Some(word.clone())
            {
                completion.replace_code(&area, &word);
                let suggestions = completion.suggestions(Some(&word));
                completion.offered.note(|offered| offered.change(&before, suggestions));
            }
        });
    }

    fn replace_code(&self, area: &HtmlTextAreaElement, word: &Word) {
        let Word::Code(code) = word else { return };
        if let Some(emoji) = self.engine.state().emoji_by_code(code) {
            caret::write(area, word.length(), &emoji);
        }
    }

    fn suggestions(&self, word: Option<&Word>) -> Vec<Suggestion> {
        word.map_or_else(Vec::new, |word| self.engine.state().suggestions(self.conversation, word, fold))
    }

    /// Whether a key was for this.
    pub fn pressed(&self, event: &KeyboardEvent) -> bool {
        let (chosen, count) = (self.offered.get().chosen, self.offered.get().suggestions.len());
        if count == 0 || event.is_composing() {
            return false;
        }
        match event.key().as_str() {
            "ArrowDown" => self.choose((chosen + 1) % count),
            "ArrowUp" => self.choose((chosen + count - 1) % count),
            "Enter" | "Tab" if !event.shift_key() => self.take(chosen),
            "Escape" => self.close(),
            "ArrowLeft" | "ArrowRight" | "Home" | "End" => {
                self.close();
                return false;
            }
            _ => return false,
        }
        true
    }

    fn choose(&self, number: usize) {
        self.offered.set(|offered| offered.chosen = number);
        page::scroll_to(&format!("#{}", id(number)));
    }

    /// Nothing is offered any more, until another word is begun.
    pub fn close(&self) {
        if self.offered.get().suggestions.is_empty() {
            return;
        }
        let before = self.area().map(|area| caret::text_before(&area)).filter(|before| !before.is_empty());
        self.offered.set(|offered| *offered = Offered { closed: before, ..Offered::default() });
    }

    fn take(&self, chosen: usize) {
        let suggestion = self.offered.note(|offered| {
            let suggestions = std::mem::take(&mut offered.suggestions);
            suggestions.into_iter().nth(chosen)
        });
        let (Some(area), Some(suggestion)) = (self.area(), suggestion) else { return };
        if let Some(word) = word_at(&caret::text_before(&area)) {
            caret::write(&area, word.length(), &suggestion.text);
            if !suggestion.emoji.is_empty() {
                self.engine.remember_emoji(&suggestion.emoji);
            }
        }
    }

    fn area(&self) -> Option<HtmlTextAreaElement> {
        self.input.cast()
    }

    /// The chosen one, for the field.
    pub fn active(&self) -> Option<String> {
        let offered = self.offered.get();
        (!offered.suggestions.is_empty()).then(|| id(offered.chosen))
    }

    pub fn draw(&self) -> Html {
        let offered = self.offered.get();
        if offered.suggestions.is_empty() {
            return Html::default();
        }
        let option = |(number, suggestion): (usize, &Suggestion)| {
            let completion = self.clone();
            let chosen = number == offered.chosen;
            let onclick = Callback::from(move |_: MouseEvent| completion.take(number));
            html! {
                <li id={id(number)} class={class("completion__option", &[("completion__option--chosen", chosen)])}
                    role="option" aria-selected={chosen.to_string()} {onclick}>
                    if !suggestion.emoji.is_empty() {
                        <span class="completion__emoji">{ &suggestion.emoji }</span>
                    }
                    <span class="completion__name">{ name(suggestion) }</span>
                    <span class="completion__typed">{ &suggestion.typed }</span>
                </li>
            }
        };
        // Pressed, but not focused: one goes on writing.
        let onmousedown = Callback::from(|event: MouseEvent| event.prevent_default());
        let count = offered.suggestions.len();
        html! {
            <div class="completion">
                <ul class="completion__list" id={LIST} role="listbox" aria-label={text("completion.label")} {onmousedown}>
                    for offered in offered.suggestions.iter().enumerate() {
                        { option(offered) }
                    }
                </ul>
                <span class="visually-hidden" role="status">{ plural("completion.count", count as i64) }</span>
            </div>
        }
    }
}

/// What the list is known by to the field.
pub const LIST: &str = "completion";

fn id(number: usize) -> String {
    format!("completion-{number}")
}

fn name(suggestion: &Suggestion) -> AttrValue {
    // Who has no name is everybody.
    if suggestion.name.is_empty() { text("completion.all") } else { suggestion.name.clone().into() }
}

impl Offered {
    /// Another text stands before the caret.
    fn change(&mut self, before: &str, suggestions: Vec<Suggestion>) {
        if !self.closed.as_ref().is_some_and(|closed| goes_on(closed, before)) {
            *self = Self { suggestions, ..Self::default() };
        }
    }
}

/// Whether the same word is still being written.
fn goes_on(closed: &str, before: &str) -> bool {
    before
        .strip_prefix(closed)
        .or_else(|| closed.strip_prefix(before))
        .is_some_and(|more| !more.contains(char::is_whitespace))
}
