//! How things stand with the server.

use kith_markup::html;
use yew::prelude::*;

use crate::i18n::text;
use crate::state::{Connection, State};

pub fn connection_line(state: &State) -> Html {
    let (name, text) = match state.connection {
        _ if state.storage_forgets && !state.outbox().is_empty() => ("waiting", text("connection.forgets")),
        Connection::Offline => ("offline", text("connection.offline")),
        Connection::Connecting => ("connecting", text("connection.connecting")),
        Connection::Waiting { .. } => ("waiting", text("connection.waiting")),
        Connection::CatchingUp => ("catching-up", text("connection.catching_up")),
        Connection::Online => ("online", text("connection.online")),
    };
    html! { <p class={format!("connection connection--{name}")} role="status">{ text }</p> }
}
