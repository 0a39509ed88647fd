//! The Chat UI: one file a widget. It reads the state and calls the engine, and knows neither storage nor network.

mod app;
mod auth;
mod avatar;
mod bubble;
mod class;
mod composer;
mod confirm_button;
mod connection;
mod contact_list;
mod contact_row;
mod details;
mod dialog;
mod empty;
mod failure;
mod field;
mod found;
mod friends;
mod icon;
mod invitation;
mod invitation_links;
mod kith;
mod link;
mod local;
mod log;
mod names;
mod new_group;
mod notice;
mod page;
mod person;
mod reactions;
mod rich_text;
mod rows;
mod scroller;
mod search_field;
mod settings;
mod storage;
mod time;
mod typing;

use crate::engine::service_worker;

/// Puts the app into the page, in place of what stood there while it was loaded.
pub fn mount() {
    let root = web_sys::window().and_then(|window| window.document()?.get_element_by_id("app"));
    if let Some(root) = root {
        yew::Renderer::<app::App>::with_root(root).render();
        service_worker::register();
    }
}
