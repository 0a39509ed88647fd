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

    /// The push service has it, and with it what was `closed`.
    pub fn tell(&mut self, place: Place, seq: Seq, closed: &[Closed]) {
        let (conversation, _, session) = place;
        if self.open.len() >= REMEMBERED {
            self.open.pop_first();
        }
        self.open.insert(place, seq);
        if let Some(over) = self.over.get_mut(&session) {
            // What is told now is not closed by what is over of its conversation.
            over.remove(&conversation);
            for closed in closed {
                if over.get(&closed.conversation) == Some(&closed.seq) {
                    over.remove(&closed.conversation);
                }
            }
            if over.is_empty() {
                self.over.remove(&session);
            }
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
            told.tell(at, Seq(7), &[]);
        }
        told.hear(&read(1, 1, 6));
        assert!(told.closed(SessionId(Uuid::from_u128(1))).is_empty(), "there is one that was not read");
        told.hear(&read(1, 1, 7));
        let closed = Closed { conversation: ConversationId(Uuid::from_u128(1)), seq: Seq(7) };
        for (session, expected) in [(1, vec![closed]), (2, vec![closed]), (3, vec![])] {
            assert_eq!(told.closed(SessionId(Uuid::from_u128(session))), expected);
        }
        told.tell(place(2, 1, 1), Seq(8), &[closed]);
        assert!(told.closed(SessionId(Uuid::from_u128(1))).is_empty(), "it is told once");
        told.tell(place(1, 1, 2), Seq(9), &[]);
        assert!(told.closed(SessionId(Uuid::from_u128(2))).is_empty(), "a newer one has taken its place");
    }

    #[test]
    fn what_was_told_and_is_gone_is_closed_for_all() {
        let mut told = Told::default();
        told.tell(place(1, 1, 1), Seq(7), &[]);
        told.tell(place(1, 2, 2), Seq(8), &[]);
        let gone = vec![(place(1, 0, 0).0, Seq(7))];
        told.hear(&News { gone, ..News::default() });
        assert_eq!(told.closed(SessionId(Uuid::from_u128(1))).len(), 1);
        assert!(told.closed(SessionId(Uuid::from_u128(2))).is_empty());
    }
}
