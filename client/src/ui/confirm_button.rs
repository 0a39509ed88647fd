//! A button that asks once more before it does what can't be taken back.

use kith_markup::html;
use yew::prelude::*;

use super::local::use_local;
use crate::i18n::text;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub label: AttrValue,
    /// What the second press does, said plainly.
    pub question: AttrValue,
    pub onconfirm: Callback<()>,
}

#[component]
pub fn ConfirmButton(Props { label, question, onconfirm }: &Props) -> Html {
    let asking = use_local(|| false);
    let press = |asks: bool, confirmed: Option<Callback<()>>| {
        let asking = asking.clone();
        Callback::from(move |_: MouseEvent| {
            asking.set(|asking| *asking = asks);
            confirmed.iter().for_each(|confirmed| confirmed.emit(()));
        })
    };
    if !*asking.get() {
        return html! {
            <button class="button button--danger" type="button" onclick={press(true, None)}>{ label }</button>
        };
    }
    html! {
        <div class="confirm" role="group" aria-label={question}>
            <p class="confirm__question">{ question }</p>
            <button class="button button--danger" type="button" onclick={press(false, Some(onconfirm.clone()))}>{ label }</button>
            <button class="button" type="button" onclick={press(false, None)}>{ text("app.cancel") }</button>
        </div>
    }
}
