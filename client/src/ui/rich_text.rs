//! A message's text as it is meant: its tree, as nodes. It never becomes HTML.

use kith_markup::html;
use kith_shared::format::{Block, Inline, parse};
use yew::prelude::*;

use super::class::class;
use super::local::use_local;
use crate::i18n::text as words;

/// `me`: the username of who reads it.
pub fn rich_text(text: &str, me: &str) -> Html {
    let blocks = parse(text);
    match blocks.as_slice() {
        // What comes after it may stand in its last line.
        [Block::Paragraph(lines)] => html! { <span class="bubble__text">{ in_lines(lines, me) }</span> },
        blocks => html! { <div class="bubble__text">{ for blocks.iter().map(|it| block(it, me)) }</div> },
    }
}

fn block(block: &Block<'_>, me: &str) -> Html {
    match block {
        Block::Paragraph(lines) => html! { <p class="format__paragraph">{ in_lines(lines, me) }</p> },
        Block::Quote(blocks) => html! {
            <blockquote class="format__quote">{ for blocks.iter().map(|it| self::block(it, me)) }</blockquote>
        },
        Block::List { first, items } => {
            let items = items.iter().map(|item| html! { <li>{ parts(item, me) }</li> });
            match first {
                Some(first) => {
                    html! { <ol class="format__list" start={first.to_string()}>{ for items }</ol> }
                }
                None => html! { <ul class="format__list">{ for items }</ul> },
            }
        }
        // It may be wider than the screen, and then has to be reached to be scrolled.
        Block::Code { language, lines } => html! {
            <pre class="format__block" tabindex="0" data-language={(*language).to_owned()}>
                <code>{ lines.join("\n") }</code>
            </pre>
        },
    }
}

fn in_lines(lines: &[Vec<Inline<'_>>], me: &str) -> Html {
    let mut shown = Vec::with_capacity(lines.len() * 2);
    for line in lines {
        if !shown.is_empty() {
            shown.push(html! { { "\n" } });
        }
        shown.push(parts(line, me));
    }
    html! { { for shown } }
}

fn parts(inlines: &[Inline<'_>], me: &str) -> Html {
    inlines.iter().map(|inline| part(inline, me)).collect()
}

fn part(inline: &Inline<'_>, me: &str) -> Html {
    match inline {
        Inline::Text(text) => html! { { *text } },
        Inline::Bold(content) => html! { <strong>{ parts(content, me) }</strong> },
        Inline::Italic(content) => html! { <em>{ parts(content, me) }</em> },
        Inline::Strike(content) => html! { <s>{ parts(content, me) }</s> },
        Inline::Spoiler(content) => html! { <Spoiler>{ parts(content, me) }</Spoiler> },
        Inline::Code(text) => html! { <code class="format__code">{ *text }</code> },
        Inline::Link { address, content } => {
            let full =
                if address.contains("://") { (*address).to_owned() } else { format!("https://{address}") };
            html! {
                <a href={full.clone()} title={full} target="_blank" rel="noopener noreferrer nofollow">{ parts(content, me) }</a>
            }
        }
        Inline::Mention(name) => {
            let mine = name.eq_ignore_ascii_case(me);
            html! { <span class={class("format__mention", &[("format__mention--me", mine)])}>{ "@" }{ *name }</span> }
        }
    }
}

#[derive(PartialEq, Properties)]
struct Hidden {
    children: Html,
}

/// Not to be read before one asks for it.
#[component]
fn Spoiler(Hidden { children }: &Hidden) -> Html {
    let shown = use_local(|| false);
    if *shown.get() {
        return html! { <span class="format__spoiler format__spoiler--shown">{ children.clone() }</span> };
    }
    let onclick = Callback::from(move |_: MouseEvent| shown.set(|shown| *shown = true));
    html! {
        <button class="format__spoiler" type="button" aria-label={words("message.spoiler")} {onclick}>
            <span inert=true aria-hidden="true">{ children.clone() }</span>
        </button>
    }
}
