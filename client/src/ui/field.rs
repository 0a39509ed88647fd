//! One labelled field of a form.

use kith_markup::html;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

pub struct Field {
    /// Unique on the page.
    pub id: &'static str,
    pub label: AttrValue,
    pub value: String,
    pub oninput: Callback<String>,
    pub kind: &'static str,
    pub autocomplete: &'static str,
    pub hint: Option<AttrValue>,
    pub error: Option<AttrValue>,
    /// A name of letters and signs that no keyboard should correct.
    pub verbatim: bool,
    /// Has room for some lines.
    pub lines: bool,
}

impl Default for Field {
    fn default() -> Self {
        Self {
            id: "",
            label: AttrValue::default(),
            value: String::new(),
            oninput: Callback::noop(),
            kind: "text",
            autocomplete: "off",
            hint: None,
            error: None,
            verbatim: false,
            lines: false,
        }
    }
}

impl Field {
    pub fn draw(self) -> Html {
        let Self { id, label, value, oninput, kind, autocomplete, hint, error, verbatim, lines } = self;
        let oninput = oninput.reform(|event: InputEvent| {
            let input = event.target_dyn_into::<HtmlInputElement>().map(|input| input.value());
            let area = || event.target_dyn_into::<HtmlTextAreaElement>().map(|area| area.value());
            input.or_else(area).unwrap_or_default()
        });
        let note = format!("{id}-note");
        let described = (error.is_some() || hint.is_some()).then(|| note.clone());
        html! {
            <div class="field">
                <label class="field__label" for={id}>{ label }</label>
                if lines {
                    <textarea
                        class="field__input" {id} name={id} rows="3" {value} {oninput}
                        aria-describedby={described} aria-invalid={error.is_some().then_some("true")}
                    />
                } else {
                    <input
                        class="field__input" {id} name={id} type={kind} {value} {oninput} {autocomplete}
                        aria-describedby={described} aria-invalid={error.is_some().then_some("true")}
                        autocapitalize={verbatim.then_some("none")} spellcheck={verbatim.then_some("false")}
                    />
                }
                if let Some(error) = error {
                    <p class="field__error" id={note} role="alert">{ error }</p>
                } else if let Some(hint) = hint {
                    <p class="field__hint" id={note}>{ hint }</p>
                }
            </div>
        }
    }
}
