//! The list of emoji, fetched when somebody first needs it, and what is picked from it.

use kith_shared::setting;

use super::{Engine, rest};
use crate::state::{Action, EmojiList, Failure, Picking};

impl Engine {
    /// Has the list of emoji in the state; the service worker keeps it for those who are offline.
    ///
    /// # Errors
    /// When it is not there and can't be fetched.
    pub async fn load_emoji(&self) -> Result<(), Failure> {
        if self.state().emoji.is_none() {
            let list = EmojiList::read(rest::emoji().await?).ok_or(Failure::Unreachable)?;
            self.dispatch(Action::Emoji(list));
        }
        Ok(())
    }

    /// Shows what an emoji is picked from, or no longer.
    pub fn set_picking(&self, picking: Option<Picking>) {
        self.dispatch(Action::Picking(picking));
    }

    /// One was picked: it is offered first from now on, on all devices.
    pub fn remember_emoji(&self, emoji: &str) {
        let recent = self.state().with_recent_emoji(emoji);
        if recent.is_some() {
            self.set(setting::EMOJI_RECENT.to_owned(), recent);
        }
    }

    /// Sets the skin tone of the emoji one picks; none is the yellow one.
    pub fn set_emoji_tone(&self, tone: Option<char>) {
        self.set(setting::EMOJI_TONE.to_owned(), tone.map(String::from));
    }
}
