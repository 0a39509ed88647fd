//! Everything that can happen, and what it asks of the engine.

use std::rc::Rc;

use kith_shared::auth::Session;
use kith_shared::contact::Contacts;
use kith_shared::conversation::Conversation;
use kith_shared::frame::ServerFrame;
use kith_shared::message::{Message, Page};
use kith_shared::problem::Code;
use kith_shared::scheduled::Schedule;
use kith_shared::setting::Settings;
use kith_shared::sticker::Pack;
use kith_shared::user::User;
use kith_shared::{ClientId, ConversationId, FileId, Millis, PackId, Seq};

use super::{
    Connection, ConversationView, EmojiList, FirstScreen, Held, Install, InvitationLookup, Linked, Notice,
    Outgoing, Pending, Picking, Place, Route, State, UploadStep, UserSettings,
};

/// Something that happened: on the network, in Device Storage, by the user's hand.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Time went on.
    Tick {
        now: Millis,
    },
    /// What was seen last is shown until what Device Storage holds is known.
    Opening {
        session: Session,
        screen: FirstScreen,
    },
    /// Somebody is logged in, with what Device Storage held of theirs.
    LoggedIn {
        session: Session,
        stored: Stored,
    },
    /// Nobody is: never was, logged out, or the server said the session has ended.
    LoggedOut,
    Profile(User),
    Connection(Connection),
    Navigate(Route),
    Notice(Option<Notice>),
    /// A new version of the app is on this device.
    Updated,
    /// Whether the app can be installed.
    Install(Install),
    /// Whether the browser, one of those that forget, keeps what is stored.
    StorageKept(bool),
    Invitation(InvitationLookup),
    Contacts(Contacts),
    /// Conversations as the server has them now.
    Conversations(Vec<Conversation>),
    /// The server says that there is no such conversation, or that the user is no member.
    Left(ConversationId),
    /// The emoji there are.
    Emoji(EmojiList),
    /// The user wants to pick one, or no longer.
    Picking(Option<Picking>),
    /// Packs of stickers that are at hand now.
    Packs(Vec<Pack>),
    /// The user looks at a pack of stickers, or no longer.
    LookAtPack(Option<PackId>),
    /// Settings that were set since those that are held.
    Settings(Settings),
    /// What the server sends later, as it has it now.
    Schedule(Schedule),
    /// The user sets one.
    Set(Pending),
    Frame(ServerFrame),
    /// A push brought a message.
    Pushed(Message),
    /// A page came from the server.
    Page {
        conversation: ConversationId,
        cut: Cut,
        page: Page,
    },
    /// A page came out of Device Storage: messages without a hole, ascending.
    FromStorage {
        conversation: ConversationId,
        cut: Cut,
        messages: Vec<Message>,
    },
    /// A page one is going towards is on its way, or won't come.
    Loading {
        conversation: ConversationId,
        loading: bool,
    },
    /// The user went to a place in a conversation.
    Place {
        conversation: ConversationId,
        place: Place,
    },
    /// The user wrote a message, or changed one.
    Written(Outgoing),
    /// Messages that another tab or Device Storage holds, and this state lacks.
    Outbox(Vec<Outgoing>),
    /// The user wants a refused message tried again.
    Retried(ClientId),
    /// The user gives a refused message up.
    Discarded(ClientId),
    /// A file of a message in the outbox came further.
    Uploading {
        client_id: ClientId,
        file: FileId,
        step: UploadStep,
    },
    /// A file of a message could not be brought.
    UploadRefused {
        client_id: ClientId,
        code: Code,
    },
    /// The user holds up what a message carries, or no longer.
    Paused {
        client_id: ClientId,
        paused: bool,
    },
    Draft {
        conversation: ConversationId,
        text: String,
    },
    /// What is known of a page that the draft links to.
    Linked {
        conversation: ConversationId,
        linked: Linked,
    },
    /// The user answers a message, or not after all.
    Replying {
        conversation: ConversationId,
        reply: Option<Seq>,
    },
    /// Messages that are shown where they do not stand, wherever they came from.
    Elsewhere {
        conversation: ConversationId,
        messages: Vec<Message>,
    },
    /// The user edits a message, or has stopped doing so.
    Editing {
        conversation: ConversationId,
        edit: Option<(Seq, String)>,
    },
    /// Somebody looks at the app in this tab, or no longer.
    Attentive(bool),
    /// The user wants to see no more of what came in a dialog, or in any.
    Dismiss(Option<ConversationId>),
    /// The user has seen everything up to here.
    Seen {
        conversation: ConversationId,
        seq: Seq,
    },
}

/// Which page it was that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    Newest,
    /// The messages right below this one.
    Before(Seq),
    /// The messages right above this one.
    After(Seq),
    /// This one, and those on both sides of it.
    Around(Seq),
    /// What changed after what is held.
    Changed,
}

/// What Device Storage gives back at the start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stored {
    pub contacts: Contacts,
    pub conversations: Vec<Held>,
    pub outbox: Vec<Outgoing>,
    pub drafts: Vec<(ConversationId, String)>,
    pub settings: UserSettings,
    pub schedule: Schedule,
}

/// What has to be done for the state to stay true. The engine does it.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Fetch what changed after what is held, until nothing is left.
    CatchUp(ConversationId),
    /// Fetch the newest page first, for it is what one looks at; then catch up.
    FetchNewest(ConversationId),
    FetchConversations,
    FetchConversation(ConversationId),
    FetchContacts,
    FetchSettings,
    FetchSchedule,
    /// Send what the outbox holds, oldest first.
    SendOutbox,
    /// Send the settings that are pending.
    SendSettings,
    SendRead {
        conversation: ConversationId,
        seq: Seq,
    },
    /// Tell the server what was received, soon: more may come.
    SendReceived(ConversationId),
    StoreMessages(Vec<Rc<Message>>),
    StoreConversation(ConversationId),
    /// Remove a conversation and all that is kept of it.
    DropConversation(ConversationId),
    StoreSettings,
    StoreSchedule,
    StoreContacts,
    StoreOutgoing(Rc<Outgoing>),
    DropOutgoing(ClientId),
    /// The server has the message: what it carries need not be kept at any cost.
    FilesSent(Rc<Outgoing>),
    /// The message was given up, with what it carries.
    DropFiles(Rc<Outgoing>),
    StoreDraft {
        conversation: ConversationId,
        text: String,
    },
    /// A message came while nobody looked at this tab.
    Notify {
        conversation: ConversationId,
        seq: Seq,
    },
}

impl State {
    /// Makes the next state of this one; what has to be done about it is added to `effects`, in order.
    pub fn apply(&mut self, action: Action, effects: &mut Vec<Effect>) {
        match action {
            Action::Tick { now } => self.tick(now, effects),
            Action::Opening { session, screen } => self.show_first_screen(session, screen),
            Action::LoggedIn { session, stored } => self.log_in(session, stored),
            Action::LoggedOut => self.log_out(),
            Action::Profile(user) => self.set_profile(user),
            Action::Connection(connection) => self.connection = connection,
            Action::Navigate(route) => (self.route, self.picking, self.pack) = (route, None, None),
            Action::Updated => self.update = true,
            Action::Install(install) => self.install = install,
            Action::StorageKept(kept) => self.storage_forgets = !kept,
            Action::Notice(notice) => self.notice = notice,
            Action::Invitation(lookup) => self.invitation = Some(Rc::new(lookup)),
            Action::Contacts(contacts) => self.set_contacts(contacts, effects),
            Action::Conversations(list) => self.upsert_conversations(list, effects),
            Action::Left(conversation) => self.left(conversation, effects),
            Action::Emoji(list) => self.emoji = Some(Rc::new(list)),
            Action::Picking(picking) => self.picking = picking,
            Action::Packs(packs) => self.take_packs(packs),
            Action::LookAtPack(pack) => self.pack = pack,
            Action::Settings(settings) => self.take_settings(settings, effects),
            Action::Schedule(schedule) => self.take_schedule(schedule, effects),
            Action::Set(pending) => self.set_setting(pending, effects),
            Action::Frame(frame) => self.take_frame(frame, effects),
            Action::Pushed(message) => {
                self.change(message.conversation, |view, me| view.take_pushed(me, message, effects));
            }
            Action::Page { conversation, cut, page } => {
                self.change(conversation, |view, me| view.take_page(me, cut, page, effects));
            }
            Action::FromStorage { conversation, cut, messages } => {
                let messages: Vec<_> = messages.into_iter().map(Rc::new).collect();
                self.change(conversation, |view, _| view.show(cut, &messages));
                // Some may have disappeared since they were kept.
                self.expire(effects);
            }
            Action::Loading { conversation, loading } => {
                self.change(conversation, |view, _| view.loading = loading);
            }
            Action::Place { conversation, place } => {
                self.change(conversation, |view, _| view.place = place);
            }
            Action::Written(outgoing) => self.write(outgoing, effects),
            Action::Outbox(outbox) => self.add_outbox(outbox, effects),
            Action::Retried(client_id) => self.retry(client_id, effects),
            Action::Discarded(client_id) => self.discard(client_id, effects),
            Action::Uploading { client_id, file, step } => self.uploading(client_id, file, step, effects),
            Action::UploadRefused { client_id, code } => self.refuse_upload(client_id, code, effects),
            Action::Paused { client_id, paused } => self.pause(client_id, paused, effects),
            Action::Draft { conversation, text } => {
                self.change(conversation, |view, _| view.draft.clone_from(&text));
                effects.push(Effect::StoreDraft { conversation, text });
            }
            Action::Linked { conversation, linked } => {
                self.change(conversation, |view, _| view.linked = Some(linked));
            }
            Action::Replying { conversation, reply } => {
                self.change(conversation, |view, _| view.replying = reply);
            }
            Action::Elsewhere { conversation, messages } => {
                self.change(conversation, |view, _| view.show_elsewhere(messages));
            }
            Action::Editing { conversation, edit } => {
                self.change(conversation, |view, _| view.editing = edit);
            }
            Action::Attentive(attentive) => self.set_attentive(attentive),
            Action::Dismiss(conversation) => self.dismiss(conversation),
            Action::Seen { conversation, seq } => self.see(conversation, seq, effects),
        }
        self.settle_notifications();
    }

    /// Changes one conversation, if there is one and somebody is logged in.
    pub(super) fn change(
        &mut self,
        conversation: ConversationId,
        change: impl FnOnce(&mut ConversationView, kith_shared::UserId),
    ) {
        let Some(me) = self.me() else { return };
        let Some(view) = Rc::make_mut(&mut self.conversations).get_mut(&conversation) else { return };
        let before = view.listing_place();
        change(Rc::make_mut(view), me);
        self.list(conversation, before);
    }
}
