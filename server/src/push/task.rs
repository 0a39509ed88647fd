//! Tells devices of what was committed, behind the writer and never in its way: it is woken after commits, and what it
//! sends it reads from the database then, whether for the first time or again. So nobody is told what was deleted or read
//! meanwhile, or has left, and nothing of what waits has to be kept.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use kith_shared::limits::PUSH_LIFE;
use kith_shared::message::Message;
use kith_shared::push::Closed;
use kith_shared::{ConversationId, Seq, SessionId};
use sha2::Sha256;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::choice::{Choice, Wishes};
use super::inbox::Inbox;
use super::queue::Queue;
use super::sender::{Outcome, Sender, Urgency, Wrapping};
use super::text;
use super::told::Told;
use crate::error::Result;
use crate::socket::hub::Hub;
use crate::store::Store;
use crate::store::push::{Recipient, Subscription, Talk};
use crate::time;

/// What was looked at longer ago is looked at again before it is sent.
const FRESH: Duration = Duration::from_secs(1);
/// After a conversation was looked at for what is new, it rests so many times the time that took, but no longer than this:
/// what is said there meanwhile is told together. So however much is written, who is told of it is found out in a small part
/// of a processor's time.
const SHARE: u32 = 50;
const LONGEST_REST: Duration = Duration::from_secs(1);
/// The same for all of them together.
const SHARE_OF_ALL: u32 = 3;
const BREAK: RangeInclusive<Duration> = Duration::from_millis(5)..=Duration::from_millis(100);
/// Devices that have waited long enough within it are looked at together.
const GATHER: Duration = Duration::from_millis(100);
/// How much is prepared at once, some half a millisecond's work, and how long others have the processor then.
const PREPARED: usize = 8;
const BREATH: Duration = Duration::from_millis(3);
/// How long what failed in the database is left alone.
const PAUSE: Duration = Duration::from_secs(1);
/// How often idle connections are looked at, and whether anybody still gets pushes.
const TIDY: Duration = Duration::from_secs(10);
/// How long pushes under way may take to be answered when the server goes down.
const LAST_ANSWERS: Duration = Duration::from_secs(3);
/// Characters of a topic, of which push services take 32 at most: that is 24 bytes in Base64.
const TOPIC: usize = 24;

type Key = (SessionId, ConversationId);

pub struct Task {
    pub store: Store,
    pub hub: Arc<Hub>,
    pub sender: Arc<Sender>,
    pub inbox: Arc<Inbox>,
    /// What topics are made with, so that a push service can't tell a conversation by them.
    pub secret: Vec<u8>,
}

/// A push that is under way.
struct Sent {
    to: Subscription,
    conversation: ConversationId,
    seq: Seq,
    /// From where on to look at the messages again.
    first: Seq,
    /// What the device was told of before.
    before: Seq,
    closed: Vec<Closed>,
}

#[derive(Default)]
struct State {
    queue: Queue,
    told: Told,
    attempts: JoinSet<(Sent, Outcome)>,
    /// New messages not looked at yet.
    news: HashMap<ConversationId, Seq>,
    /// Conversations that were looked at a moment ago.
    rests: HashMap<ConversationId, Instant>,
    /// When devices that waited are looked at again.
    gathered: Option<Instant>,
}

impl Task {
    /// Ends after `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut state = State::default();
        let mut tidied = Instant::now();
        while !stop.is_cancelled() {
            let began = Instant::now();
            self.hear(&mut state);
            self.look_at_all(&mut state).await;
            let pause = (began.elapsed() * SHARE_OF_ALL).clamp(*BREAK.start(), *BREAK.end());
            while let Some(done) = state.attempts.try_join_next() {
                self.settle(&mut state, done).await;
            }
            if tidied.elapsed() >= TIDY {
                tidied = Instant::now();
                self.tidy(&mut state).await;
            }
            self.wait(&mut state, pause, tidied + TIDY, &stop).await;
        }
        let last = async {
            while let Some(done) = state.attempts.join_next().await {
                self.settle(&mut state, done).await;
            }
        };
        // What is not answered by then is heard of when Kith is opened.
        let _ = tokio::time::timeout(LAST_ANSWERS, last).await;
    }

    /// Waits for something to do, `pause` at least where there was something.
    async fn wait(&self, state: &mut State, pause: Duration, tidy: Instant, stop: &CancellationToken) {
        let gathered = |due: Instant| state.gathered.map_or(due, |gathered| due.max(gathered));
        let due = state.queue.next().map(gathered);
        let rested =
            state.news.keys().filter_map(|conversation| state.rests.get(conversation)).min().copied();
        let next = due.into_iter().chain(rested).fold(tidy, Instant::min);
        let wait = async {
            tokio::time::sleep(pause).await;
            let is_idle = state.attempts.is_empty();
            tokio::select! {
                () = self.inbox.woken() => {}
                () = tokio::time::sleep_until(next.into()) => {}
                Some(done) = state.attempts.join_next() => self.settle(state, done).await,
                () = self.prepare(), if is_idle => {}
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = wait => {}
        }
    }

    /// Prepares the next pushes little by little; never ends.
    async fn prepare(&self) {
        loop {
            let is_prepared = !(0..PREPARED).all(|_| self.sender.prepare());
            tokio::time::sleep(BREATH).await;
            if is_prepared {
                std::future::pending::<()>().await;
            }
        }
    }

    fn hear(&self, state: &mut State) {
        let news = self.inbox.take();
        state.told.hear(&news);
        for (conversation, seq) in news.messages {
            state.news.entry(conversation).and_modify(|first| *first = seq.min(*first)).or_insert(seq);
        }
    }

    /// Looks at the conversations with something new, and at the devices that have waited long enough.
    async fn look_at_all(&self, state: &mut State) {
        let now = Instant::now();
        state.rests.retain(|_, until| now < *until);
        let State { news, rests, queue, gathered, .. } = state;
        let new: HashMap<_, _> =
            news.extract_if(|conversation, _| !rests.contains_key(conversation)).collect();
        let mut due: HashMap<ConversationId, HashMap<SessionId, Seq>> = HashMap::new();
        if gathered.is_none_or(|gathered| gathered <= now) {
            for ((session, conversation), first) in queue.due(now) {
                due.entry(conversation).or_default().insert(session, first);
                *gathered = Some(now + GATHER);
            }
        }
        for conversation in new.keys() {
            due.entry(*conversation).or_default();
        }
        for (conversation, waiting) in due {
            let began = Instant::now();
            let new = new.get(&conversation).copied();
            if let Err(error) = self.look(state, conversation, new, &waiting).await {
                tracing::error!(%error, "pushes are late");
                let now = Instant::now();
                new.into_iter().for_each(|first| {
                    state.news.entry(conversation).or_insert(first);
                });
                state.rests.insert(conversation, now + PAUSE);
                for (session, first) in waiting {
                    state.queue.let_go((session, conversation), Some(first), now + PAUSE);
                }
            } else if new.is_some() {
                let rest = (began.elapsed() * SHARE).min(LONGEST_REST);
                state.rests.insert(conversation, Instant::now() + rest);
            }
        }
    }

    /// Finds out who is told what of a conversation, and begins with whom may be told now: of what is `new` everybody, of
    /// what is not those for whom it is `waiting`.
    async fn look(
        &self,
        state: &mut State,
        conversation: ConversationId,
        new: Option<Seq>,
        waiting: &HashMap<SessionId, Seq>,
    ) -> Result<()> {
        let Some(first) = waiting.values().copied().chain(new).min() else { return Ok(()) };
        let Some(talk) = self.store.talk(conversation, first).await? else { return Ok(()) };
        if talk.messages.is_empty() {
            return Ok(());
        }
        let only: Option<Vec<_>> = new.is_none().then(|| waiting.keys().copied().collect());
        let recipients = self.store.recipients(conversation, only.as_deref()).await?;
        let (attending, showing) =
            self.hub.attending(conversation, recipients.iter().map(|recipient| recipient.to.user));
        let looked = Instant::now();
        for recipient in recipients {
            let Subscription { session, user, .. } = recipient.to;
            if attending.contains(&user) || showing.contains(&session) {
                continue;
            }
            let waits = waiting.get(&session).copied();
            let Some(first) = waits.into_iter().chain(new).min() else { continue };
            let first = first.max(state.told.last((conversation, user, session)).next());
            self.consider(state, &talk, recipient, first, looked)?;
        }
        Ok(())
    }

    fn consider(
        &self,
        state: &mut State,
        talk: &Talk,
        recipient: Recipient,
        first: Seq,
        looked: Instant,
    ) -> Result<()> {
        let (conversation, now, session) = (talk.conversation, time::now(), recipient.to.session);
        let wishes = Wishes::of(&recipient, conversation, now);
        let Some(choice) = wishes.choose(talk, &recipient, first, now) else { return Ok(()) };
        if !state.queue.begin((session, conversation), first, Instant::now()) {
            return Ok(());
        }
        let closed = state.told.closed(session);
        let text = match text::write(talk, &choice, &recipient, wishes.shows, &closed) {
            Ok(text) => text,
            Err(error) => {
                state.queue.let_go((session, conversation), None, Instant::now());
                return Err(error);
            }
        };
        let wrapping = self.wrapping(talk, &choice, (session, conversation));
        let seq = choice.message.seq;
        let before = state.told.tell((conversation, recipient.to.user, session), seq);
        let sent = Sent { to: recipient.to, conversation, seq, first, before, closed };
        let sender = self.sender.clone();
        state.attempts.spawn(async move {
            let patience = FRESH.saturating_sub(looked.elapsed());
            let outcome = sender.send(&sent.to, &text, wrapping, patience).await;
            (sent, outcome)
        });
        Ok(())
    }

    fn wrapping(&self, talk: &Talk, choice: &Choice<'_>, of: Key) -> Wrapping {
        let is_direct = talk.title.is_none();
        let urgency = if is_direct || choice.mention { Urgency::High } else { Urgency::Normal };
        Wrapping { topic: self.topic(of), urgency, life: life(choice.message) }
    }

    /// The same for all of a conversation on one device, and for nobody else like anything.
    fn topic(&self, (session, conversation): Key) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).ok()?;
        mac.update(session.0.as_bytes());
        mac.update(conversation.0.as_bytes());
        let bytes = mac.finalize().into_bytes();
        Some(URL_SAFE_NO_PAD.encode(bytes.get(..TOPIC)?))
    }

    async fn settle(&self, state: &mut State, done: Result<(Sent, Outcome), tokio::task::JoinError>) {
        let Ok((sent, outcome)) = done.inspect_err(|error| tracing::error!(%error, "a push failed")) else {
            return;
        };
        let (session, user, now) = (sent.to.session, sent.to.user, Instant::now());
        let key = (session, sent.conversation);
        if !matches!(outcome, Outcome::Taken(_)) {
            state.told.take_back((sent.conversation, user, session), sent.seq, sent.before);
        }
        match outcome {
            Outcome::Taken(_) => {
                state.told.taken(session, &sent.closed);
                state.queue.told(key, now);
            }
            Outcome::Gone(status) => {
                tracing::debug!(status, %session, "a subscription is gone");
                self.end(state, &sent.to).await;
            }
            Outcome::Refused(status) => {
                tracing::warn!(status, origin = origin(&sent.to), "a push service refused a push");
                state.queue.let_go(key, None, now);
            }
            Outcome::Later { after, why, .. } => {
                tracing::debug!(why, origin = origin(&sent.to), "a push waits");
                if state.queue.failed(key, sent.first, after, now) {
                    tracing::warn!(why, origin = origin(&sent.to), "a push was given up");
                }
            }
            Outcome::Waited => state.queue.let_go(key, Some(sent.first), now),
        }
    }

    async fn end(&self, state: &mut State, of: &Subscription) {
        state.queue.forget(of.session);
        state.told.forget(of.session);
        if let Err(error) = self.store.unsubscribe(of.session, Some(&of.endpoint)).await {
            tracing::error!(%error, "a subscription that is gone could not be removed");
        }
    }

    async fn tidy(&self, state: &mut State) {
        self.sender.services().tidy();
        if !self.inbox.is_wanted() {
            return;
        }
        // Whoever subscribes meanwhile says so after it is stored.
        self.inbox.set_wanted(false);
        match self.store.has_subscriptions().await {
            Ok(false) => *state = State { attempts: std::mem::take(&mut state.attempts), ..State::default() },
            Ok(true) | Err(_) => self.inbox.set_wanted(true),
        }
    }
}

fn life(message: &Message) -> Duration {
    message.expires_at.map_or(PUSH_LIFE, |expires_at| time::until(expires_at).min(PUSH_LIFE))
}

/// A push service is named in the log, a device is not: who knows its endpoint could push to it.
fn origin(of: &Subscription) -> &str {
    let end = of.endpoint.match_indices('/').nth(2).map_or(of.endpoint.len(), |(at, _)| at);
    &of.endpoint[..end]
}

#[cfg(test)]
mod tests {
    use kith_shared::UserId;
    use uuid::Uuid;

    use super::*;
    use crate::store::push::Keys;

    #[test]
    fn the_log_names_no_endpoint() {
        let keys = Keys { public: Vec::new(), auth: Vec::new() };
        let endpoint = "https://push.example.org/send/secret".to_owned();
        let (session, user) = (SessionId(Uuid::nil()), UserId(Uuid::nil()));
        let of = Subscription { session, user, endpoint, keys, site: None };
        assert_eq!(origin(&of), "https://push.example.org");
    }
}
