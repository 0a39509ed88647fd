//! Who has seen a message, among what one can do with it: asked for when one wants to know, for only the server does. What
//! it says can be asked again.

use kith_markup::html;
use kith_shared::{ConversationId, Seq, UserId};
use yew::prelude::*;

use super::failure::sentence;
use super::icon::Icon;
use super::kith::{Kith, use_kith};
use super::local::use_local;
use crate::i18n::{text, text_with};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub conversation: ConversationId,
    pub seq: Seq,
}

#[component]
pub fn SeenBy(Props { conversation, seq }: &Props) -> Html {
    let (kith, seen) = (use_kith(), use_local(|| None::<Vec<UserId>>));
    let onclick = {
        let (engine, seen, conversation, seq) = (kith.engine.clone(), seen.clone(), *conversation, *seq);
        Callback::from(move |_: MouseEvent| {
            let (engine, shown) = (engine.clone(), seen.clone());
            seen.task().run(async move {
                let users = engine.seen_by(conversation, seq).await?;
                shown.set(|shown| *shown = Some(users));
                Ok(())
            });
        })
    };
    let said = match (&*seen.get(), seen.task().failure()) {
        (_, Some(failure)) => sentence(failure),
        (Some(users), None) => names(&kith, *conversation, users),
        (None, None) => text("seen_by.ask"),
    };
    html! {
        <button class="menu__item" type="button" aria-disabled={seen.task().disabled()} {onclick}>
            { Icon::DoubleCheck.draw() }
            <span aria-live="polite">{ said }</span>
        </button>
    }
}

/// `Seen by 2: Leo, Zoe`
fn names(kith: &Kith, conversation: ConversationId, users: &[UserId]) -> AttrValue {
    let view = kith.state.conversations.get(&conversation);
    let (me, you) = (kith.me(), text("dialog.you"));
    let name = |user: &UserId| match view {
        Some(_) if *user == me => Some(you.as_str()),
        view => Some(view?.member_name(*user)),
    };
    let names: Vec<&str> = users.iter().filter_map(name).collect();
    match names.len() {
        0 => text("seen_by.nobody"),
        count => text_with("seen_by.names", &[("count", &count.to_string()), ("names", &names.join(", "))]),
    }
}
