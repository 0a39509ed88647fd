//! Where one is: the address bar and Back.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::History;

use super::{Engine, browser};
use crate::state::{Action, Phase, Route};

/// The place the address bar names.
pub(super) fn current() -> Route {
    let path = browser::window().and_then(|window| window.location().pathname().ok());
    Route::parse(&path.unwrap_or_default())
}

impl Engine {
    /// Goes to a place; Back leads here again.
    pub fn go(&self, route: Route) {
        if current() == route {
            return;
        }
        if let Some(history) = history() {
            let depth = JsValue::from_f64(depth(&history) + 1.0);
            let _ = history.push_state_with_url(&depth, "", Some(&route.path()));
        }
        self.navigated(route);
    }

    /// Goes up to the Contact List, by the browser's own Back where one came from inside the app.
    pub fn back(&self) {
        match history() {
            Some(history) if depth(&history) > 0.0 && history.back().is_ok() => {}
            _ => self.replace(Route::Conversations),
        }
    }

    /// Goes to a place that takes this one's: Back does not lead here again.
    pub fn replace(&self, route: Route) {
        if let Some(history) = history() {
            let depth = JsValue::from_f64(depth(&history));
            let _ = history.replace_state_with_url(&depth, "", Some(&route.path()));
        }
        self.navigated(route);
    }

    pub(super) fn listen_to_history(&self) {
        let engine = self.clone();
        browser::on_window("popstate", move |_| engine.navigated(current()));
    }

    /// A dialog that Device Storage has is shown with its messages: to draw it empty first would only take longer.
    fn navigated(&self, route: Route) {
        let Route::Dialog(id) = route else {
            self.show(route);
            return;
        };
        let engine = self.clone();
        spawn_local(async move {
            engine.bring_at_hand(id).await;
            // One may have gone on meanwhile.
            if current() == route {
                engine.show(route);
            }
        });
    }

    fn show(&self, route: Route) {
        self.dispatch(Action::Navigate(route));
        self.attend();
        self.arrived();
    }

    /// Brings what the place needs.
    pub(super) fn arrived(&self) {
        let state = self.state();
        let engine = self.clone();
        match (&state.route, &state.phase) {
            (Route::Dialog(id), Phase::LoggedIn(_)) => {
                engine.unmark(*id);
                engine.load_newest(*id);
                engine.preview_soon(*id);
            }
            (Route::Notes, Phase::LoggedIn(session)) => engine.write_instead(session.user.id),
            (Route::Invitation(token), Phase::LoggedIn(_) | Phase::LoggedOut) => {
                let known = state.invitation.as_ref().is_some_and(|known| {
                    known.token == *token && known.result.as_ref().is_some_and(Result::is_ok)
                });
                if !known {
                    let token = token.clone();
                    spawn_local(async move { engine.look_up_invitation(token).await });
                }
            }
            _ => {}
        }
    }
}

fn history() -> Option<History> {
    browser::window()?.history().ok()
}

/// How many places of the app Back leads through.
fn depth(history: &History) -> f64 {
    history.state().ok().and_then(|state| state.as_f64()).unwrap_or(0.0)
}
