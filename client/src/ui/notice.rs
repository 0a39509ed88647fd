//! Said once, plainly, at the edge of the screen, until dismissed.

use kith_markup::html;
use yew::prelude::*;

use super::failure::sentence;
use super::icon::Icon;
use super::kith::Kith;
use crate::i18n::text;
use crate::state::Notice;

pub fn notice_bar(kith: &Kith) -> Html {
    let said = kith.state.notice.map(|notice| match notice {
        Notice::Failed(failure) => sentence(failure),
        Notice::StorageUnavailable => text("failure.storage"),
        Notice::StorageFull => text("failure.storage_full"),
        Notice::PushArrived => text("push.arrived"),
        Notice::StorageNewer => text("failure.storage_newer"),
    });
    let engine = kith.engine.clone();
    let dismiss = Callback::from(move |_: MouseEvent| engine.dismiss_notice());
    html! {
        <div role="alert">
            if let Some(said) = said {
                <div class="notice">
                    <p>{ said }</p>
                    <button class="icon-button" type="button" aria-label={text("app.dismiss")} onclick={dismiss}>
                        { Icon::Close.draw() }
                    </button>
                </div>
            }
        </div>
    }
}
