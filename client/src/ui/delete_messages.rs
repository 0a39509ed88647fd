//! Deleting messages: for oneself, or for everybody where one may.

use kith_markup::html;
use kith_shared::{Seq, setting};
use yew::prelude::*;

use super::chosen::Chosen;
use super::icon::Icon;
use super::kith::Kith;
use super::local::Local;
use super::sheet::{Sheet, danger_item, item};
use crate::i18n::{plural, text};
use crate::state::ConversationView;

pub fn delete_messages(
    kith: &Kith,
    view: &ConversationView,
    seqs: &[Seq],
    chosen: &Local<Chosen>,
    onclose: Callback<()>,
) -> Html {
    let (id, me) = (view.id(), kith.me());
    let may = |seq: &Seq| view.at_hand(*seq).is_some_and(|message| view.may_delete(me, message));
    let each = |does: fn(&Kith, kith_shared::ConversationId, Seq)| {
        let (kith, seqs, chosen) = (kith.clone(), seqs.to_vec(), chosen.clone());
        Callback::from(move |_: MouseEvent| {
            seqs.iter().for_each(|seq| does(&kith, id, *seq));
            chosen.set(|chosen| chosen.selected = None);
        })
    };
    let for_all = each(|kith, id, seq| kith.engine.delete(id, seq));
    let for_me = each(|kith, id, seq| kith.engine.set(setting::hide(id, seq), Some("1".to_owned())));
    let question = plural("message.delete_question", seqs.len() as i64);
    html! {
        <Sheet key="delete" class="menu" label={question.clone()} at={None} {onclose}>
            <p class="menu__title">{ question }</p>
            <div class="menu__items">
                { item(Icon::Trash.draw(), text("message.delete_for_me"), for_me) }
                if seqs.iter().all(may) {
                    { danger_item(Icon::Trash.draw(), text("message.delete_for_all"), for_all) }
                }
                { item(Icon::Close.draw(), text("app.cancel"), Callback::noop()) }
            </div>
        </Sheet>
    }
}
