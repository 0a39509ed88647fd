//! What the UI shows, and the pure functions that change it. No browser types: tested natively.
//!
//! The engine makes an [`Action`] of everything that happens, [`State::apply`] turns it into the next state, and the UI
//! reads that. Values sit behind `Rc` so that a clone of the state is cheap and a widget redraws when its part changed.

mod action;
mod changes;
mod completion;
mod contact;
mod conversation;
mod elsewhere;
#[cfg(test)]
mod elsewhere_tests;
mod emoji;
mod expiry;
mod first_screen;
mod group;
mod heights;
mod linked;
#[cfg(test)]
mod linked_tests;
mod listing;
mod media;
mod notifications;
#[cfg(test)]
mod notifications_tests;
mod order;
mod outbox;
#[cfg(test)]
mod polls_tests;
mod pushed;
mod ranges;
mod reactors;
mod route;
mod scheduled;
#[cfg(test)]
mod scheduled_tests;
mod search;
#[cfg(test)]
mod search_tests;
mod session;
mod settings;
mod stickers;
mod sync;
#[cfg(test)]
mod tests;
mod timeline;
mod unbroken;
mod viewport;
mod window;
#[cfg(test)]
mod window_tests;

use std::rc::Rc;

use kith_shared::auth::Session;
use kith_shared::contact::{Contact, InvitationPreview};
use kith_shared::problem::Code;
use kith_shared::scheduled::Schedule;
use kith_shared::sticker::Pack;
use kith_shared::user::User;
use kith_shared::{ConversationId, Millis, PackId, Seq, UserId};
use litemap::LiteMap;

pub use action::{Action, Cut, Effect, Stored};
pub use changes::Reacting;
pub use completion::{Suggestion, Word, word_at};
pub use conversation::{ConversationView, Counted, Delivery, Held, Outgoing, Typing};
pub use emoji::{Emoji, EmojiList, TONES};
pub use first_screen::{FirstScreen, beginning};
pub use linked::Linked;
pub use listing::Listing;
pub use media::{BUDGETS, CLOSEST, Crop, Kept, LARGEST, Rules, SIZES, Upload, UploadStep, Zoom, room_for};
pub use notifications::Notification;
pub use pushed::Pushed;
pub use ranges::Ranges;
pub use reactors::Reactors;
pub use route::Route;
pub use scheduled::Later;
pub use search::{BLOCK, Block, merge};
pub use settings::{Pending, UserSettings};
pub use stickers::named as named_sticker;
pub use timeline::{Answered, Bubble, Content};
pub use unbroken::{End, Unbroken};
pub use viewport::{Anchor, NOTHING, Span, Viewport};
pub use window::Place;

/// Everything there is to show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub phase: Phase,
    pub connection: Connection,
    pub route: Route,
    pub contacts: Rc<Vec<Contact>>,
    /// Friends with a connection, ascending.
    pub online: Rc<Vec<UserId>>,
    pub conversations: Rc<LiteMap<ConversationId, Rc<ConversationView>>>,
    pub settings: Rc<UserSettings>,
    /// What the server sends later.
    pub schedule: Rc<Schedule>,
    /// The order of the Contact List.
    pub listing: Rc<Listing>,
    /// The invitation whose link was opened, once looked up.
    pub invitation: Option<Rc<InvitationLookup>>,
    /// The emoji there are, once somebody needed them.
    pub emoji: Option<Rc<EmojiList>>,
    /// Packs of stickers that are at hand, whole, in no order.
    pub packs: Rc<Vec<Pack>>,
    /// The pack of stickers that is shown.
    pub pack: Option<PackId>,
    /// What an emoji is being picked for.
    pub picking: Option<Picking>,
    /// Said once, plainly, at the edge of the screen, until dismissed or replaced.
    pub notice: Option<Notice>,
    /// Messages that came in dialogs one is not in, the latest last, a dialog each.
    pub notifications: Rc<Vec<Notification>>,
    /// Somebody looks at the app, in this tab.
    pub attentive: bool,
    /// A new version of the app is on this device, and takes this one's place when it is loaded again.
    pub update: bool,
    /// Whether the app can be installed.
    pub install: Install,
    /// The browser removes what is stored when nobody comes for a week.
    pub storage_forgets: bool,
    /// Now, as of the last tick (once a minute and with every action that carries a time): for "today" and for typing
    /// lines that end.
    pub now: Millis,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// Device Storage has not answered yet: nothing is known, so nothing is shown.
    #[default]
    Starting,
    /// Device Storage is being read, and the head of the Contact List shown as it was when the app was left.
    Opening(Rc<Session>),
    LoggedOut,
    LoggedIn(Rc<Session>),
}

/// Whether the app can be installed here, as far as the browser says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Install {
    /// It is, or can't be.
    #[default]
    No,
    Possible,
    /// The user comes back again and again: it is worth a word.
    Offered,
}

/// The socket, as one who waits for it wants to know it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// The device says it has no network.
    #[default]
    Offline,
    Connecting,
    /// The last try failed; the next one is due at this time.
    Waiting {
        until: Millis,
    },
    /// Connected, fetching what was missed.
    CatchingUp,
    Online,
}

#[derive(Clone, Debug, PartialEq)]
pub struct InvitationLookup {
    pub token: String,
    /// `None` while it is being looked up.
    pub result: Option<Result<InvitationPreview, Failure>>,
}

/// Why something asked for did not happen, for a sentence in the user's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server said no, and why.
    Refused(Code),
    /// The server can't be reached.
    Unreachable,
    /// Device Storage refused: full, private mode, or broken. What was not stored is still shown, and still in hand.
    Storage,
    /// There is no room on this device for what is to be sent.
    Full,
    /// There is no microphone, or Kith may not use it.
    Microphone,
    /// The browser can't read it as a picture.
    Picture,
    /// The user, or their system, does not let Kith show notifications.
    PushDenied,
    /// The browser has no push service, or that can't be reached.
    PushService,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picking {
    /// To be written where the caret is.
    Text(ConversationId),
    /// To react to a message with.
    Reaction(ConversationId, Seq),
}

impl Picking {
    pub fn conversation(self) -> ConversationId {
        let (Self::Text(conversation) | Self::Reaction(conversation, _)) = self;
        conversation
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    Failed(Failure),
    /// Device Storage can't be used: Kith goes on online, and forgets when closed.
    StorageUnavailable,
    /// There is no room for more.
    StorageFull,
    /// A newer version of the app has changed it: this one has to be loaded again.
    StorageNewer,
    /// A push that was asked for has come.
    PushArrived,
}

impl State {
    /// The logged-in user's id, once what this device holds of theirs is known.
    pub fn me(&self) -> Option<UserId> {
        self.user().map(|user| user.id)
    }

    /// The logged-in user's name after `@`; empty without one.
    pub fn username(&self) -> &str {
        self.user().map_or("", |user| &user.username)
    }

    fn user(&self) -> Option<&User> {
        match &self.phase {
            Phase::LoggedIn(session) => Some(&session.user),
            Phase::Starting | Phase::Opening(_) | Phase::LoggedOut => None,
        }
    }

    /// Unread messages over all conversations, for the title.
    pub fn unread(&self) -> i64 {
        self.me().map_or(0, |me| self.conversations.values().map(|view| view.unread(me)).sum())
    }
}
