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

pub struct Exchange {
    pub method: String,
    pub path: String,
    pub authorization: Option<String>,
    pub body: Option<String>,
    pub status: u16,
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
    let authorization = question.get(1).and_then(|line| line.strip_prefix("Authorization: "));
    let body = &question[1 + usize::from(authorization.is_some())..];
    let text = |lines: &[&str]| Some(lines.join("\n")).filter(|text| !text.is_empty());
    Exchange {
        method: method.to_owned(),
        path: path.to_owned(),
        authorization: authorization.map(str::to_owned),
        body: text(body),
        status: answer[0].parse().expect("a status"),
        answer: text(&answer[1..]),
    }
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
