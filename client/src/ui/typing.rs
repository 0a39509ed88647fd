//! The typing line under a Dialog. It keeps its place, so that nothing jumps.

use crate::i18n::text_with;
use kith_markup::html;
use yew::prelude::*;

/// `name`: who types; nobody when absent.
pub fn typing_line(name: Option<&str>) -> Html {
    html! {
        <div class="typing" role="status">
            if let Some(name) = name {
                <span class="typing__dots" aria-hidden="true"><i /><i /><i /></span>
                { text_with("dialog.typing", &[("name", name)]) }
            }
        </div>
    }
}
