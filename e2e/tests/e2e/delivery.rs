//! Bringing pushes to a browser as its push service would, and pressing what they show.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::devtools::DevTools;
use crate::person::{Bubble, Person};
use crate::server::Server;
use crate::wait::until;

/// Pushes into one browser, as its push service would.
pub struct Pushes {
    /// What was granted lasts as long as it is there.
    _browser: DevTools,
    pub page: DevTools,
    origin: String,
    registration: String,
}

impl Pushes {
    /// The user allows notifications; the service worker is there.
    pub async fn to(person: &Person, server: &Server) -> Result<Self> {
        Self::at(person, &server.url("")).await
    }

    /// The same at another address than the server's own.
    pub async fn at(person: &Person, url: &str) -> Result<Self> {
        person.browser.run("return navigator.serviceWorker.ready.then(() => true)").await?;
        let origin = url.trim_end_matches('/').to_owned();
        let grant = json!({"origin": origin, "permissions": ["notifications", "backgroundSync"]});
        let mut browser = DevTools::browser(&person.browser).await?;
        browser.call("Browser.grantPermissions", grant).await?;
        let mut page = DevTools::page(&person.browser).await?;
        page.call("ServiceWorker.enable", json!({})).await?;
        let service = json!({"service": "pushMessaging"});
        page.call("BackgroundService.startObserving", service).await?;
        let recorded = json!({"service": "pushMessaging", "shouldRecord": true});
        page.call("BackgroundService.setRecording", recorded).await?;
        loop {
            let told = page.event("ServiceWorker.workerRegistrationUpdated").await?;
            if let Some(id) = told["registrations"][0]["registrationId"].as_str() {
                let registration = id.to_owned();
                return Ok(Self { _browser: browser, page, origin, registration });
            }
        }
    }

    /// The newest message of the dialog another has open, as the server would push it.
    pub async fn deliver_newest(&mut self, from: &Person, to: &Value) -> Result<()> {
        let sent = |bubbles: &Vec<Bubble>| bubbles.last().is_some_and(|last| last.state != "Sending");
        until("it is sent", || from.bubbles(), sent).await?;
        let mut push = push_of(from, 1).await?;
        push["user"] = to.clone();
        self.deliver(&push.to_string()).await
    }

    /// The network is back, as the browser tells it with the app closed.
    pub async fn syncs(&mut self, tag: &str) -> Result<()> {
        let sync = json!({
            "origin": self.origin, "registrationId": self.registration, "tag": tag, "lastChance": false,
        });
        self.page.call("ServiceWorker.dispatchSyncEvent", sync).await.map(drop)
    }

    /// Done once the service worker has dealt with it: a browser asked what is shown while something comes to be shown
    /// takes that for gone, and forgets it.
    pub async fn deliver(&mut self, data: &str) -> Result<()> {
        self.deliver_all(&[data.to_owned()]).await
    }

    /// Several at once.
    pub async fn deliver_all(&mut self, all: &[String]) -> Result<()> {
        for data in all {
            let push = json!({"origin": self.origin, "registrationId": self.registration, "data": data});
            self.page.call("ServiceWorker.deliverPushMessage", push).await?;
        }
        let mut left = all.len();
        while left > 0 {
            let told = self.page.event("BackgroundService.backgroundServiceEventReceived").await?;
            let told = &told["backgroundServiceEvent"]["eventName"];
            left -= usize::from(told == "Push event completed");
        }
        Ok(())
    }
}

/// What is shown: of each notification its title, its text and how far it goes.
const SHOWN: &str = "registration.getNotifications().then(all => all
    .map(({ title, body, data }) => [title, body, data?.seq ?? 0]).sort())";

/// What decides whether anything is shown: whether it may be, and who looks at the app.
const DECIDING: &str = "clients.matchAll({ includeUncontrolled: true }).then(all =>
    [Notification.permission, all.map(({ url, visibilityState }) => [url, visibilityState])])";

pub async fn shows(worker: &mut DevTools, wanted: Value) -> Result<()> {
    // One at a time: an answer is waited for before the next question.
    let worker = tokio::sync::Mutex::new(worker);
    let look = || async { worker.lock().await.run(SHOWN).await };
    let Err(error) = until("the notifications are", look, |shown| *shown == wanted).await else {
        return Ok(());
    };
    let deciding = worker.lock().await.run(DECIDING).await?;
    Err(error).with_context(|| format!("wanted {wanted}, with {deciding}"))
}

/// Presses a notification, as the system would say it. `waitUntil` is for events of the browser's own, so it is caught.
pub async fn press(worker: &mut DevTools, action: &str, reply: Option<&str>) -> Result<()> {
    let press = format!(
        "(async () => {{
            const [notification] = await registration.getNotifications();
            const event = new NotificationEvent('notificationclick', {{ notification, action: '{action}' }});
            Object.defineProperty(event, 'reply', {{ value: {} }});
            let done;
            event.waitUntil = (promise) => {{ done = promise; }};
            self.dispatchEvent(event);
            await done;
        }})()",
        json!(reply)
    );
    worker.run(&press).await.map(drop)
}

/// The newest message of the dialog that is open, as a push brings it.
pub async fn push_of(person: &Person, unread: i64) -> Result<Value> {
    let newest = "const [, id] = location.pathname.match(/^\\/c\\/([^/]+)/);
        const me = JSON.parse(localStorage.getItem('kith.session')).user;
        return fetch(`/api/v1/conversations/${id}/messages`).then(it => it.json())
            .then(it => [me, it.messages.at(-1)])";
    let found = person.browser.run(newest).await?;
    let (other, message) = (&found[0], &found[1]);
    Ok(json!({
        "type": "message", "conversation": message["conversation"], "seq": message["seq"],
        "change": message["change"], "sent_at": message["sent_at"], "title": other["display_name"],
        "sender": other, "kind": "text", "text": message["body"]["text"], "message": message, "unread": unread,
    }))
}

pub async fn me(person: &Person) -> Result<Value> {
    person.browser.run("return JSON.parse(localStorage.getItem('kith.session')).user.id").await
}
