//! A message's text: as it was written, with its links made clickable. It never becomes HTML.

use linkify::{LinkFinder, LinkKind};
use yew::prelude::*;

pub fn rich_text(text: &str) -> Html {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(false);
    finder.spans(text).map(|span| part(span.as_str(), span.kind().is_some())).collect()
}

fn part(text: &str, link: bool) -> Html {
    match link.then(|| address(text)).flatten() {
        Some(address) => html! {
            <a href={address} target="_blank" rel="noopener noreferrer nofollow">{ text }</a>
        },
        None => html! { { text } },
    }
}

/// Where a link leads; `None` for a scheme that should not be followed from a chat.
fn address(text: &str) -> Option<String> {
    match text.split_once("://") {
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") => {
            Some(text.to_owned())
        }
        Some(_) => None,
        None => Some(format!("https://{text}")),
    }
}
