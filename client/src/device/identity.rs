//! Who used this device last, so that the app can open before the network answers. No secret: the session's token is in
//! a cookie no script can read.

use kith_shared::UserId;
use kith_shared::auth::Session;
use kith_shared::json;
use serde::Serialize;
use web_sys::Storage;

use crate::state::{FirstScreen, Rules};

const KEY: &str = "kith.session";

/// The head of the Contact List.
const SCREEN: &str = "kith.first_screen";

/// How far the clock was ahead.
const AHEAD: &str = "kith.clock_ahead";

/// What of files comes by itself, and how much stays.
const RULES: &str = "kith.media_rules";

/// That the user wants pushes here.
const PUSHES: &str = "kith.pushes";

/// How the app looks. `boot/look.js` reads it.
const LOOK: &str = "kith.look";

/// On how many days one was here, and the last of them; nothing where being installed is not to be offered any more.
const DAYS: &str = "kith.days";

/// That the browser was asked to keep what is stored: once is enough, some ask the user.
const ASKED: &str = "kith.asked_to_keep";

/// The session this device had when it was closed.
pub fn recall() -> Option<Session> {
    let text = storage()?.get_item(KEY).ok().flatten()?;
    json::read(&text).ok()
}

/// Keeps who is logged in. Where the browser keeps nothing, the next start asks the server instead.
pub fn remember(session: &Session) {
    keep(KEY, session);
}

pub fn forget() {
    if let Some(storage) = storage() {
        for key in [KEY, SCREEN, ASKED, AHEAD, RULES, PUSHES, LOOK, DAYS] {
            let _ = storage.remove_item(key);
        }
    }
}

/// What the user saw last. It stands here and not in the database because that takes longer to open.
pub fn recall_screen(user: UserId) -> Option<FirstScreen> {
    let text = storage()?.get_item(SCREEN).ok().flatten()?;
    json::read(&text).ok().filter(|screen: &FirstScreen| screen.user == user)
}

/// Where the browser keeps nothing, the next opening shows nothing before Device Storage is read.
pub fn remember_screen(screen: &FirstScreen) {
    keep(SCREEN, screen);
}

/// What the user has said of files on this device.
pub fn recall_rules() -> Option<Rules> {
    let text = storage()?.get_item(RULES).ok().flatten()?;
    json::read(&text).ok()
}

/// Whether the user wants pushes on this device.
pub fn wants_pushes() -> bool {
    storage().is_some_and(|storage| storage.get_item(PUSHES).ok().flatten().is_some())
}

/// Where the browser keeps nothing, the next opening asks for none.
pub fn want_pushes(wants: bool) {
    if let Some(storage) = storage() {
        let _ = if wants { storage.set_item(PUSHES, "1") } else { storage.remove_item(PUSHES) };
    }
}

pub fn remember_rules(rules: &Rules) {
    keep(RULES, rules);
}

/// How far this device's clock is ahead of the server's, in milliseconds, as it was found out last.
pub fn clock_ahead() -> i64 {
    let stored = storage().and_then(|storage| storage.get_item(AHEAD).ok().flatten());
    stored.and_then(|ahead| ahead.parse().ok()).unwrap_or_default()
}

pub fn remember_clock(ahead: i64) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(AHEAD, &ahead.to_string());
    }
}

/// Whether the browser was asked before; from now on it was.
pub fn asked_to_keep() -> bool {
    let Some(storage) = storage() else { return true };
    let asked = storage.get_item(ASKED).ok().flatten().is_some();
    // Where it can't be kept, it may be asked again.
    let _ = storage.set_item(ASKED, "");
    asked
}

/// How the app is to look. Answers whether that is another look than before.
pub fn remember_look(look: &str) -> bool {
    let Some(storage) = storage() else { return false };
    if storage.get_item(LOOK).ok().flatten().unwrap_or_default() == look {
        return false;
    }
    storage.set_item(LOOK, look).is_ok()
}

/// On how many days one was here, with this one; days are numbered. None where it does not matter any more.
pub fn days_here(today: i64) -> Option<u32> {
    let stored = storage()?.get_item(DAYS).ok().flatten();
    if stored.as_deref() == Some("") {
        return None;
    }
    let (days, last) = stored.as_deref().and_then(|stored| stored.split_once(' ')).unwrap_or_default();
    let mut days = days.parse().unwrap_or_default();
    if last.parse() != Ok(today) {
        days += 1;
        storage()?.set_item(DAYS, &format!("{days} {today}")).ok()?;
    }
    Some(days)
}

pub fn offer_no_more() {
    if let Some(storage) = storage() {
        let _ = storage.set_item(DAYS, "");
    }
}

fn keep(key: &str, value: &impl Serialize) {
    if let (Some(storage), Ok(text)) = (storage(), json::write(value))
        // It is kept more often than it changes, and writing is what takes time.
        && storage.get_item(key).ok().flatten().as_ref() != Some(&text)
    {
        let _ = storage.set_item(key, &text);
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
