//! What went wrong, as a sentence in the user's language.

use kith_markup::html;
use kith_shared::problem::Code;
use yew::prelude::*;

use crate::i18n::{text, text_with};
use crate::state::Failure;

pub fn sentence(failure: Failure) -> AttrValue {
    match failure {
        Failure::Refused(code) => code_sentence(code),
        Failure::Unreachable => text("failure.unreachable"),
        Failure::Storage => text("failure.storage"),
        Failure::Full => text("failure.full"),
        Failure::Picture => text("failure.picture"),
        Failure::PushDenied => text("push.denied"),
        Failure::PushService => text("push.no_service"),
        Failure::Microphone => text("failure.microphone"),
    }
}

pub fn code_sentence(code: Code) -> AttrValue {
    text_with(&format!("problem.{}", code.as_str()), &[])
}

/// A failure, where what failed was asked for; nothing while there is none.
pub fn failure_banner(failure: Option<Failure>) -> Html {
    html! {
        <div role="alert">
            if let Some(failure) = failure {
                <p class="banner banner--danger">{ sentence(failure) }</p>
            }
        </div>
    }
}
