//! docs/protocol.md, taken apart.

use serde_json::Value;

pub const TEXT: &str = include_str!("../../../../docs/protocol.md");

pub struct Block {
    /// Where it stands, for whoever has to mend it.
    pub line: usize,
    pub content: Content,
}

pub enum Content {
    Http(Exchange),
    Frames(Vec<Frame>),
}

/// A header's name and what it says.
pub type Header = (String, String);

pub struct Exchange {
    pub method: String,
    pub path: String,
    pub headers: Vec<Header>,
    pub body: Option<String>,
    pub status: u16,
    pub told: Vec<Header>,
    /// Not looked at where there is none.
    pub answer: Option<String>,
}

pub struct Frame {
    pub who: String,
    pub is_sent: bool,
    pub json: String,
}

pub fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = TEXT.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let Some(kind) = line.strip_prefix("```").filter(|kind| !kind.is_empty()) else { continue };
        let inside: Vec<_> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
        let content = match kind {
            "http" => Content::Http(exchange(&inside)),
            "frames" => Content::Frames(frames(&inside)),
            other => panic!("line {}: no test knows {other:?}", at + 1),
        };
        blocks.push(Block { line: at + 1, content });
    }
    blocks
}

fn exchange(lines: &[&str]) -> Exchange {
    let mut halves = lines.split(|line| line.is_empty());
    let (question, answer) = (halves.next().unwrap(), halves.next().expect("an answer"));
    let (method, path) = question[0].split_once(' ').expect("a method and a path");
    let (headers, body) = headers(&question[1..]);
    let (told, answered) = self::headers(&answer[1..]);
    let text = |lines: &[&str]| Some(lines.join("\n")).filter(|text| !text.is_empty());
    Exchange {
        method: method.to_owned(),
        path: path.to_owned(),
        headers,
        body: text(body),
        status: answer[0].parse().expect("a status"),
        told,
        answer: text(answered),
    }
}

/// The lines that are headers, and those after them.
fn headers<'a>(lines: &'a [&'a str]) -> (Vec<Header>, &'a [&'a str]) {
    let header = |line: &str| {
        let (name, value) = line.split_once(": ")?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        name.chars().all(is_name).then(|| (name.to_owned(), value.to_owned()))
    };
    let headers: Vec<_> = lines.iter().map_while(|line| header(line)).collect();
    let rest = &lines[headers.len()..];
    (headers, rest)
}

fn frames(lines: &[&str]) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    for line in lines {
        // A line that is set in goes on with the frame above.
        if let Some(frame) = frames.last_mut().filter(|_| line.starts_with(' ')) {
            frame.json.push_str(line);
            continue;
        }
        let mut parts = line.splitn(3, ' ');
        let (who, way, json) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        assert!(matches!(way, "<" | ">"), "{line}");
        frames.push(Frame { who: who.to_owned(), is_sent: way == ">", json: json.to_owned() });
    }
    frames
}

impl Frame {
    pub fn kind(&self) -> String {
        let json: Value = serde_json::from_str(&self.json).unwrap();
        json["type"].as_str().expect("a type").to_owned()
    }
}
