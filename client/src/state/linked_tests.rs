//! What is linked to while one writes: when it is asked for, what goes along, and what an edit leaves of it.

use kith_shared::frame::ServerFrame;
use kith_shared::message::Body;
use kith_shared::preview::Preview;
use kith_shared::setting::{OFF, PREVIEWS};
use kith_shared::{ClientId, Seq, json};
use uuid::Uuid;

use super::tests::{DIALOG, ME, apply, message, opened, outgoing, view};
use super::*;

const PAGE: &str = "https://example.org/boats";

fn page() -> Preview {
    json::read(&format!(r#"{{"url": "{PAGE}", "title": "Boats", "seal": "abc"}}"#)).unwrap()
}

fn draft(text: &str) -> Action {
    Action::Draft { conversation: DIALOG, text: text.to_owned() }
}

fn linked(url: &str, preview: Option<Preview>) -> Action {
    let linked = Linked { url: url.to_owned(), preview: preview.map(Box::new) };
    Action::Linked { conversation: DIALOG, linked }
}

fn body(text: &str) -> Body {
    let preview = Some(Box::new(page()));
    Body::Text { text: text.to_owned(), reply_to: None, forwarded: false, files: Vec::new(), preview }
}

#[test]
fn the_first_page_a_draft_links_to_is_asked_for_once() {
    let mut state = opened(2);
    for nothing in ["", "hello", "main.rs", "`https://example.org/boats`"] {
        apply(&mut state, draft(nothing));
        assert_eq!(state.to_preview(DIALOG), None, "{nothing}");
    }
    let text = format!("look: {PAGE} and https://example.org/cats");
    apply(&mut state, draft(&text));
    assert_eq!(state.to_preview(DIALOG), Some(PAGE));
    apply(&mut state, linked(PAGE, None));
    assert_eq!(state.to_preview(DIALOG), None, "there is none");
    apply(&mut state, draft("https://example.org/cats"));
    assert_eq!(state.to_preview(DIALOG), Some("https://example.org/cats"));
}

#[test]
fn who_wants_no_previews_asks_for_none() {
    let mut state = opened(2);
    apply(&mut state, draft(PAGE));
    let client_id = ClientId(Uuid::nil());
    let (key, value) = (PREVIEWS.to_owned(), Some(OFF.to_owned()));
    apply(&mut state, Action::Set(Pending { client_id, key, value }));
    assert_eq!(state.to_preview(DIALOG), None);
}

#[test]
fn a_preview_goes_along_with_what_still_links_to_its_page() {
    let mut state = opened(2);
    apply(&mut state, draft(PAGE));
    apply(&mut state, linked(PAGE, Some(page())));
    let goes = |state: &State, text: &str| view(state).preview_of(text).cloned();
    assert_eq!(goes(&state, &format!("see {PAGE}!")), Some(page()));
    assert_eq!(goes(&state, "never mind"), None);
    assert_eq!(goes(&state, &format!("https://example.org/cats {PAGE}")), None, "another page is the first");
    apply(&mut state, linked(PAGE, None));
    assert_eq!(goes(&state, PAGE), None, "it was left out");
    apply(&mut state, linked(PAGE, Some(page())));
    apply(&mut state, Action::Written(outgoing(50)));
    assert_eq!(view(&state).linked, None, "the next message begins anew");
}

#[test]
fn an_edit_keeps_the_preview_of_what_it_links_to() {
    let mut state = opened(2);
    let mut mine = message(3, ME);
    mine.body = body(PAGE);
    apply(&mut state, Action::Frame(ServerFrame::Messages { messages: vec![mine.clone()] }));
    let mine = Rc::new(mine);
    for (number, text, kept) in [(50, "there: https://example.org/boats", true), (51, "nowhere", false)] {
        let mut edit = outgoing(number);
        (edit.of, edit.body) = (Some(Seq(3)), Body::text(text));
        apply(&mut state, Action::Written(edit));
        let shown = view(&state).shown(&mine, ME).body.clone();
        let Body::Text { preview, .. } = shown else { panic!("a text") };
        assert_eq!(preview.is_some(), kept, "{text}");
    }
}
