//! What was measured, what was aimed at, and whether it is met.

use crate::scrolling::JITTER;

pub enum Aim {
    None,
    AtMost(f64),
    AtLeast(f64),
}

pub struct Row {
    what: String,
    unit: &'static str,
    value: f64,
    aim: Aim,
}

impl Row {
    pub fn new(what: impl Into<String>, unit: &'static str, value: f64, aim: Aim) -> Self {
        Self { what: what.into(), unit, value, aim }
    }

    fn print(&self) {
        let (aim, verdict) = match self.aim {
            Aim::None => (String::new(), ""),
            Aim::AtMost(most) => (format!("at most {most}"), verdict(self.value <= most)),
            Aim::AtLeast(least) => (format!("at least {least}"), verdict(self.value >= least)),
        };
        let comma = if self.unit.is_empty() { "" } else { ", " };
        let what = format!("{}{comma}{}", self.what, self.unit);
        println!("{}", format!("{what:62} {:>9.1}  {aim:<15} {verdict}", self.value).trim_end());
    }
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "not met" }
}

pub fn print(rows: &[Row]) {
    println!(
        "\nPainted: in the document, and the next frame drawn. A frame comes on time when it begins no more than 16.7 ms\n\
         after the one before, and {JITTER} ms, by which the browser's own timer is off; one that is missed makes it twice\n\
         that. Memory: the page's scripts, their buffers, its document, and the client's module. Best on a quiet machine.\n"
    );
    println!("{:62} {:>9}  {:<15} met or not", "", "value", "aim");
    rows.iter().for_each(Row::print);
}
