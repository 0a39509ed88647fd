//! The Chat UI: one file a widget. It reads the state and calls the engine, and knows neither storage nor network.

mod about_group;
mod answering;
mod app;
mod appearance;
mod attach;
mod attachments;
mod auth;
mod avatar;
mod bots;
mod bubble;
mod caret;
mod carried;
mod chosen;
mod class;
mod completion;
mod compose_menu;
mod composer;
mod confirm_button;
mod connection;
mod contact_list;
mod contact_row;
mod copy_button;
mod cropper;
mod delete_messages;
mod details;
mod devices;
mod dialog;
mod emoji_grid;
mod emoji_picker;
mod empty;
mod failure;
mod field;
mod file;
mod forward;
mod found;
mod friends;
mod gallery;
mod gestures;
mod group_notice;
mod icon;
mod invitation;
mod invitation_links;
mod join_requests;
mod kept_files;
mod keys;
mod kith;
mod link;
mod local;
mod log;
mod long_press;
mod marks;
mod markup;
mod members;
mod message_menu;
mod names;
mod new_group;
mod new_pack;
mod new_poll;
mod notice;
mod notification;
mod notification_settings;
mod offers;
mod page;
mod person;
mod pins;
mod player;
mod poll;
mod preview;
mod privacy;
mod quote;
mod reaction_chips;
mod reactions;
mod rich_text;
mod row_menu;
mod rows;
mod said;
mod scheduled;
mod scroller;
mod search_field;
mod seen_by;
mod send_later;
mod settings;
mod share;
mod sheet;
mod sticker;
mod sticker_grid;
mod sticker_pack;
mod stickers;
mod storage;
mod switch;
mod time;
mod timer;
mod typing;
mod upload;
mod versions;
mod viewer;
mod voice;

use std::cell::Cell;

use yew::Renderer;

use self::app::{App, Props, Redraw};
use crate::engine::{Engine, service_worker};
use crate::i18n;
use crate::state::Phase;

/// Starts the engine, and puts the app into the page once there is something to show, in place of what stood there while
/// it was loaded.
pub fn mount() {
    let Some(root) = web_sys::window().and_then(|window| window.document()?.get_element_by_id("app")) else {
        return;
    };
    let (root, redraw) = (Cell::new(Some(root)), Redraw::default());
    Engine::start(move |engine| {
        redraw.borrow().iter().for_each(|app| app.force_update());
        let state = engine.state();
        if state.phase == Phase::Starting && state.notice.is_none() {
            return;
        }
        if let Some(root) = root.take() {
            let props = Props { engine: engine.clone(), redraw: redraw.clone() };
            Renderer::<App>::with_root_and_props(root, props).render();
            service_worker::register();
            long_press::listen();
            speak(engine.clone(), redraw.clone());
        }
    });
}

/// Goes on in another language once its texts are there, for as long as the app runs.
fn speak(engine: Engine, redraw: Redraw) {
    let unhear = page::hear(web_sys::window().map(Into::into), "texts", move |_| {
        i18n::learn();
        time::forget();
        redraw.borrow().iter().for_each(|app| app.force_update());
        engine.language_changed();
    });
    std::mem::forget(unhear);
}
