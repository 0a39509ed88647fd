//! A long list of rows that are all of one height: drawn are those that are seen, and some around them.

use std::ops::Range;

use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::local::Local;
use super::page;
use super::scroller::set_height;

/// Rows drawn before and after those that are seen: where Tab leads is there already.
const AROUND: usize = 8;
/// Pixels a row is high where nobody has made texts larger.
const ABOUT: usize = 64;
/// Drawn anew with every so many rows.
const STEP: usize = 4;
/// What has such a list in it and is scrolled.
const SCROLLERS: &str = ".contact-list, .sections";

pub struct Rows {
    /// The first that is seen, in steps.
    first: usize,
    seen: usize,
    /// Of one row, in pixels; 0 until one was drawn.
    height: i32,
    /// Rows are drawn around those that are seen too.
    around: bool,
}

/// For what scrolls a list: draws its rows anew when others are seen.
pub fn on_scroll<T: 'static>(
    memory: &Local<T>,
    list: &NodeRef,
    rows: fn(&mut T) -> &mut Rows,
) -> Callback<Event> {
    let (memory, list) = (memory.clone(), list.clone());
    Callback::from(move |_: Event| {
        let scrolled = |list| memory.note(|memory| rows(memory).scrolled(&list));
        if list.cast::<Element>().is_some_and(scrolled) {
            memory.set(|_| ());
        }
    })
}

impl Default for Rows {
    fn default() -> Self {
        // As many as the screen may have room for, until one was drawn.
        let seen = page::height() as usize / ABOUT + 1;
        Self { first: 0, seen, height: 0, around: false }
    }
}

impl Rows {
    /// Where the first drawing is not the app's: all at once.
    pub fn all_around() -> Self {
        Self { around: true, ..Self::default() }
    }

    /// The rows to draw.
    pub fn part(&self) -> Range<usize> {
        if !self.around {
            return self.first..self.first + self.seen;
        }
        self.first.saturating_sub(AROUND)..self.first + self.seen + STEP + AROUND
    }

    /// Whether what is seen was drawn before.
    pub fn stands(&self) -> bool {
        self.around
    }

    /// What is seen stands: there is time for what is around it. Answers whether there was none before.
    pub fn widen(&mut self) -> bool {
        !std::mem::replace(&mut self.around, true)
    }

    /// Another list is shown, from its top.
    pub fn reset(&mut self) {
        self.first = 0;
    }

    /// After scrolling: whether other rows have to be drawn. `list` stands between two spacers, in what is scrolled.
    pub fn scrolled(&mut self, list: &Element) -> bool {
        let scroller = list.closest(SCROLLERS).ok().flatten();
        let (Some(scroller), Some(above)) = (scroller, list.previous_element_sibling()) else {
            return false;
        };
        // Not shown at all, on a phone, it is as it was.
        if self.height == 0 || scroller.client_height() == 0 {
            return false;
        }
        let top = above.get_bounding_client_rect().top() - scroller.get_bounding_client_rect().top();
        let before = (self.first, self.seen);
        self.first = (-top as i32 / self.height).max(0) as usize / STEP * STEP;
        self.seen = (scroller.client_height() / self.height) as usize + 1;
        self.first != before.0 || self.seen > before.1
    }

    /// After drawing `drawn` of so many rows: makes room for the others. Whether those drawn are too few.
    pub fn settle(&mut self, list: &HtmlElement, drawn: &Range<usize>, total: usize) -> bool {
        let row = list.first_element_child().map_or(0, |row| row.client_height());
        if row > 0 {
            self.height = row;
        }
        let room = |rows: usize| rows as f64 * f64::from(self.height);
        if let (Some(above), Some(below)) = (list.previous_element_sibling(), list.next_element_sibling()) {
            set_height(&above, room(drawn.start.min(total)));
            set_height(&below, room(total.saturating_sub(drawn.end)));
        }
        self.scrolled(list)
    }
}
