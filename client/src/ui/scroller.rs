//! The scrolling of a long list: which rows are drawn, and that what one looks at stays where it is.
//!
//! Between two spacers stand the rows that are drawn. After each drawing they are measured, the spacers made as high as
//! what is not drawn, and the list scrolled so that the row one looks at is where it was: all before the browser paints.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::state::{ConversationView, NOTHING, Place, Span, Viewport};

/// Closer to the end than this is at the end, in pixels.
const AT_END: i32 = 40;

pub struct Scroller {
    pub viewport: Viewport,
    pub drawn: Span,
    place: Place,
    /// How far it is scrolled, as far as is known.
    top: i32,
    /// The user has scrolled away from the end, of which the conversation's place does not know yet.
    left_end: bool,
    width: i32,
}

impl Default for Scroller {
    fn default() -> Self {
        // As high as most screens, until the first drawing can be measured.
        let viewport = Viewport { height: 700.0, ..Viewport::default() };
        Self { viewport, drawn: NOTHING, place: Place::Newest, top: 0, left_end: false, width: 0 }
    }
}

impl Scroller {
    /// The rows to draw.
    pub fn choose(&mut self, view: &ConversationView) -> Span {
        if self.place != view.place {
            self.place = view.place;
            if let Place::At(anchor) = view.place {
                self.viewport.anchor = anchor;
            }
        }
        if self.at_end(view) {
            self.viewport.show_end(view.row_count());
        }
        self.drawn = self.viewport.choose(view.rows_in_memory(), self.drawn);
        self.drawn
    }

    /// After a drawing, or when sizes changed. Whether what is seen now has to be drawn anew.
    pub fn settle(&mut self, log: &Element, view: &ConversationView) -> bool {
        let Some([above, rows, below]) = parts(log) else { return false };
        self.measure(log, &rows);
        let drawn = self.drawn;
        if self.choose(view) != drawn {
            return true;
        }
        let heights = &self.viewport.heights;
        set_height(&above, heights.above(drawn.first));
        set_height(&below, heights.above(view.row_count() + 1) - heights.above(drawn.last + 1));
        let end = log.scroll_height() - log.client_height();
        let top = if self.at_end(view) { end } else { (self.viewport.top().round() as i32).min(end) };
        if top != log.scroll_top() {
            log.set_scroll_top(top);
        }
        self.top = log.scroll_top();
        false
    }

    /// The list was scrolled: whether it is at its end now, and whether other rows have to be drawn.
    pub fn scrolled(&mut self, log: &Element, view: &ConversationView) -> (bool, bool) {
        self.hear(log);
        self.left_end = false;
        // The browser may tell of it only when one is to be somewhere else by now, which is not drawn yet.
        let is_news = self.place == view.place;
        let at_end = if is_news { view.at_newest() && below(log) <= AT_END } else { view.follows() };
        (at_end, self.viewport.choose(view.rows_in_memory(), self.drawn) != self.drawn)
    }

    /// The user may have scrolled: then other rows are what they look at. What was scrolled from here changes nothing.
    pub fn hear(&mut self, log: &Element) {
        let top = log.scroll_top();
        if top != self.top {
            self.top = top;
            self.left_end = below(log) > AT_END;
            self.viewport.scrolled(f64::from(top), self.drawn);
        }
    }

    /// Whether the end is to be in view, and is there.
    fn at_end(&self, view: &ConversationView) -> bool {
        view.follows() && view.at_newest() && !self.left_end
    }

    fn measure(&mut self, log: &Element, rows: &Element) {
        self.viewport.height = f64::from(log.client_height());
        if self.width != log.client_width() {
            self.width = log.client_width();
            self.viewport.heights = Default::default();
        }
        let mut row = rows.first_element_child();
        for number in self.drawn.first..=self.drawn.last {
            let Some(element) = row else { break };
            self.viewport.heights.measured(number, element.get_bounding_client_rect().height());
            row = element.next_element_sibling();
        }
    }
}

/// The spacer above, what is drawn, and the spacer below.
pub fn parts(log: &Element) -> Option<[Element; 3]> {
    let above = log.first_element_child()?;
    let rows = above.next_element_sibling()?;
    let below = rows.next_element_sibling()?;
    Some([above, rows, below])
}

/// Set in the document, not written into it: the page allows no style in its text.
pub fn set_height(spacer: &Element, height: f64) {
    if let Some(spacer) = spacer.dyn_ref::<HtmlElement>() {
        // Only a style that can't be changed refuses, and an element's own can.
        // In whole pixels: a number with a fraction is six kilobytes to write.
        let _ = spacer.style().set_property("height", &format!("{}px", height.round() as i64));
    }
}

/// Pixels between what is seen and the end.
fn below(log: &Element) -> i32 {
    log.scroll_height() - log.scroll_top() - log.client_height()
}
