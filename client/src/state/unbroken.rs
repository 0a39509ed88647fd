//! The messages of a conversation that are in memory: an unbroken run that ends at the newest held.

use std::collections::VecDeque;
use std::rc::Rc;

use kith_shared::Seq;
use kith_shared::message::Message;

/// Messages by `seq`, ascending, without a hole: what has one below it waits in Device Storage until it is reached.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unbroken(VecDeque<Rc<Message>>);

impl Unbroken {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The `seq` of the oldest.
    pub fn first(&self) -> Option<Seq> {
        self.0.front().map(|message| message.seq)
    }

    /// The newest.
    pub fn last(&self) -> Option<&Rc<Message>> {
        self.0.back()
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Rc<Message>> {
        self.0.iter()
    }

    /// Takes a message in: a later change replaces an earlier one, the next below or above extends the run. One that
    /// is newer, with a hole before it, begins a new run; an older one with a hole after it is left out.
    pub fn insert(&mut self, message: Rc<Message>) {
        let (Some(first), Some(last)) = (self.first(), self.0.back().map(|last| last.seq)) else {
            self.0.push_back(message);
            return;
        };
        let seq = message.seq;
        if seq == last.next() {
            self.0.push_back(message);
        } else if seq.next() == first {
            self.0.push_front(message);
        } else if seq > last {
            self.0.clear();
            self.0.push_back(message);
        } else if let Some(held) =
            usize::try_from(seq.0 - first.0).ok().and_then(|place| self.0.get_mut(place))
            && held.change < message.change
        {
            *held = message;
        }
    }
}
