//! Three devices of two people, and everything that can happen between them and the server, in any order: they end in the
//! same state, which is the server's.
#![cfg(not(target_arch = "wasm32"))]
// clippy.toml allows it in tests, but not in what helps them.
#![allow(clippy::unwrap_used)]

mod device;
mod server;

use device::Device;
use kith_client::state::{Action, Reacting};
use kith_shared::message::{Body, Message};
use kith_shared::{ConversationId, Seq, setting};
use proptest::prelude::*;
use proptest::sample::Index;
use server::{CONVERSATIONS, LEO, MIA, Server};

/// Something that happens.
#[derive(Clone, Copy, Debug)]
enum Step {
    Write {
        mention: bool,
    },
    Burst {
        messages: u8,
    },
    Edit {
        of: Index,
        mention: bool,
    },
    Delete {
        of: Index,
    },
    React {
        of: Index,
        emoji: bool,
        on: bool,
    },
    Poll,
    Vote {
        of: Index,
        chosen: u8,
    },
    ClosePoll {
        of: Index,
    },
    PinMessage {
        of: Index,
        on: bool,
    },
    Hide {
        of: Index,
    },
    Read {
        up_to: Index,
    },
    Type {
        text: u8,
    },
    StopTyping,
    Pin {
        on: bool,
    },
    /// The server hears one frame.
    Up,
    /// One frame of those under way is heard, perhaps not the first, perhaps once more later, perhaps never.
    Down {
        which: Index,
        again: bool,
    },
    Lose {
        which: Index,
    },
    Ask {
        which: Index,
    },
    Answer {
        which: Index,
    },
    /// Messages of one conversation on their way down one after the other become one frame.
    Share,
    Flush,
    Connect,
    Disconnect,
    Crash,
}

fn step() -> impl Strategy<Value = Step> {
    let of = any::<Index>;
    prop_oneof![
        6 => any::<bool>().prop_map(|mention| Step::Write { mention }),
        1 => (10..20_u8).prop_map(|messages| Step::Burst { messages }),
        3 => (of(), any::<bool>()).prop_map(|(of, mention)| Step::Edit { of, mention }),
        2 => of().prop_map(|of| Step::Delete { of }),
        3 => (of(), any::<bool>(), any::<bool>()).prop_map(|(of, emoji, on)| Step::React { of, emoji, on }),
        2 => (of(), any::<bool>()).prop_map(|(of, on)| Step::PinMessage { of, on }),
        2 => Just(Step::Poll),
        4 => (of(), 0..8_u8).prop_map(|(of, chosen)| Step::Vote { of, chosen }),
        1 => of().prop_map(|of| Step::ClosePoll { of }),
        1 => of().prop_map(|of| Step::Hide { of }),
        3 => of().prop_map(|up_to| Step::Read { up_to }),
        2 => (0..3_u8).prop_map(|text| Step::Type { text }),
        2 => Just(Step::StopTyping),
        1 => any::<bool>().prop_map(|on| Step::Pin { on }),
        10 => Just(Step::Up),
        10 => (of(), prop::bool::weighted(0.2)).prop_map(|(which, again)| Step::Down { which, again }),
        2 => of().prop_map(|which| Step::Lose { which }),
        4 => Just(Step::Share),
        6 => of().prop_map(|which| Step::Ask { which }),
        6 => of().prop_map(|which| Step::Answer { which }),
        6 => Just(Step::Flush),
        4 => Just(Step::Connect),
        1 => Just(Step::Disconnect),
        1 => Just(Step::Crash),
    ]
}

struct World {
    server: Server,
    devices: Vec<Device>,
    written: u32,
}

impl World {
    fn new() -> Self {
        let devices = [MIA, MIA, LEO].into_iter().zip(1..).map(|(me, number)| Device::new(number, me));
        Self { server: Server::default(), devices: devices.collect(), written: 0 }
    }

    fn step(&mut self, at: usize, conversation: ConversationId, step: Step) {
        let device = &mut self.devices[at];
        match step {
            Step::Write { mention } => self.write(at, conversation, mention),
            Step::Burst { messages } => (0..messages).for_each(|_| self.write(at, conversation, false)),
            Step::Edit { of, mention } => {
                if let Some(seq) = pick(device, conversation, of) {
                    let text = format!("edited {}{}", self.written, if mention { " @mia" } else { "" });
                    self.written += 1;
                    device.write(conversation, |outgoing| {
                        (outgoing.of, outgoing.body) = (Some(seq), Body::text(text));
                    });
                }
            }
            Step::Delete { of } => {
                if let Some(seq) = pick(device, conversation, of) {
                    device.write(conversation, |outgoing| outgoing.of = Some(seq));
                }
            }
            Step::React { of, emoji, on } => {
                if let Some(seq) = pick(device, conversation, of) {
                    let emoji = if emoji { "👍" } else { "❤️" }.to_owned();
                    device.write(conversation, |outgoing| {
                        outgoing.of = Some(seq);
                        outgoing.reaction = Some(Reacting { emoji, on });
                    });
                }
            }
            Step::Poll => {
                if device.state.conversations.contains_key(&conversation) {
                    let options = ["a", "b", "c"].map(str::to_owned).to_vec();
                    let question = "Which?".to_owned();
                    let poll = Body::Poll { question, options, multiple: true, closed: false };
                    device.write(conversation, |outgoing| outgoing.body = poll);
                }
            }
            Step::Vote { of, chosen } => {
                if let Some(seq) = pick_poll(device, conversation, of) {
                    let chosen = (0..3).filter(|option| chosen & 1 << option != 0).collect();
                    device.write(conversation, |outgoing| {
                        (outgoing.of, outgoing.vote) = (Some(seq), Some(chosen));
                    });
                }
            }
            Step::ClosePoll { of } => {
                if let Some(seq) = pick_poll(device, conversation, of) {
                    device.write(conversation, |outgoing| {
                        (outgoing.of, outgoing.closes) = (Some(seq), true);
                    });
                }
            }
            Step::PinMessage { of, on } => {
                if let Some(seq) = pick(device, conversation, of) {
                    device.write(conversation, |outgoing| {
                        (outgoing.of, outgoing.pin) = (Some(seq), Some(on));
                    });
                }
            }
            Step::Hide { of } => {
                if let Some(seq) = pick(device, conversation, of) {
                    device.set(setting::hide(conversation, seq), Some("1".to_owned()));
                }
            }
            Step::Read { up_to } => {
                if let Some(seq) = pick(device, conversation, up_to) {
                    device.apply(Action::Seen { conversation, seq });
                }
            }
            Step::Type { text } => {
                let text = ["", "half a", "half a thought"][usize::from(text)].to_owned();
                device.apply(Action::Draft { conversation, text });
            }
            Step::StopTyping => device.sync_draft(conversation),
            Step::Pin { on } => device.set(setting::pin(conversation), on.then(|| "1".to_owned())),
            Step::Up => self.up(at),
            Step::Down { which, again } => {
                if let Some(frame) = take(&mut device.down, which) {
                    if again {
                        device.down.push_back(frame.clone());
                    }
                    device.hear(frame);
                }
            }
            Step::Lose { which } => drop(take(&mut device.down, which)),
            Step::Share => device.share_frames(),
            Step::Ask { which } => {
                if let Some(fetch) = take(&mut device.asked, which) {
                    device.answer(fetch, &self.server);
                }
            }
            Step::Answer { which } => {
                if let Some(answer) = take(&mut device.answered, which) {
                    device.hear_answer(answer);
                }
            }
            Step::Flush => device.flush(),
            Step::Connect => self.connect(at),
            Step::Disconnect => device.disconnect(),
            Step::Crash => device.crash(),
        }
    }

    fn write(&mut self, at: usize, conversation: ConversationId, mention: bool) {
        let text = format!("{}{}", self.written, if mention { " @mia @leo" } else { "" });
        self.written += 1;
        if self.devices[at].state.conversations.contains_key(&conversation) {
            self.devices[at].write(conversation, |outgoing| outgoing.body = Body::text(text));
        }
    }

    fn connect(&mut self, at: usize) {
        let device = &mut self.devices[at];
        device.disconnect();
        device.connected = true;
        // The welcome is the first thing that is heard of a connection.
        device.hear(self.server.welcome(device.me));
    }

    fn up(&mut self, at: usize) {
        let device = &mut self.devices[at];
        let Some(frame) = device.up.pop_front() else { return };
        for told in self.server.take(at, device.me, frame) {
            for (other, device) in self.devices.iter_mut().enumerate() {
                let meant = told.users.contains(&device.me) && told.only.is_none_or(|only| only == other);
                if meant && device.connected {
                    device.down.push_back(told.frame.clone());
                }
            }
        }
    }

    /// Everybody comes back, and everything under way arrives.
    fn settle(&mut self) {
        (0..self.devices.len()).for_each(|at| self.connect(at));
        for round in 0.. {
            assert!(round < 1_000, "it never comes to rest");
            for at in 0..self.devices.len() {
                while !self.devices[at].up.is_empty() {
                    self.up(at);
                }
                let device = &mut self.devices[at];
                while let Some(frame) = device.down.pop_front() {
                    device.hear(frame);
                }
                while let Some(fetch) = device.asked.pop_front() {
                    device.answer(fetch, &self.server);
                }
                while let Some(answer) = device.answered.pop_front() {
                    device.hear_answer(answer);
                }
                device.flush();
            }
            if self.devices.iter().all(Device::settled) {
                break;
            }
        }
    }

    fn check(&self) {
        for (conversation, at) in
            CONVERSATIONS.into_iter().flat_map(|id| (0..self.devices.len()).map(move |at| (id, at)))
        {
            let of_device = |message: &&Message| message.client_id.0.as_u128() >> 64 == at as u128 + 1;
            let ids = self
                .server
                .messages(MIA, conversation)
                .into_iter()
                .filter(|message| of_device(&message))
                .map(|message| message.client_id.0);
            assert!(ids.is_sorted_by(|one, next| one < next), "device {at}: once each, in order");
        }
        for (at, device) in self.devices.iter().enumerate() {
            for conversation in CONVERSATIONS {
                check(&self.server, at, device, conversation);
            }
        }
    }
}

fn check(server: &Server, at: usize, device: &Device, conversation: ConversationId) {
    let right = server.conversation(device.me, conversation);
    let view = &device.state.conversations[&conversation];
    let messages = server.messages(device.me, conversation);
    assert_eq!(view.held.conversation.head, right.head, "device {at}: the head");
    assert_eq!(view.held.change, right.head.change, "device {at}: all changes are taken in");
    assert_eq!(view.held.conversation.last_message, right.last_message, "device {at}: the last message");
    assert!(view.outgoing.is_empty(), "device {at}: the outbox is empty: {:?}", view.outgoing);
    for message in device.kept(conversation) {
        assert_eq!(Some(message), messages.get(message.seq.0 as usize - 1), "device {at}: what is kept");
    }
    for message in view.messages.iter() {
        assert_eq!(Some(&**message), messages.get(message.seq.0 as usize - 1), "device {at}: what is shown");
    }
    for seq in (1..=right.head.seq.0).map(Seq).filter(|seq| view.held.ranges.covers(*seq, *seq)) {
        assert!(device.kept(conversation).any(|message| message.seq == seq), "device {at}: {seq} is kept");
    }
    let read = |member: &kith_shared::conversation::Member| (member.user.id, member.read, member.delivered);
    let reads = |members: &[_]| members.iter().map(read).collect::<Vec<_>>();
    assert_eq!(reads(&view.held.conversation.members), reads(&right.members), "device {at}: marks");
    assert_eq!(view.received(device.me), None, "device {at}: what was received is known");
    assert_eq!(
        view.unread(device.me),
        right.unread,
        "device {at}: unread: {:?} {:?}",
        view.held.count,
        view.held.ranges
    );
    assert_eq!(view.mentions(device.me), right.mentions, "device {at}: mentions");
    let settings = server.settings(device.me);
    let set = |key: &str| settings.settings.iter().find(|setting| setting.key == key);
    let draft = set(&setting::draft(conversation)).and_then(|setting| setting.value.as_deref());
    assert_eq!(view.draft, draft.unwrap_or_default(), "device {at}: the draft");
    assert_eq!(view.pinned, set(&setting::pin(conversation)).is_some(), "device {at}: pinned");
    assert_eq!(view.held.conversation.pins, right.pins, "device {at}: pinned messages");
    let hidden = settings.settings.iter().filter_map(|setting| setting::hidden(&setting.key));
    let mut hidden: Vec<_> = hidden.filter(|(id, _)| *id == conversation).map(|(_, seq)| seq).collect();
    hidden.sort_unstable();
    assert_eq!(view.hidden, hidden, "device {at}: hidden messages");
    assert!(device.state.settings.pending.is_empty(), "device {at}: settings");
    assert_eq!(device.state.settings.head, settings.head, "device {at}: settings");
}

/// One of the messages the device has in memory.
fn pick(device: &Device, conversation: ConversationId, which: Index) -> Option<Seq> {
    let shown: Vec<Seq> =
        device.state.conversations.get(&conversation)?.messages.iter().map(|message| message.seq).collect();
    (!shown.is_empty()).then(|| *which.get(&shown))
}

/// One of the polls among them.
fn pick_poll(device: &Device, conversation: ConversationId, which: Index) -> Option<Seq> {
    let view = device.state.conversations.get(&conversation)?;
    let polls = view.messages.iter().filter(|message| matches!(message.body, Body::Poll { .. }));
    let polls: Vec<Seq> = polls.map(|message| message.seq).collect();
    (!polls.is_empty()).then(|| *which.get(&polls))
}

fn take<T>(queue: &mut std::collections::VecDeque<T>, which: Index) -> Option<T> {
    if queue.is_empty() { None } else { queue.remove(which.index(queue.len())) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_devices_end_in_the_servers_state_whatever_happened(
        steps in prop::collection::vec((0..3_usize, prop::bool::weighted(0.7), step()), 1..120),
    ) {
        // Each step of making a failing case smaller fails; what is said of the smallest is enough.
        std::panic::set_hook(Box::new(|_| {}));
        let mut world = World::new();
        for (device, dialog, step) in steps {
            world.step(device, CONVERSATIONS[usize::from(!dialog)], step);
        }
        world.settle();
        world.check();
    }
}
