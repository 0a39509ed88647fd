//! What the state asks for.

use kith_shared::frame::ClientFrame;

use super::Engine;
use super::fetch::Fetch;
use crate::device::Write;
use crate::state::{Connection, Effect};

impl Engine {
    pub(super) fn perform(&self, effect: Effect) {
        if effect == Effect::StoreSettings {
            self.show_look();
        }
        if self.0.tabs.follows() && !self.is_followers(&effect) {
            return;
        }
        match effect {
            Effect::CatchUp(conversation) => self.fetch(Fetch::Changed(conversation)),
            Effect::FetchNewest(conversation) => self.fetch(Fetch::Newest(conversation)),
            Effect::FetchConversations => self.fetch(Fetch::Conversations),
            Effect::FetchConversation(conversation) => self.fetch(Fetch::Conversation(conversation)),
            Effect::FetchSchedule => self.fetch(Fetch::Schedule),
            Effect::FetchSettings => self.fetch(Fetch::Settings),
            Effect::FetchContacts => self.fetch(Fetch::Contacts),
            Effect::SendOutbox => self.send_outbox(),
            Effect::SendSettings => self.send_settings(),
            Effect::DropConversation(conversation) => self.store(Write::DropConversation(conversation)),
            Effect::StoreSettings => self.store(Write::Settings(self.state().settings.clone())),
            Effect::StoreSchedule => self.store(Write::Schedule(self.state().schedule.clone())),
            Effect::SendRead { conversation, seq } => {
                // Unsent marks are found again by comparing with the next welcome.
                self.0.connection.send(ClientFrame::Read { conversation, seq });
            }
            Effect::SendReceived(conversation) => self.confirm_soon(conversation),
            Effect::StoreMessages(messages) => {
                messages.into_iter().for_each(|message| self.store(Write::Message(message)));
            }
            Effect::StoreConversation(id) => {
                if let Some(view) = self.state().conversations.get(&id) {
                    self.store(Write::Conversation(Box::new(view.held.clone())));
                }
            }
            Effect::StoreContacts => self.store_contacts(),
            Effect::StoreOutgoing(outgoing) => self.store(Write::Outgoing(outgoing)),
            Effect::DropOutgoing(client_id) => {
                self.0.outbox.forget(client_id);
                self.store(Write::DropOutgoing(client_id));
                self.send_outbox();
            }
            Effect::FilesSent(outgoing) => self.files_sent(&outgoing),
            Effect::DropFiles(outgoing) => self.drop_files_of(&outgoing),
            Effect::Notify { conversation, seq } => self.notify_outside(conversation, seq),
            Effect::StoreDraft { conversation, text } => self.store(Write::Draft { conversation, text }),
        }
    }

    /// What a tab that follows does itself. What was written here it stores, and drops, for the leader may be killed with
    /// it; what it lacks it fetches only where the leader has not lacked it too.
    fn is_followers(&self, effect: &Effect) -> bool {
        match effect {
            Effect::StoreOutgoing(_) | Effect::DropOutgoing(_) | Effect::StoreDraft { .. } => true,
            Effect::CatchUp(_) | Effect::FetchSchedule => {
                self.0.own.get() || self.state().connection == Connection::Online
            }
            Effect::FetchNewest(_) | Effect::FetchConversation(_) | Effect::FetchSettings => self.0.own.get(),
            _ => false,
        }
    }
}
