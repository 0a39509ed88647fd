//! Versions: what an edited message said before.

use std::rc::Rc;

use kith_markup::html;
use kith_shared::Seq;
use kith_shared::message::{Body, Version};
use yew::prelude::*;

use super::failure::failure_banner;
use super::kith::use_kith;
use super::local::use_local;
use super::rich_text::rich_text;
use super::sheet::{chooser, close};
use super::time;
use crate::i18n::text;
use crate::state::ConversationView;

#[derive(Properties)]
pub struct Props {
    pub view: Rc<ConversationView>,
    pub seq: Seq,
    pub onclose: Callback<()>,
}

impl PartialEq for Props {
    /// A conversation that changed is another allocation.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.view, &other.view) && self.seq == other.seq
    }
}

#[component]
pub fn Versions(Props { view, seq, onclose }: &Props) -> Html {
    let (kith, versions) = (use_kith(), use_local(|| None::<Vec<Version>>));
    {
        let (engine, versions, id, seq) = (kith.engine.clone(), versions.clone(), view.id(), *seq);
        use_effect_with((), move |()| {
            let asked = versions.clone();
            versions.task().look(async move {
                let found = engine.versions(id, seq).await?;
                asked.set(|versions| *versions = Some(found));
                Ok(())
            });
        });
    }
    let me = &kith.engine.state();
    let one = |said: &str, at| {
        html! {
            <li class="versions__one">
                <p class="versions__time">{ time::exact(at) }</p>
                { rich_text(said, me.username()) }
            </li>
        }
    };
    let now = view.at_hand(*seq).and_then(|message| match &message.body {
        Body::Text { text, .. } => Some(one(text, message.edited_at.unwrap_or(message.sent_at))),
        Body::Poll { .. } | Body::Sticker(_) | Body::Deleted | Body::Expired | Body::Notice(_) => None,
    });
    let before = versions.get();
    let content = html! {
        <>
            <ol class="chooser__list" role="list">
                { for now }
                { for before.iter().flatten().rev().map(|version| one(&version.text, version.said_at)) }
            </ol>
            { failure_banner(versions.task().failure()) }
        </>
    };
    chooser(text("message.versions"), onclose.clone(), content, close())
}
