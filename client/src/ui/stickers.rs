//! One's packs of stickers in the settings: their order, and finding and making others.

use kith_markup::html;
use kith_shared::PackId;
use kith_shared::sticker::{Pack, PacksQuery, reorder};
use yew::prelude::*;

use super::failure::failure_banner;
use super::icon::Icon;
use super::kith::{Kith, use_kith};
use super::local::{Local, use_local};
use super::new_pack::NewPack;
use super::search_field::search_field;
use super::sticker::picture;
use super::sticker_pack::about;
use crate::engine::Engine;
use crate::i18n::{text, text_with};
use crate::state::Failure;

#[derive(Default)]
struct Browsing {
    /// Nothing is looked for until one asks.
    query: Option<PacksQuery>,
    found: Vec<Pack>,
    more: bool,
    /// A pack is being made.
    makes: bool,
}

#[component]
pub fn StickersSection() -> Html {
    let (kith, browsing) = (use_kith(), use_local(Browsing::default));
    {
        // Also those that were installed on another device meanwhile.
        let (engine, task) = (kith.engine.clone(), browsing.task().clone());
        use_effect_with(kith.state.installed_packs(), move |_| {
            task.look(async move { engine.load_stickers().await })
        });
    }
    let at_hand: Vec<Pack> = kith.state.packs_at_hand().into_iter().cloned().collect();
    let Browsing { query, found, more, makes } = &*browsing.get();
    let typed = query.as_ref().and_then(|query| query.q.clone()).unwrap_or_default();
    let field = {
        let (engine, browsing) = (kith.engine.clone(), browsing.clone());
        search_field(&kith, &typed, "sticker.search", move |typed| {
            look(&engine, &browsing, PacksQuery { q: Some(typed), ..PacksQuery::default() });
        })
    };
    let browse = {
        let (engine, browsing) = (kith.engine.clone(), browsing.clone());
        Callback::from(move |_: MouseEvent| look(&engine, &browsing, PacksQuery::default()))
    };
    let go_on = {
        let (engine, browsing) = (kith.engine.clone(), browsing.clone());
        Callback::from(move |_: MouseEvent| {
            let (query, after) = {
                let browsing = browsing.get();
                (browsing.query.clone().unwrap_or_default(), browsing.found.last().map(|pack| pack.id))
            };
            look(&engine, &browsing, PacksQuery { after, ..query });
        })
    };
    let make = |makes: bool| {
        let browsing = browsing.clone();
        Callback::from(move |()| browsing.set(|browsing| browsing.makes = makes))
    };
    html! {
        <section class="section">
            <h2 class="section__title">{ text("sticker.title") }</h2>
            <ul class="pack-list" role="list">
                for (place, pack) in at_hand.iter().enumerate() {
                    <li key={pack.id.to_string()}>{ own_row(&kith, &at_hand, place, pack) }</li>
                }
            </ul>
            if at_hand.is_empty() {
                <p class="section__text">{ text("sticker.no_packs") }</p>
            }
            { failure_banner(browsing.task().failure()) }
            { field }
            if query.is_some() {
                <ul class="pack-list" role="list" aria-label={text("sticker.found")}>
                    for pack in found {
                        <li key={pack.id.to_string()}>{ found_row(&kith, pack) }</li>
                    }
                </ul>
                if found.is_empty() {
                    <p class="section__text" role="status">{ text("sticker.none_found") }</p>
                }
            }
            <div class="section__actions">
                if query.is_none() {
                    <button class="button" type="button" onclick={browse}>{ text("sticker.browse") }</button>
                }
                if *more {
                    <button class="button" type="button" onclick={go_on}>{ text("sticker.more") }</button>
                }
                <button class="button" type="button" onclick={make(true).reform(|_: MouseEvent| ())}>{ text("sticker.make") }</button>
            </div>
            if *makes {
                <NewPack onclose={make(false)} />
            }
        </section>
    }
}

/// Asks for a page of packs, the first or the one after what is there.
fn look(engine: &Engine, browsing: &Local<Browsing>, query: PacksQuery) {
    browsing.set(|browsing| browsing.query = Some(PacksQuery { after: None, ..query.clone() }));
    let (engine, asked) = (engine.clone(), browsing.clone());
    browsing.task().run(async move {
        let mut query = query;
        loop {
            let page = engine.packs(&query).await?;
            // One may have typed on meanwhile: the latest counts.
            let latest = asked.get().query.clone().unwrap_or_default();
            if latest.q != query.q {
                query = latest;
                continue;
            }
            asked.set(|browsing| {
                if query.after.is_none() {
                    browsing.found.clear();
                }
                browsing.found.extend(page.packs);
                browsing.more = page.more;
            });
            return Ok::<(), Failure>(());
        }
    });
}

/// A pack one has: where it stands, and doing without it.
fn own_row(kith: &Kith, shown: &[Pack], place: usize, pack: &Pack) -> Html {
    let id = pack.id;
    let moves = |by: isize, label: &'static str, icon: Icon, off: bool| {
        let engine = kith.engine.clone();
        let mut order: Vec<PackId> = shown.iter().map(|pack| pack.id).collect();
        if !off {
            order.swap(place, place.saturating_add_signed(by));
        }
        let onclick = Callback::from(move |_: MouseEvent| {
            // Those that are not at hand stay behind.
            let mut installed = engine.state().installed_packs();
            reorder(&mut installed, &order);
            engine.order_packs(&installed);
        });
        action(label, &pack.title, icon, off, onclick)
    };
    let engine = kith.engine.clone();
    let remove = Callback::from(move |_: MouseEvent| engine.install_pack(id, false));
    row(
        kith,
        pack,
        html! {
            <>
                { moves(-1, "sticker.up", Icon::Up, place == 0) }
                { moves(1, "sticker.down", Icon::Down, place + 1 == shown.len()) }
                { action("sticker.remove", &pack.title, Icon::Close, false, remove) }
            </>
        },
    )
}

fn found_row(kith: &Kith, pack: &Pack) -> Html {
    let (engine, id, installed) = (kith.engine.clone(), pack.id, kith.state.has_installed(pack.id));
    let onclick = Callback::from(move |_: MouseEvent| engine.install_pack(id, !installed));
    let label = text(if installed { "sticker.uninstall" } else { "sticker.install" });
    row(kith, pack, html! { <button class="button" type="button" {onclick}>{ label }</button> })
}

fn action(label: &'static str, title: &str, icon: Icon, off: bool, onclick: Callback<MouseEvent>) -> Html {
    let label = text_with(label, &[("title", title)]);
    html! {
        <button class="icon-button" type="button" aria-label={label.clone()} title={label} disabled={off} {onclick}>{ icon.draw() }</button>
    }
}

/// Its first stickers lead to all of them.
fn row(kith: &Kith, pack: &Pack, actions: Html) -> Html {
    let (engine, id) = (kith.engine.clone(), pack.id);
    let onclick = Callback::from(move |_: MouseEvent| engine.look_at_pack(Some(id)));
    html! {
        <div class="person-row">
            <button class="pack-list__open" type="button" aria-haspopup="dialog" {onclick}>
                <span class="pack-list__picture">{ for pack.stickers.first().map(|sticker| picture(&kith.engine, sticker)) }</span>
                <span class="person-row__text">
                    <span class="person-row__name">{ &pack.title }</span>
                    <span class="person-row__detail">{ about(pack) }</span>
                </span>
            </button>
            <div class="person-row__actions">{ actions }</div>
        </div>
    }
}
