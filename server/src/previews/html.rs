//! What a page says of itself: Open Graph's names for it, Twitter's, or HTML's own.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{HtmlString, StartTag, Token, Tokenizer};
use kith_shared::limits::{PREVIEW_DESCRIPTION_CHARS, PREVIEW_SITE_CHARS, PREVIEW_TITLE_CHARS};
use kith_shared::validate::turns;

/// All of it in one line each, and no longer than it is shown.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub title: String,
    pub description: Option<String>,
    pub site: Option<String>,
    /// The address of a picture, as it stands there.
    pub image: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    Title,
    Description,
    Site,
    Image,
}

/// What is known of one thing, and how well whoever named it knows: the lower the better.
#[derive(Default)]
struct Best(Option<(u8, String)>);

impl Best {
    fn offer(&mut self, rank: u8, text: String) {
        if !text.is_empty() && self.0.as_ref().is_none_or(|(known, _)| rank < *known) {
            self.0 = Some((rank, text));
        }
    }

    fn text(self) -> Option<String> {
        self.0.map(|(_, text)| text)
    }
}

#[derive(Default)]
struct Reader {
    title: Best,
    description: Best,
    site: Best,
    image: Best,
}

/// `None` for what has no title: it is no page to tell of.
pub fn read(html: &str) -> Option<Said> {
    let mut emitter = DefaultEmitter::default();
    // What stands in scripts and the like is no markup.
    emitter.naively_switch_states(true);
    let (mut reader, mut in_title) = (Reader::default(), false);
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                in_title = tag.name.as_slice() == b"title";
                reader.tag(&tag);
            }
            Token::EndTag(_) => in_title = false,
            Token::String(text) if in_title => {
                reader.title.offer(2, line(&lossy(&text), PREVIEW_TITLE_CHARS));
            }
            _ => {}
        }
    }
    Some(Said {
        title: reader.title.text()?,
        description: reader.description.text(),
        site: reader.site.text(),
        image: reader.image.text(),
    })
}

impl Reader {
    fn tag(&mut self, tag: &StartTag<()>) {
        let attribute = |name: &[u8]| tag.attributes.get(name).map(|value| lossy(value));
        match tag.name.as_slice() {
            b"meta" => {
                let Some(content) = attribute(b"content") else { return };
                // Each is given by the other's attribute often enough.
                let names = [attribute(b"property"), attribute(b"name")];
                for (about, rank) in names.iter().flatten().filter_map(|name| known(name)) {
                    self.offer(about, rank, &content);
                }
            }
            b"link" if attribute(b"rel").is_some_and(|rel| rel.eq_ignore_ascii_case("image_src")) => {
                let address = attribute(b"href").unwrap_or_default();
                self.offer(About::Image, 2, &address);
            }
            _ => {}
        }
    }

    fn offer(&mut self, about: About, rank: u8, text: &str) {
        match about {
            About::Title => self.title.offer(rank, line(text, PREVIEW_TITLE_CHARS)),
            About::Description => self.description.offer(rank, line(text, PREVIEW_DESCRIPTION_CHARS)),
            About::Site => self.site.offer(rank, line(text, PREVIEW_SITE_CHARS)),
            About::Image => self.image.offer(rank, text.trim().to_owned()),
        }
    }
}

fn known(name: &str) -> Option<(About, u8)> {
    Some(match name.trim().to_ascii_lowercase().as_str() {
        "og:title" => (About::Title, 0),
        "twitter:title" => (About::Title, 1),
        "og:description" => (About::Description, 0),
        "twitter:description" => (About::Description, 1),
        "description" => (About::Description, 2),
        "og:site_name" => (About::Site, 0),
        "application-name" => (About::Site, 1),
        "og:image" | "og:image:url" | "og:image:secure_url" => (About::Image, 0),
        "twitter:image" | "twitter:image:src" => (About::Image, 1),
        _ => return None,
    })
}

fn lossy(text: &HtmlString) -> String {
    String::from_utf8_lossy(text).into_owned()
}

/// In one line, without what can't be seen or turns what follows it around; what is too long ends in an ellipsis.
fn line(text: &str, most: usize) -> String {
    let plain: String =
        text.chars().filter(|c| !turns(*c) && (!c.is_control() || c.is_whitespace())).collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some(_) => line.chars().take(most - 1).collect::<String>().trim_end().to_owned() + "…",
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn title(html: &str) -> Option<String> {
        read(html).map(|said| said.title)
    }

    #[test]
    fn what_is_meant_for_previews_comes_first() {
        let html =
            "<title>Own</title><meta name=twitter:title content=Short><meta name=description content=own>
            <meta property=og:title content=Open><meta property=og:title content=Second>
            <meta name=twitter:image content=b.png><link rel=image_src href=c.png>";
        let said = read(html).unwrap();
        assert_eq!((said.title.as_str(), said.description.as_deref()), ("Open", Some("own")));
        assert_eq!(said.image.as_deref(), Some("b.png"));
        assert_eq!(title("<title>Own</title><meta property=og:title content=' '>").as_deref(), Some("Own"));
    }

    #[test]
    fn only_what_is_markup_is_read() {
        for html in [
            "",
            "no page",
            "<title> \n</title>",
            "<!-- <title>a</title> -->",
            "<script>'<title>a</title>'</script>",
            "<style><title>a</title></style>",
            "<meta name=description content=a>",
            "<meta property='og:title'>",
        ] {
            assert_eq!(title(html), None, "{html}");
        }
        assert_eq!(
            title("<title>a &lt;b&gt; &eacute;<!-- no comment --></title>").as_deref(),
            Some("a <b> é<!-- no comment -->")
        );
        assert_eq!(title("<svg><title>Icon</title></svg><title>Late</title>").as_deref(), Some("Icon"));
    }

    #[test]
    fn what_is_said_stays_in_its_line() {
        assert_eq!(
            title("<title>pay\u{202e}lap\u{0}\tnow\n\u{2066}</title>").as_deref(),
            Some("paylap\u{fffd} now")
        );
        let long = title(&format!("<title>{}</title>", "é ".repeat(500))).unwrap();
        assert_eq!((long.chars().count(), long.ends_with("é…")), (PREVIEW_TITLE_CHARS, true));
    }

    proptest! {
        #[test]
        fn whatever_a_page_is_it_says_no_more_than_is_shown(parts in prop::collection::vec(
            prop_oneof!["<title>", "</title>", "<meta property='og:description' content='", "'>", "<script>", "<!--",
                "&#x1f600;", "\\PC{0,40}", "[\\x00-\\xff]{0,40}"],
            0..60,
        )) {
            if let Some(said) = read(&parts.concat()) {
                prop_assert!((1..=PREVIEW_TITLE_CHARS).contains(&said.title.chars().count()));
                let in_line = !said.title.contains(['\n', '\u{202e}']);
                prop_assert!(in_line, "{:?}", said.title);
                prop_assert!(said.description.is_none_or(|it| it.chars().count() <= PREVIEW_DESCRIPTION_CHARS));
            }
        }
    }
}
