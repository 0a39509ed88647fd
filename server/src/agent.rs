//! What a device says it is, in a word or two: enough for its owner to know it again.

/// A browser, or whatever asks, and the system it runs on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    pub browser: Option<String>,
    pub system: Option<String>,
}

/// What it names itself by, and what it is. Those that name another one too stand before it.
const BROWSERS: [(&str, &str); 10] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// Characters of a program's name.
const NAME_CHARS: usize = 30;

impl Agent {
    /// Reads a `User-Agent`.
    pub fn read(text: &str) -> Self {
        let find = |all: &[(&str, &'static str)]| {
            all.iter().find(|(mark, _)| text.contains(mark)).map(|(_, name)| (*name).to_owned())
        };
        Self { browser: find(&BROWSERS).or_else(|| program(text)), system: find(&SYSTEMS) }
    }
}

/// What is no browser names itself first: `curl/8.5.0`.
fn program(text: &str) -> Option<String> {
    let name = text.split(['/', ' ']).next()?;
    let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    (!name.is_empty() && name.len() <= NAME_CHARS && is_plain).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_known_again_by_its_browser_and_its_system() {
        let known = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36",
                ("Chrome", "Windows"),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36 Edg/148.0.0.0",
                ("Edge", "Windows"),
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ("Firefox", "Linux")),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Mobile Safari/537.36",
                ("Chrome", "Android"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                ("Safari", "iPhone"),
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
                ("Safari", "macOS"),
            ),
        ];
        for (text, (browser, system)) in known {
            let agent = Agent { browser: Some(browser.to_owned()), system: Some(system.to_owned()) };
            assert_eq!(Agent::read(text), agent, "{text}");
        }
    }

    #[test]
    fn a_program_is_known_by_its_name_and_nonsense_is_nobody() {
        assert_eq!(Agent::read("curl/8.5.0").browser.as_deref(), Some("curl"));
        for nonsense in ["", " ", "<script>", "grüezi/1", &"x".repeat(31)] {
            assert_eq!(Agent::read(nonsense), Agent::default(), "{nonsense}");
        }
    }
}
