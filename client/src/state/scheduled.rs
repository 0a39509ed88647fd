//! Messages that the server sends later. What is scheduled here and not known there yet stands in the outbox.

use std::rc::Rc;

use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::scheduled::{Schedule, Scheduled};
use kith_shared::{Change, ClientId, ConversationId, Millis};

use super::order::insert_by;
use super::{Effect, State};

/// One as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Later {
    pub client_id: ClientId,
    pub at: Millis,
    pub body: Body,
    pub refused: Option<Code>,
    /// The server has it: with its device gone, it is sent all the same.
    pub handed_over: bool,
}

impl State {
    /// What waits in a conversation, the next one first.
    pub fn scheduled(&self, conversation: ConversationId) -> Vec<Later> {
        let mut waiting = Vec::new();
        let known = self.schedule.messages.iter().filter(|one| one.conversation == conversation);
        for Scheduled { client_id, body, at, refused, .. } in known.cloned() {
            insert_by(&mut waiting, Later { client_id, at, body, refused, handed_over: true }, |one| one.at);
        }
        let outgoing = self.conversations.get(&conversation).into_iter().flat_map(|view| &view.outgoing);
        for (outgoing, at) in outgoing.filter_map(|outgoing| outgoing.at.map(|at| (outgoing, at))) {
            let (client_id, body, refused) = (outgoing.client_id, outgoing.body.clone(), outgoing.refused);
            insert_by(&mut waiting, Later { client_id, at, body, refused, handed_over: false }, |one| one.at);
        }
        waiting
    }

    /// All there are, as the server has them now.
    pub(super) fn take_schedule(&mut self, schedule: Schedule, effects: &mut Vec<Effect>) {
        if schedule.head >= self.schedule.head {
            schedule.messages.iter().for_each(|one| self.discard(one.client_id, effects));
            self.schedule = Rc::new(schedule);
            effects.push(Effect::StoreSchedule);
        }
    }

    /// One waits, or waits for its user now; or waits no more.
    pub(super) fn change_schedule(
        &mut self,
        client_id: ClientId,
        scheduled: Option<Scheduled>,
        change: Change,
        effects: &mut Vec<Effect>,
    ) {
        self.discard(client_id, effects);
        let head = self.schedule.head;
        if change == head.next() {
            let schedule = Rc::make_mut(&mut self.schedule);
            schedule.head = change;
            schedule.messages.retain(|one| one.client_id != client_id);
            schedule.messages.extend(scheduled);
            effects.push(Effect::StoreSchedule);
        } else if change > head {
            effects.push(Effect::FetchSchedule);
        }
    }
}
