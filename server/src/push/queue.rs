//! When which device may be told of which conversation: one push at a time for a device, a rest after each for its
//! conversation, a longer one after each that failed. While one is under way or rests, what comes waits as one.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::{Duration, Instant};

use kith_shared::limits::PUSH_PATIENCE;
use kith_shared::{ConversationId, Seq, SessionId};

/// After a push the next one of its conversation rests, four times as long each time while there is more to tell: a dialog
/// in which much is said is told of now and then.
const FIRST_REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(16);
/// After one that failed the whole device rests, twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// Conversations of devices known at once; past it none is told of that would have to wait.
const HELD: usize = 200_000;

type Key = (SessionId, ConversationId);

#[derive(Default)]
pub struct Queue {
    devices: HashMap<SessionId, Device>,
    /// When to look at a conversation of a device again. What is looked at too early or for nothing does no harm.
    looks: BinaryHeap<Reverse<(Instant, Key)>>,
    held: usize,
}

#[derive(Default)]
struct Device {
    under_way: bool,
    failing: Option<Failing>,
    dialogs: HashMap<ConversationId, Dialog>,
}

struct Failing {
    since: Instant,
    tries: u32,
    not_before: Instant,
}

struct Dialog {
    /// The first message that is to be told, or not be told any more.
    waiting: Option<Seq>,
    rests_until: Instant,
    /// The rest after the next push.
    rest: Duration,
    /// Until then it is remembered though nothing waits.
    kept_until: Instant,
}

impl Dialog {
    fn new(now: Instant) -> Self {
        Self { waiting: None, rests_until: now, rest: FIRST_REST, kept_until: now }
    }

    fn wait(&mut self, first: Seq) {
        self.waiting = Some(self.waiting.map_or(first, |waiting| waiting.min(first)));
    }
}

impl Queue {
    /// Whether a device may be told now of messages from `first` on: then that is under way, and one of [`Queue::told`],
    /// [`Queue::failed`] and [`Queue::let_go`] has to follow. Otherwise they wait.
    pub fn begin(&mut self, (session, conversation): Key, first: Seq, now: Instant) -> bool {
        let device = self.devices.entry(session).or_default();
        let not_before = device.failing.as_ref().map_or(now, |failing| failing.not_before);
        let dialog = device.dialogs.get_mut(&conversation);
        let rests_until = dialog.as_ref().map_or(now, |dialog| dialog.rests_until);
        if !device.under_way && not_before <= now && rests_until <= now {
            device.under_way = true;
            return true;
        }
        match dialog {
            Some(dialog) => dialog.wait(first),
            None if self.held >= HELD => {
                tracing::warn!("too many pushes wait: one is left out");
                return false;
            }
            None => {
                self.held += 1;
                device.dialogs.entry(conversation).or_insert_with(|| Dialog::new(now)).wait(first);
            }
        }
        // While one is under way, its end has all that wait looked at.
        if !device.under_way {
            self.looks.push(Reverse((not_before.max(rests_until), (session, conversation))));
        }
        false
    }

    /// What has waited long enough, for [`Queue::begin`]: it waits no more.
    pub fn due(&mut self, now: Instant) -> Vec<(Key, Seq)> {
        let mut due = Vec::new();
        while let Some(Reverse((at, key))) = self.looks.peek().copied() {
            if at > now {
                break;
            }
            self.looks.pop();
            due.extend(self.look(key, now).map(|first| (key, first)));
        }
        due
    }

    /// When something waits no longer.
    pub fn next(&self) -> Option<Instant> {
        self.looks.peek().map(|Reverse((at, _))| *at)
    }

    fn look(&mut self, (session, conversation): Key, now: Instant) -> Option<Seq> {
        let device = self.devices.get_mut(&session)?;
        let not_before = device.failing.as_ref().map_or(now, |failing| failing.not_before);
        let dialog = device.dialogs.get_mut(&conversation)?;
        let ready = not_before.max(dialog.rests_until);
        let is_waiting = dialog.waiting.is_some();
        let first = if device.under_way || ready > now { None } else { dialog.waiting.take() };
        if first.is_some() {
            // Maybe nothing is told after all: then the dialog is forgotten.
            dialog.kept_until = now + LONGEST_REST;
            self.looks.push(Reverse((dialog.kept_until, (session, conversation))));
        }
        if first.is_none() && ready > now && is_waiting && !device.under_way {
            self.looks.push(Reverse((ready, (session, conversation))));
        }
        if !is_waiting && dialog.kept_until <= now {
            device.dialogs.remove(&conversation);
            self.held -= 1;
        }
        self.tidy(session);
        first
    }

    /// The push service has it.
    pub fn told(&mut self, (session, conversation): Key, now: Instant) {
        let Some(device) = self.devices.get_mut(&session) else { return };
        device.failing = None;
        let held = &mut self.held;
        let dialog = device.dialogs.entry(conversation).or_insert_with(|| {
            *held += 1;
            Dialog::new(now)
        });
        dialog.rests_until = now + dialog.rest;
        dialog.rest = (dialog.rest * 4).min(LONGEST_REST);
        dialog.kept_until = dialog.rests_until;
        self.ended(session, now);
    }

    /// It may be taken later, after `pause` if that was said. Answers whether it is given up, with all that waits.
    pub fn failed(&mut self, key: Key, first: Seq, pause: Option<Duration>, now: Instant) -> bool {
        let (session, conversation) = key;
        let Some(device) = self.devices.get_mut(&session) else { return true };
        let failing = device.failing.get_or_insert(Failing { since: now, tries: 0, not_before: now });
        let usual = FIRST_PAUSE * 2_u32.saturating_pow(failing.tries.min(16));
        failing.tries += 1;
        failing.not_before = now + pause.unwrap_or(usual.min(LONGEST_PAUSE));
        if now.duration_since(failing.since) >= PUSH_PATIENCE {
            self.forget(session);
            return true;
        }
        self.wait(conversation, session, first, now);
        self.ended(session, now);
        false
    }

    /// It is not to be told, or not at this moment: with `again`, it waits.
    pub fn let_go(&mut self, (session, conversation): Key, again: Option<Seq>, now: Instant) {
        if let Some(first) = again {
            self.wait(conversation, session, first, now);
        }
        self.ended(session, now);
    }

    /// The device gets no pushes any more.
    pub fn forget(&mut self, session: SessionId) {
        if let Some(device) = self.devices.remove(&session) {
            self.held -= device.dialogs.len();
        }
    }

    fn wait(&mut self, conversation: ConversationId, session: SessionId, first: Seq, now: Instant) {
        let Some(device) = self.devices.get_mut(&session) else { return };
        let held = &mut self.held;
        let dialog = device.dialogs.entry(conversation).or_insert_with(|| {
            *held += 1;
            Dialog::new(now)
        });
        dialog.wait(first);
    }

    /// Nothing is under way to the device any more: all that waits is looked at when it may be.
    fn ended(&mut self, session: SessionId, now: Instant) {
        let Some(device) = self.devices.get_mut(&session) else { return };
        device.under_way = false;
        let not_before = device.failing.as_ref().map_or(now, |failing| failing.not_before);
        for (conversation, dialog) in &device.dialogs {
            let at = dialog.rests_until.max(not_before);
            self.looks.push(Reverse((at, (session, *conversation))));
        }
        self.tidy(session);
    }

    fn tidy(&mut self, session: SessionId) {
        let is_idle = |device: &Device| !device.under_way && device.dialogs.is_empty();
        if self.devices.get(&session).is_some_and(is_idle) {
            self.devices.remove(&session);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn key(session: u128, conversation: u128) -> Key {
        (SessionId(Uuid::from_u128(session)), ConversationId(Uuid::from_u128(conversation)))
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_thousand_messages_are_a_few_pushes() {
        let (mut queue, start) = (Queue::default(), Instant::now());
        let dialog = key(1, 1);
        let mut told = Vec::new();
        // One every 10 ms for 10 s.
        for n in 0..1_000 {
            let now = start + Duration::from_millis(10) * n;
            for (key, first) in queue.due(now) {
                assert!(queue.begin(key, first, now));
                told.push((n, first.0));
                queue.told(key, now);
            }
            let seq = Seq(i64::from(n) + 1);
            if queue.begin(dialog, seq, now) {
                told.push((n, seq.0));
                queue.told(dialog, now);
            }
        }
        assert_eq!(told, [(0, 1), (100, 2), (500, 101)], "each tells of all since the one before");
        // Once it is quiet for a while, the first one is told at once again.
        let quiet = start + SECOND * 60;
        let rest = queue.due(quiet);
        assert_eq!(rest, [(dialog, Seq(501))]);
        assert!(queue.begin(dialog, Seq(501), quiet));
        queue.told(dialog, quiet);
        let later = quiet + SECOND * 60;
        assert!(
            queue.due(later).is_empty() && queue.devices.is_empty() && queue.held == 0,
            "nothing is kept"
        );
        assert!(queue.begin(dialog, Seq(2_000), later));
        queue.told(dialog, later);
        assert_eq!(queue.devices[&dialog.0].dialogs[&dialog.1].rests_until, later + FIRST_REST);
    }

    #[test]
    fn a_device_is_told_one_thing_at_a_time_and_others_do_not_wait_for_it() {
        let (mut queue, now) = (Queue::default(), Instant::now());
        assert!(queue.begin(key(1, 1), Seq(1), now));
        assert!(!queue.begin(key(1, 2), Seq(5), now) && !queue.begin(key(1, 2), Seq(6), now));
        assert!(queue.begin(key(2, 1), Seq(1), now));
        assert!(queue.due(now).is_empty());
        queue.told(key(1, 1), now);
        assert_eq!(
            queue.due(now),
            [(key(1, 2), Seq(5))],
            "another conversation does not rest with the first"
        );
    }

    #[test]
    fn a_device_that_fails_rests_longer_each_time_and_is_given_up_at_last() {
        let (mut queue, start) = (Queue::default(), Instant::now());
        let dialog = key(1, 1);
        let mut now = start;
        for pause in [1, 2, 4, 8] {
            assert!(queue.begin(dialog, Seq(1), now));
            assert!(!queue.failed(dialog, Seq(1), None, now));
            assert!(!queue.begin(key(1, 2), Seq(1), now), "all of the device rests");
            assert_eq!(queue.due(now + SECOND * pause - Duration::from_millis(1)), []);
            now += SECOND * pause;
            assert!(queue.due(now).contains(&(dialog, Seq(1))));
        }
        assert!(queue.begin(dialog, Seq(1), now));
        assert!(!queue.failed(dialog, Seq(1), Some(SECOND * 77), now));
        assert_eq!(queue.due(now + SECOND * 76), [], "it was told when to come again");
        now = start + PUSH_PATIENCE;
        assert!(!queue.due(now).is_empty());
        assert!(queue.begin(dialog, Seq(1), now));
        assert!(queue.failed(dialog, Seq(1), None, now) && queue.devices.is_empty() && queue.held == 0);
    }
}
