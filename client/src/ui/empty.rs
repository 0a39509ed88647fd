//! Nothing here yet, and what to do about it.

use kith_markup::html;
use yew::prelude::*;

use super::icon::Icon;

/// `action`: a button, where there is something to do.
pub fn empty(icon: Icon, title: &str, text: &str, action: Html) -> Html {
    html! {
        <div class="empty">
            <span class="empty__icon">{ icon.draw() }</span>
            <h2 class="empty__title">{ title }</h2>
            <p class="empty__text">{ text }</p>
            { action }
        </div>
    }
}
