//! The messages of a conversation that are in memory: an unbroken run of bounded length, anywhere in it.

use std::collections::VecDeque;
use std::rc::Rc;

use kith_shared::Seq;
use kith_shared::message::Message;

/// At most so many are in memory: a few pages, so that neither end is reached while one reads.
pub(super) const WINDOW: usize = 300;

/// Which way one goes from what is in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Older,
    Newer,
}

/// Messages by `seq`, ascending, without a hole: what lies elsewhere waits in Device Storage until it is reached.
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

    pub fn get(&self, seq: Seq) -> Option<&Rc<Message>> {
        self.place(seq).and_then(|place| self.0.get(place))
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Rc<Message>> {
        self.0.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Rc<Message>> {
        self.0.iter_mut()
    }

    /// Takes in what came by itself: a later change replaces an earlier one, the next below or above extends the run.
    /// While one follows the newest, the oldest make room, and one with a hole before it begins a new run. Otherwise
    /// nothing is moved from under the eye: what does not fit is left out.
    pub(super) fn offer(&mut self, message: &Rc<Message>, following: bool) {
        let beyond = self.last().is_some_and(|last| message.seq > last.seq.next());
        if beyond && following && message.voted().is_some() {
            self.0.clear();
        }
        // One of which one's own vote is not known is not put beside the others: it is read where it is kept.
        let is_whole = message.voted().is_some() || self.0.is_empty();
        if is_whole && (following || self.0.len() < WINDOW) {
            self.insert(message);
            self.trim(End::Older);
        } else {
            self.update(message);
        }
    }

    /// Adds a page, ascending, at one end; the other end makes room, but not of the newest while one follows them.
    pub(super) fn extend(&mut self, end: End, page: &[Rc<Message>], following: bool) {
        match end {
            End::Older => page.iter().rev().for_each(|message| self.insert(message)),
            End::Newer => page.iter().for_each(|message| self.insert(message)),
        }
        self.trim(if end == End::Older && !following { End::Newer } else { End::Older });
    }

    /// Goes to where the page, ascending, is; what of it was known in a later change stays so.
    pub(super) fn replace(&mut self, page: &[Rc<Message>]) {
        let before = std::mem::take(&mut self.0);
        self.extend(End::Newer, page, false);
        before.iter().for_each(|message| self.update(message));
    }

    fn place(&self, seq: Seq) -> Option<usize> {
        usize::try_from(seq.0 - self.first()?.0).ok()
    }

    fn insert(&mut self, message: &Rc<Message>) {
        let (first, last) = (self.first(), self.last().map(|last| last.seq));
        if last.is_none_or(|last| message.seq == last.next()) {
            self.0.push_back(message.clone());
        } else if first == Some(message.seq.next()) {
            self.0.push_front(message.clone());
        } else {
            self.update(message);
        }
    }

    fn update(&mut self, message: &Rc<Message>) {
        if let Some(held) = self.place(message.seq).and_then(|place| self.0.get_mut(place)) {
            *held = newer(held, message);
        }
    }

    fn trim(&mut self, end: End) {
        while self.0.len() > WINDOW {
            match end {
                End::Older => self.0.pop_front(),
                End::Newer => self.0.pop_back(),
            };
        }
    }
}

/// The one of the later change, with what either says of one's own vote.
pub(super) fn newer(one: &Rc<Message>, other: &Rc<Message>) -> Rc<Message> {
    let (mut newer, older) =
        if one.change < other.change { (other.clone(), one) } else { (one.clone(), other) };
    if newer.voted().is_none() {
        Rc::make_mut(&mut newer).keep_voted(older);
    }
    newer
}
