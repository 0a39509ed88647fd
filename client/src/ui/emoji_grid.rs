//! The emoji of the picker: one group at a time, or what was found, and the keys that lead through them.

use kith_markup::html;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::icon::Icon;
use super::kith::Kith;
use super::local::Local;
use super::page;
use crate::i18n::text;

/// What is shown of all the emoji.
#[derive(Default)]
pub struct Shown {
    pub search: String,
    /// Stickers are shown in their place.
    pub stickers: bool,
    /// The tab one chose.
    pub(super) tab: Option<usize>,
}

/// What the grid is known by.
pub const GRID: &str = "emoji-grid";

/// In a row; stickers are larger.
const COLUMNS: i32 = 8;
const STICKER_COLUMNS: i32 = 4;
/// Who finds more goes on typing.
const MOST_FOUND: usize = 10 * COLUMNS as usize;

/// The latest, and Unicode's groups; each with an emoji that stands for it.
const TABS: [(&str, &str); 10] = [
    ("emoji.recent", ""),
    ("emoji.smileys", "😀"),
    ("emoji.people", "👋"),
    ("emoji.nature", "🐻"),
    ("emoji.food", "🍔"),
    ("emoji.travel", "🚗"),
    ("emoji.activities", "⚽"),
    ("emoji.objects", "💡"),
    ("emoji.symbols", "💜"),
    ("emoji.flags", "🏁"),
];

impl Shown {
    /// The tab that is open; none where one searches. Who has picked before begins with what they picked.
    fn tab(&self, kith: &Kith) -> Option<usize> {
        let first = || usize::from(kith.state.recent_emoji().next().is_none());
        self.search.trim().is_empty().then(|| self.tab.unwrap_or_else(first))
    }
}

pub fn tabs(kith: &Kith, shown: &Local<Shown>) -> Html {
    let open = shown.get().tab(kith);
    let tab = |(number, (name, emoji)): (usize, (&'static str, &'static str))| {
        let is_open = open == Some(number);
        let shown = shown.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            shown.set(|shown| *shown = Shown { tab: Some(number), ..Shown::default() });
        });
        // One of them is where Tab leads; arrows lead on.
        let is_first = is_open || open.is_none() && number == 0;
        html! {
            <button class="emoji-picker__tab" type="button" role="tab" aria-selected={is_open.to_string()} aria-controls={GRID}
                aria-label={text(name)} title={text(name)} tabindex={if is_first { "0" } else { "-1" }} autofocus={is_first && page::is_touched()} {onclick}>
                { if emoji.is_empty() { Icon::Clock.draw() } else { emoji.into() } }
            </button>
        }
    };
    html! {
        <div class="emoji-picker__tabs" role="tablist" aria-label={text("emoji.groups")}>
            for it in TABS.into_iter().enumerate() {
                { tab(it) }
            }
        </div>
    }
}

/// Whichever is pressed is picked, as it stands there.
pub fn grid(kith: &Kith, shown: &Local<Shown>, pick: &Callback<String>) -> Html {
    let Some(list) = &kith.state.emoji else {
        // Why it is not there is said above.
        if shown.task().failure().is_some() {
            return html! { <div id={GRID} /> };
        }
        return html! { <p class="emoji-picker__nothing" id={GRID} aria-busy="true">{ text("emoji.loading") }</p> };
    };
    let (tone, tab, search) = (kith.state.emoji_tone(), shown.get().tab(kith), shown.get().search.clone());
    let listed = match tab {
        None => list.find(&search, MOST_FOUND),
        Some(tab) => tab.checked_sub(1).map_or_else(Vec::new, |group| list.group(group)),
    };
    let mut there: Vec<(String, &str)> = listed.iter().map(|emoji| (emoji.toned(tone), emoji.name)).collect();
    if tab == Some(0) {
        there.extend(kith.state.recent_emoji().map(|emoji| (emoji.to_owned(), list.name(emoji))));
    }
    // The first is where Tab leads; arrows lead on.
    let button = |(place, (emoji, name)): (usize, (String, &str))| {
        html! {
            <button class="emoji-picker__emoji" type="button" aria-label={name.to_owned()} title={name.to_owned()}
                tabindex={if place == 0 { "0" } else { "-1" }}>
                { emoji }
            </button>
        }
    };
    let buttons: Vec<Html> = there.into_iter().enumerate().map(button).collect();
    let nothing =
        buttons.is_empty().then(|| text(if tab.is_none() { "emoji.none" } else { "emoji.none_recent" }));
    let onclick = {
        let pick = pick.clone();
        Callback::from(move |event: MouseEvent| {
            let button = event.target_dyn_into::<Element>().filter(|target| target.tag_name() == "BUTTON");
            button.and_then(|button| button.text_content()).iter().for_each(|emoji| pick.emit(emoji.clone()));
        })
    };
    html! {
        // Another group begins at its top.
        <div key={tab.map_or_else(|| "found".to_owned(), |tab| tab.to_string())}
            class="emoji-picker__grid" id={GRID} role="tabpanel" aria-label={text(tab.map_or("emoji.found", |tab| TABS[tab].0))} {onclick}>
            <p class="emoji-picker__nothing" role="status">{ nothing }</p>
            { for buttons }
        </div>
    }
}

/// What a key does in the picker; whether it does anything.
pub fn move_in(from: &Element, key: &str) -> bool {
    if from.has_type::<HtmlInputElement>() {
        let first = page::find(&format!("#{GRID} button"));
        return match key {
            "Enter" => first.and_then(html).map(|first| first.click()).is_some(),
            "ArrowDown" => focus(first),
            _ => false,
        };
    }
    let is_in = |selector: &str| from.closest(selector).is_ok_and(|grid| grid.is_some());
    let columns = match is_in(&format!("#{GRID}")) {
        true if is_in(".sticker-grid") => STICKER_COLUMNS,
        true => COLUMNS,
        false => 0,
    };
    let step = match key {
        "ArrowLeft" => -1,
        "ArrowRight" => 1,
        "ArrowUp" => -columns,
        "ArrowDown" => columns,
        _ => 0,
    };
    let beside = |element: Element| {
        let next = |element: &Element| {
            if step < 0 { element.previous_element_sibling() } else { element.next_element_sibling() }
        };
        // Titles of packs stand between.
        let mut to = next(&element)?;
        while to.tag_name() != "BUTTON" {
            to = next(&to)?;
        }
        Some(to)
    };
    let to = (0..step.abs()).try_fold(from.clone(), |element, _| beside(element));
    match to {
        // A tab is shown as one comes to it.
        Some(to) if step != 0 && columns == 0 => {
            focus(Some(to.clone())) && html(to).map(|tab| tab.click()).is_some()
        }
        Some(to) if step != 0 => focus(Some(to)),
        // Above the first row is where one searches.
        None if key == "ArrowUp" => focus(page::find(".emoji-picker input")),
        _ => step != 0,
    }
}

fn html(element: Element) -> Option<HtmlElement> {
    element.dyn_into().ok()
}

fn focus(element: Option<Element>) -> bool {
    element.and_then(html).iter().map(page::focus_on).next().is_some()
}
