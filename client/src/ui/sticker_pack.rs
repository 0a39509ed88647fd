//! A pack of stickers, whole, above whatever led to it: to be looked at, installed, or removed by who made it.

use kith_markup::html;
use kith_shared::PackId;
use kith_shared::sticker::Pack;
use yew::prelude::*;

use super::confirm_button::ConfirmButton;
use super::failure::failure_banner;
use super::kith::use_kith;
use super::local::use_local;
use super::sheet::{Sheet, close};
use super::sticker::picture;
use crate::i18n::{plural, text, text_with};

#[derive(PartialEq, Properties)]
pub struct Props {
    pub id: PackId,
}

#[component]
pub fn PackSheet(Props { id }: &Props) -> Html {
    let (kith, id, found) = (use_kith(), *id, use_local(|| None::<Pack>));
    {
        let (engine, found) = (kith.engine.clone(), found.clone());
        use_effect_with((), move |()| {
            let asked = found.clone();
            found.task().look(async move {
                let pack = engine.pack(id).await?;
                asked.set(|found| *found = Some(pack));
                Ok(())
            });
        });
    }
    let onclose = {
        let engine = kith.engine.clone();
        Callback::from(move |()| engine.look_at_pack(None))
    };
    let newest = found.get().clone();
    let pack = newest.or_else(|| kith.state.pack_at_hand(id).cloned());
    let failure = found.task().failure().filter(|_| pack.is_none());
    let installed = kith.state.has_installed(id);
    let install = {
        let engine = kith.engine.clone();
        Callback::from(move |_: MouseEvent| engine.install_pack(id, !installed))
    };
    let delete = {
        let (engine, task) = (kith.engine.clone(), found.task().clone());
        Callback::from(move |()| {
            let engine = engine.clone();
            task.run(async move {
                engine.delete_pack(id).await?;
                engine.look_at_pack(None);
                Ok(())
            });
        })
    };
    let is_mine =
        pack.as_ref().and_then(|pack| pack.author.as_ref()).is_some_and(|author| author.id == kith.me());
    let title: AttrValue =
        pack.as_ref().map_or_else(|| text("sticker.title"), |pack| pack.title.clone().into());
    html! {
        <Sheet class="chooser pack" label={title.clone()} at={None} {onclose}>
            <h2 class="menu__title">{ title }</h2>
            if let Some(pack) = &pack {
                <p class="section__text">{ about(pack) }</p>
                <ul class="pack__stickers" role="list">
                    for sticker in &pack.stickers {
                        <li>{ picture(&kith.engine, sticker) }</li>
                    }
                </ul>
            }
            { failure_banner(failure.or_else(|| found.task().failure().filter(|_| is_mine))) }
            <div class="section__actions">
                if pack.is_some() {
                    <button class={if installed { "button" } else { "button button--primary" }} type="button" onclick={install}>
                        { text(if installed { "sticker.uninstall" } else { "sticker.install" }) }
                    </button>
                }
                if is_mine {
                    <ConfirmButton label={text("sticker.delete")} question={text("sticker.delete_question")} onconfirm={delete} />
                }
                { close() }
            </div>
        </Sheet>
    }
}

/// How many there are, and who made them.
pub fn about(pack: &Pack) -> String {
    let count = plural("sticker.count", pack.count.into());
    let by = pack.author.as_ref().map(|author| text_with("sticker.by", &[("name", &author.display_name)]));
    [Some(count), by].into_iter().flatten().map(|text| text.to_string()).collect::<Vec<_>>().join(" · ")
}
