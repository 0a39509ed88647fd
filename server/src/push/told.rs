//! Which devices were told of what, so that a notification which is over is closed with the next push: no browser lets a
//! push show nothing, so there is none for that alone. In memory: after a restart devices close theirs when Kith is opened.

use std::collections::{BTreeMap, HashMap};

use kith_shared::push::Closed;
use kith_shared::{ConversationId, Seq, SessionId, UserId};
use uuid::Uuid;

use super::inbox::News;

/// What is remembered at once.
const REMEMBERED: usize = 200_000;
/// What one push closes; the rest is closed by the next.
const AT_ONCE: usize = 10;

type Place = (ConversationId, UserId, SessionId);

#[derive(Default)]
pub struct Told {
    /// The newest message each device was told of, where it may still show it.
    open: BTreeMap<Place, Seq>,
    /// What is over, and the device does not know yet.
    over: HashMap<SessionId, HashMap<ConversationId, Seq>>,
}

const LOWEST: Uuid = Uuid::nil();
const HIGHEST: Uuid = Uuid::max();

impl Told {
    /// What a device was told of last in a conversation, if that is not over.
    pub fn last(&self, place: Place) -> Seq {
        self.open.get(&place).copied().unwrap_or_default()
    }

    /// It is on its way: what is read or deleted from now on, before the push service has answered, is over as well. Answers
    /// what was told before.
    pub fn tell(&mut self, place: Place, seq: Seq) -> Seq {
        if self.open.len() >= REMEMBERED {
            self.open.pop_first();
        }
        self.open.insert(place, seq).unwrap_or_default()
    }

    /// The push service did not take it.
    pub fn take_back(&mut self, place: Place, seq: Seq, before: Seq) {
        if self.open.get(&place) != Some(&seq) {
            return;
        }
        if before == Seq::ZERO {
            self.open.remove(&place);
        } else {
            self.open.insert(place, before);
        }
    }

    /// The push service has what was `closed`.
    pub fn taken(&mut self, session: SessionId, closed: &[Closed]) {
        let Some(over) = self.over.get_mut(&session) else { return };
        for closed in closed {
            if over.get(&closed.conversation) == Some(&closed.seq) {
                over.remove(&closed.conversation);
            }
        }
        if over.is_empty() {
            self.over.remove(&session);
        }
    }

    /// Takes in what was read and what is gone.
    pub fn hear(&mut self, news: &News) {
        for ((conversation, user), seq) in &news.reads {
            let places =
                (*conversation, *user, SessionId(LOWEST))..=(*conversation, *user, SessionId(HIGHEST));
            self.close(places, |told| told <= *seq);
        }
        for (conversation, seq) in &news.gone {
            let lowest = (*conversation, UserId(LOWEST), SessionId(LOWEST));
            let highest = (*conversation, UserId(HIGHEST), SessionId(HIGHEST));
            self.close(lowest..=highest, |told| told == *seq);
        }
    }

    fn close(&mut self, places: std::ops::RangeInclusive<Place>, is_over: impl Fn(Seq) -> bool) {
        let over = self.open.range(places).filter(|(_, told)| is_over(**told));
        let over: Vec<_> = over.map(|(place, told)| (*place, *told)).collect();
        for (place, told) in over {
            self.open.remove(&place);
            let (conversation, _, session) = place;
            if self.over.len() < REMEMBERED || self.over.contains_key(&session) {
                self.over.entry(session).or_default().insert(conversation, told);
            }
        }
    }

    /// What the next push to a device closes.
    pub fn closed(&self, session: SessionId) -> Vec<Closed> {
        let over = self.over.get(&session).into_iter().flatten();
        let mut closed: Vec<_> =
            over.map(|(conversation, seq)| Closed { conversation: *conversation, seq: *seq }).collect();
        closed.sort_by_key(|closed| closed.conversation);
        closed.truncate(AT_ONCE);
        closed
    }

    /// The device gets no pushes any more.
    pub fn forget(&mut self, session: SessionId) {
        self.over.remove(&session);
        self.open.retain(|(_, _, of), _| *of != session);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(conversation: u128, user: u128, session: u128) -> Place {
        let id = Uuid::from_u128;
        (ConversationId(id(conversation)), UserId(id(user)), SessionId(id(session)))
    }

    fn read(conversation: u128, user: u128, seq: i64) -> News {
        let (conversation, user, _) = place(conversation, user, 0);
        News { reads: [((conversation, user), Seq(seq))].into(), ..News::default() }
    }

    #[test]
    fn what_is_read_on_one_device_is_closed_on_all_that_were_told() {
        let mut told = Told::default();
        for at in [place(1, 1, 1), place(1, 1, 2), place(1, 2, 3), place(2, 1, 1)] {
            told.tell(at, Seq(7));
        }
        told.hear(&read(1, 1, 6));
        assert!(told.closed(SessionId(Uuid::from_u128(1))).is_empty(), "there is one that was not read");
        told.hear(&read(1, 1, 7));
        let closed = Closed { conversation: ConversationId(Uuid::from_u128(1)), seq: Seq(7) };
        for (session, expected) in [(1, vec![closed]), (2, vec![closed]), (3, vec![])] {
            assert_eq!(told.closed(SessionId(Uuid::from_u128(session))), expected);
        }
        let device = SessionId(Uuid::from_u128(1));
        told.taken(device, &[closed]);
        assert!(told.closed(device).is_empty(), "it is told once");
    }

    #[test]
    fn what_was_not_taken_was_not_told() {
        let mut told = Told::default();
        let place = place(1, 1, 1);
        assert_eq!(told.tell(place, Seq(7)), Seq::ZERO);
        assert_eq!(told.tell(place, Seq(9)), Seq(7));
        told.take_back(place, Seq(9), Seq(7));
        assert_eq!(told.last(place), Seq(7));
        told.take_back(place, Seq(7), Seq::ZERO);
        assert_eq!(told.last(place), Seq::ZERO);
    }

    #[test]
    fn what_was_told_and_is_gone_is_closed_for_all() {
        let mut told = Told::default();
        told.tell(place(1, 1, 1), Seq(7));
        told.tell(place(1, 2, 2), Seq(8));
        let gone = vec![(place(1, 0, 0).0, Seq(7))];
        told.hear(&News { gone, ..News::default() });
        assert_eq!(told.closed(SessionId(Uuid::from_u128(1))).len(), 1);
        assert!(told.closed(SessionId(Uuid::from_u128(2))).is_empty());
    }
}
