//! Imports: people, rooms, messages and files of another chat's export, brought into a server's data.
//!
//! Each format is read into one [`model`], and written from that. Beside a running server it is safe: what is written
//! comes in short transactions of the database, as the server's own does; devices learn of it when they connect again.

mod mattermost;
mod model;
mod pieces;
mod slack;
mod slack_text;
mod source;
mod telegram;
mod telegram_text;
mod write;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::Path;

use self::mattermost::Mattermost;
use self::model::Export;
use self::slack::Slack;
use self::source::Source;
use self::telegram::Telegram;
use self::write::Writer;
use crate::backup::Place;
use crate::error::Result;
use crate::media::Storage;
use crate::password::Passwords;
use crate::store::Store;
use crate::token;

/// Whose export it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Slack,
    Mattermost,
    Telegram,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Mattermost => "mattermost",
            Self::Telegram => "telegram",
        }
    }
}

/// What is new here, and how much was of a kind Kith does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub people: u64,
    pub groups: u64,
    pub dialogs: u64,
    pub messages: u64,
    pub files: u64,
    pub left_out: u64,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [people, groups, dialogs] = [self.people, self.groups, self.dialogs].map(grouped);
        let [messages, files, left_out] = [self.messages, self.files, self.left_out].map(grouped);
        write!(f, "{people} people, {groups} groups, {dialogs} dialogs, {messages} messages, {files} files")?;
        if self.left_out > 0 {
            write!(f, "; {left_out} of a kind Kith does not have were left out")?;
        }
        Ok(())
    }
}

/// A number with commas between its thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let comma = |place: usize| place > 0 && (digits.len() - place).is_multiple_of(3);
    let grouped = digits.chars().enumerate();
    grouped.fold(String::new(), |text, (place, digit)| {
        text + if comma(place) { "," } else { "" } + &digit.to_string()
    })
}

/// Brings an export in. Done again, it brings what is not here yet.
///
/// # Errors
/// When the export can't be read, with the file and the line; what was brought before stays.
pub async fn bring(place: &Place, format: Format, path: &Path) -> Result<Counts> {
    let source = Source::open(path)?;
    // Read as far as it can be before anything is written.
    let export: Box<dyn Export + '_> = match format {
        Format::Slack => Box::new(Slack::open(&source)?),
        Format::Mattermost => Box::new(Mattermost::open(&source, path)?),
        Format::Telegram => Box::new(Telegram::open(&source)?),
    };
    let store = Store::open_existing(&place.data).await?;
    let storage = Storage::open(place.media.as_deref(), &place.data)?;
    // Nobody knows what it is the hash of: who is new can't log in until an administrator gives them a password.
    let password_hash = Passwords::default().hash(token::session()).await?;
    let mut writer = Writer {
        format,
        store: &store,
        storage: &storage,
        source: &source,
        password_hash,
        people: HashMap::new(),
        bots: HashSet::new(),
        kept: HashSet::new(),
        first: HashSet::new(),
        names: HashMap::new(),
        counts: Counts::default(),
        files: HashSet::new(),
    };
    let done = writer.write(&*export).await;
    let counts = writer.counts;
    store.close().await;
    done.map(|()| counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_told_in_a_sentence() {
        let counts =
            Counts { people: 12, groups: 3, messages: 4_321, files: 17, left_out: 5, ..Counts::default() };
        assert_eq!(
            counts.to_string(),
            "12 people, 3 groups, 0 dialogs, 4,321 messages, 17 files; 5 of a kind Kith does not have were left out"
        );
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
