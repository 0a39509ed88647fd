//! Pushes on this device: whether they come, and what the service worker left of them for the app.

use js_sys::{Object, Reflect};
use kith_shared::format::plain;
use kith_shared::message::{Body, Message};
use kith_shared::notify::{Quiet, Shows};
use kith_shared::push::{Kind, Push, PushOutcome, Subscribe, Told};
use kith_shared::{ConversationId, Seq, json, setting};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    MessageEvent, Notification, NotificationPermission, PushManager, PushSubscription,
    PushSubscriptionOptionsInit,
};

use super::tabs::relay;
use super::{Engine, badge, browser, rest};
use crate::device;
use crate::i18n::{text, text_with};
use crate::state::{Action, Failure, Notice, Pushed, Route, beginning};

/// How it stands with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushState {
    /// This browser has none, or not here.
    Unsupported,
    /// The user has forbidden them, or their system has.
    Denied,
    Off,
    On,
}

type Result<T> = std::result::Result<T, Failure>;

impl Engine {
    /// How it stands with them now.
    pub async fn push_state(&self) -> PushState {
        let Some(manager) = manager().await else { return PushState::Unsupported };
        match Notification::permission() {
            NotificationPermission::Denied => PushState::Denied,
            NotificationPermission::Granted if device::wants_pushes() && found(&manager).await.is_some() => {
                PushState::On
            }
            _ => PushState::Off,
        }
    }

    /// Asks the user, then the browser, then tells the server.
    ///
    /// # Errors
    /// [`Failure::PushDenied`] and [`Failure::PushService`], or what the server says.
    pub async fn turn_pushes_on(&self) -> Result<()> {
        let asked = Notification::request_permission().map_err(|_| Failure::PushDenied)?;
        let answer = JsFuture::from(asked).await;
        if answer.ok().and_then(|answer| answer.as_string()).as_deref() != Some("granted") {
            return Err(Failure::PushDenied);
        }
        self.subscribe().await?;
        device::want_pushes(true);
        Ok(())
    }

    /// # Errors
    /// When the server can't be reached: it would go on pushing.
    pub async fn turn_pushes_off(&self) -> Result<()> {
        rest::unsubscribe().await?;
        device::want_pushes(false);
        self.unsubscribe().await;
        Ok(())
    }

    /// Has the server push something to this device, and says what came of that.
    ///
    /// # Errors
    /// When the server can't be reached, or was asked too often.
    pub async fn test_pushes(&self) -> Result<PushOutcome> {
        Ok(rest::test_push().await?.outcome)
    }

    /// Each opening sees to it that what was wanted is still so: browsers drop subscriptions, servers lose them.
    pub(super) async fn heal_pushes(&self) {
        if !device::wants_pushes() || !badge::is_allowed() {
            return;
        }
        // The next opening tries again.
        if let Err(failure) = self.subscribe().await {
            browser::warn(&format!("pushes don't come: {failure:?}"));
        }
        self.keep_quiet_hours();
    }

    async fn subscribe(&self) -> Result<()> {
        let manager = manager().await.ok_or(Failure::PushService)?;
        let stands = rest::push_state().await?;
        let options = PushSubscriptionOptionsInit::new();
        options.set_user_visible_only(true);
        options.set_application_server_key_opt_str(Some(&stands.key));
        let subscription = match ask(&manager, &options).await {
            Some(subscription) => subscription,
            None => {
                // One for another key stands in its way: the server began anew.
                self.unsubscribe().await;
                ask(&manager, &options).await.ok_or(Failure::PushService)?
            }
        };
        if stands.endpoint.as_deref() == Some(&subscription.endpoint()) {
            return Ok(());
        }
        let body = described(&subscription).ok_or(Failure::PushService)?;
        rest::subscribe(&body).await
    }

    /// Nothing comes any more, whatever the server thinks.
    pub(super) async fn unsubscribe(&self) {
        let Some(manager) = manager().await else { return };
        if let Some(subscription) = found(&manager).await
            && let Ok(ending) = subscription.unsubscribe()
        {
            // One that can't be ended ends with the server's first try.
            let _ = JsFuture::from(ending).await;
        }
    }

    /// Minutes this device's clock is ahead of UTC.
    pub fn utc_offset(&self) -> i64 {
        browser::utc_offset()
    }

    /// The user's day is that of the device they use.
    fn keep_quiet_hours(&self) {
        let state = self.state();
        let Some(quiet) = state.settings.get(setting::QUIET).and_then(Quiet::of) else { return };
        let offset = self.utc_offset();
        if quiet.offset != offset {
            self.set(setting::QUIET.to_owned(), Some(Quiet { offset, ..quiet }.value()));
        }
    }

    /// Tells of a message as a push would, where none comes and the user allows it: the app is open, and nobody looks.
    pub(super) fn notify_outside(&self, conversation: ConversationId, seq: Seq) {
        let engine = self.clone();
        spawn_local(async move {
            let allowed =
                badge::is_allowed() && !engine.is_looked_at() && engine.push_state().await == PushState::Off;
            if let Some(push) = engine.as_push(conversation, seq).filter(|_| allowed) {
                tell_worker(&push).await;
            }
        });
    }

    /// A message as the server would push it, as JSON. What the user wants shown is asked for there; here it is the same.
    fn as_push(&self, conversation: ConversationId, seq: Seq) -> Option<String> {
        let state = self.state();
        let (user, view) = (state.me()?, state.conversations.get(&conversation)?);
        let message = view.at_hand(seq)?;
        let shows = Shows::of(state.settings.get(setting::PUSH_SHOWS));
        let (names, says) = (shows != Shows::Nothing, shows == Shows::All);
        let sender = view.held.conversation.members.iter().find(|member| member.user.id == message.sender);
        let kind = match &message.body {
            Body::Poll { .. } => Kind::Poll,
            Body::Sticker(_) => Kind::Sticker,
            _ => Kind::Text,
        };
        let files = message.body.files().iter().map(|file| file.kind);
        let told = Told::<Message> {
            user,
            conversation,
            seq,
            change: message.change,
            sent_at: message.sent_at,
            expires_at: message.expires_at,
            title: names.then(|| view.name(user).to_owned()),
            sender: sender.filter(|_| names).map(|member| member.user.clone()),
            group: names && view.is_group(),
            avatar: view.held.conversation.avatar.filter(|_| names),
            mention: false,
            kind: says.then_some(kind),
            text: message.body.words().filter(|_| says).map(|text| plain(beginning(text)).into_owned()),
            files: files.filter(|_| says).collect(),
            message: None,
            unread: 0,
            closed: Vec::new(),
        };
        json::write(&Push::Message(Box::new(told))).ok()
    }

    /// Hears what the service worker tells of.
    pub(super) fn hear_worker(&self) {
        let Some(container) = browser::service_workers() else { return };
        let engine = self.clone();
        browser::listen(&container, "message", move |event| {
            if let Ok(event) = event.dyn_into::<MessageEvent>() {
                engine.told_by_worker(&event.data());
            }
        });
    }

    fn told_by_worker(&self, said: &JsValue) {
        let part = |name: &str| Reflect::get(said, &name.into()).ok().and_then(|part| part.as_string());
        let engine = self.clone();
        match part("kind").as_deref() {
            Some("pushed") => spawn_local(async move { engine.take_pushed().await }),
            Some("outbox") => spawn_local(async move {
                if engine.0.tabs.leads() {
                    engine.restore_outbox().await;
                    engine.send_outbox();
                }
            }),
            Some("tested") => self.dispatch(Action::Notice(Some(Notice::PushArrived))),
            Some("open") => self.go(Route::parse(&part("path").unwrap_or_default())),
            _ => {}
        }
    }

    /// Takes in what came while nobody was here: messages, and what was read in notifications.
    pub(super) async fn take_pushed(&self) {
        let Some(device) = self.0.storage.device().filter(|_| self.0.tabs.leads()) else { return };
        let pushed = match device.take_pushed().await {
            Ok(pushed) => pushed,
            Err(error) => {
                browser::warn(&error.to_string());
                return;
            }
        };
        for Pushed { message, conversation, read } in pushed {
            if let Some(text) = message.and_then(|message| json::write(&message).ok()) {
                // It was written by this version or read by it just now.
                let _ = self.share(relay::PUSHED, "", &text);
            }
            if let (Some(conversation), Some(seq)) = (conversation, read) {
                self.mark_read(conversation, seq);
            }
        }
    }

    /// The service worker speaks the user's language too.
    pub fn language_changed(&self) {
        let engine = self.clone();
        spawn_local(async move { engine.leave_texts().await });
    }

    /// Leaves the service worker what it says, in the user's language; and by that, that the user is logged in.
    pub(super) async fn leave_texts(&self) {
        let Some(device) = self.0.storage.device() else { return };
        let texts = Object::new();
        for (name, said) in [
            ("app", text("app.name")),
            ("news", text("push.news")),
            ("chats", text("push.chats")),
            ("test", text("push.test_text")),
            ("answer", text("notification.answer")),
            ("placeholder", text("composer.label")),
            ("send", text("composer.send")),
            ("unsent", text("push.unsent")),
            ("read", text("notification.read")),
            ("photo", text("file.photo")),
            ("video", text("file.video")),
            ("voice", text("file.voice")),
            ("named", text("file.named")),
            ("files", text_with("file.several.other", &[])),
            ("poll", text("poll.preview")),
            ("sticker", text("sticker.preview")),
        ] {
            // A plain object takes any property.
            let _ = Reflect::set(&texts, &name.into(), &(&*said).into());
        }
        let Ok(texts) = js_sys::JSON::stringify(&texts) else { return };
        if let Err(error) = device.put_push_texts(&String::from(texts)).await {
            browser::warn(&error.to_string());
        }
    }
}

async fn tell_worker(push: &str) {
    let worker = badge::registration().await.and_then(|registration| registration.active());
    let said = Object::new();
    for (name, value) in [("kind", "show"), ("push", push)] {
        // A plain object takes any property.
        let _ = Reflect::set(&said, &name.into(), &value.into());
    }
    // Strings can always be cloned.
    let _ = worker.map(|worker| worker.post_message(&said));
}

async fn manager() -> Option<PushManager> {
    let window = browser::window()?;
    if !badge::has_notifications() || !Reflect::has(&window, &"PushManager".into()).unwrap_or(false) {
        return None;
    }
    badge::registration().await?.push_manager().ok()
}

async fn found(manager: &PushManager) -> Option<PushSubscription> {
    JsFuture::from(manager.get_subscription().ok()?).await.ok()?.dyn_into().ok()
}

async fn ask(manager: &PushManager, options: &PushSubscriptionOptionsInit) -> Option<PushSubscription> {
    let asked = manager.subscribe_with_options(options).ok()?;
    let answer = JsFuture::from(asked).await.inspect_err(web_sys::console::warn_1);
    answer.ok()?.dyn_into().ok()
}

/// As the server is told of one.
fn described(subscription: &PushSubscription) -> Option<Subscribe> {
    let said = JsValue::from(subscription.to_json().ok()?);
    let keys = Reflect::get(&said, &"keys".into()).ok()?;
    let key = |name: &str| Reflect::get(&keys, &name.into()).ok()?.as_string();
    Some(Subscribe { endpoint: subscription.endpoint(), p256dh: key("p256dh")?, auth: key("auth")? })
}
