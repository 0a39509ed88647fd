//! The root: chooses what fills the screen.

use std::cell::RefCell;
use std::rc::Rc;

use kith_markup::html;
use yew::functional::UseForceUpdateHandle;
use yew::prelude::*;

use super::auth::Auth;
use super::class::class;
use super::contact_list::ContactList;
use super::details::Details;
use super::dialog::dialog;
use super::empty::empty;
use super::friends::friends;
use super::icon::Icon;
use super::invitation::InvitationPane;
use super::keys::Keys;
use super::kith::{Kith, use_kith};
use super::new_group::NewGroup;
use super::notice::notice_bar;
use super::notification::Notifications;
use super::page;
use super::settings::settings;
use super::share::Share;
use super::sticker_pack::PackSheet;
use crate::engine::Engine;
use crate::i18n::{language, text, text_with};
use crate::state::{Phase, Route};

/// Draws the app again, once it is there.
pub type Redraw = Rc<RefCell<Option<UseForceUpdateHandle>>>;

#[derive(Properties)]
pub struct Props {
    pub engine: Engine,
    pub redraw: Redraw,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        self.engine == other.engine
    }
}

#[component]
pub fn App(Props { engine, redraw }: &Props) -> Html {
    redraw.replace(Some(use_force_update()));
    let state = engine.state();
    let unread = state.unread();
    let title = match unread {
        0 => text("app.name"),
        unread => text_with("app.title_unread", &[("count", &unread.to_string())]),
    };
    use_effect_with(title, |title: &AttrValue| {
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            document.set_title(title);
        }
    });
    use_effect_with(unread > 0, |unread: &bool| page::set_icon(*unread));
    let screen = match state.phase {
        Phase::Starting => starting(),
        Phase::LoggedOut => html! { <Auth /> },
        Phase::Opening(_) | Phase::LoggedIn(_) => html! { <Panes /> },
    };
    let kith = Kith { engine: engine.clone(), state };
    let notice = notice_bar(&kith);
    // In another language nothing of it stays as it was.
    html! { <ContextProvider<Kith> key={language()} context={kith}>{ screen }{ notice }</ContextProvider<Kith>> }
}

/// As the page looked before the app was there: nothing jumps.
fn starting() -> Html {
    html! {
        <main class="boot" aria-busy="true">
            <img class="boot__logo" src="/logo.svg" alt={text("app.name")} width="64" height="64" />
        </main>
    }
}

#[component]
fn Panes() -> Html {
    let kith = use_kith();
    let route = kith.state.route.clone();
    let list_only = route == Route::Conversations;
    use_focus_on_return(&route);
    let pane = match route {
        // What is there is not known yet.
        _ if kith.state.me().is_none() && !list_only => Html::default(),
        Route::Conversations => {
            empty(Icon::Chat, &text("dialog.none_title"), &text("dialog.none_text"), Html::default())
        }
        Route::Dialog(id) => dialog(&kith, id, None),
        Route::Message(id, seq) => dialog(&kith, id, Some(seq)),
        Route::Details(id) => html! { <Details key={id.to_string()} {id} /> },
        Route::NewGroup => html! { <NewGroup /> },
        Route::Friends => friends(&kith),
        Route::Invitation(token) => {
            let key = token.clone();
            html! { <InvitationPane {key} {token} /> }
        }
        Route::Settings => settings(&kith),
        Route::Notes => Html::default(),
        Route::Share => html! { <Share /> },
    };
    html! {
        <main class={class("app", &[("app--dialog", !list_only)])}>
            <section class="pane-list" aria-label={text("contact_list.label")}><ContactList /></section>
            <section class="pane-main" aria-label={text("app.pane")}>{ pane }</section>
            <Keys />
            <Notifications />
            if let Some(id) = kith.state.pack {
                <PackSheet key={id.to_string()} {id} />
            }
        </main>
    }
}

/// Who comes back to the list goes on at the conversation they left.
#[hook]
fn use_focus_on_return(route: &Route) {
    let before = use_mut_ref(|| route.clone());
    use_effect_with(route.clone(), move |route| {
        let left = before.replace(route.clone());
        if let (Route::Conversations, Some(id)) = (route, left.conversation()) {
            page::focus(&format!("a[href=\"{}\"]", Route::Dialog(id).path()));
        }
    });
}
