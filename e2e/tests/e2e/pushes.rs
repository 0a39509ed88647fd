//! Pushes into the real service worker: what they show, with the app closed too, and what is pressed on that.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::accessibility::look;
use crate::delivery::{Pushes, me, press, push_of, shows};
use crate::devtools::DevTools;
use crate::notifying::is_told;
use crate::person::{Bubble, Person};
use crate::push_service::{Answer, Device, PushService};
use crate::server::Server;
use crate::wait::until;

/// No page of the app is open any more.
async fn closes(person: &Person) -> Result<()> {
    person.open("about:blank").await
}

#[tokio::test]
async fn a_push_is_shown_kept_for_the_app_and_answered_with_the_app_closed() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let mias = me(&mia).await?;
    let mut pushes = Pushes::to(&mia, &server).await?;
    closes(&mia).await?;
    leo.send("Shall we go sailing?").await?;
    pushes.deliver_newest(&leo, &mias).await?;
    let mut worker = DevTools::worker(&mia.browser).await?;
    shows(&mut worker, json!([["Leo", "Shall we go sailing?", 1]])).await?;
    leo.send("At six?").await?;
    for _ in 0..2 {
        pushes.deliver_newest(&leo, &mias).await?;
    }
    shows(&mut worker, json!([["Leo", "Shall we go sailing?\nAt six?", 2]])).await?;

    // What was pushed is there without the network.
    mia.browser.offline(true).await?;
    mia.open(&server.url("/")).await?;
    mia.open_dialog("Leo").await?;
    mia.sees(&["Shall we go sailing?", "At six?"]).await?;
    // It was read there.
    shows(&mut worker, json!([])).await?;
    closes(&mia).await?;
    mia.browser.offline(false).await?;

    leo.send("Or at seven?").await?;
    pushes.deliver_newest(&leo, &mias).await?;
    shows(&mut worker, json!([["Leo", "Or at seven?", 3]])).await?;
    press(&mut worker, "answer", Some("At seven!")).await?;
    const ALL: [&str; 4] = ["Shall we go sailing?", "At six?", "Or at seven?", "At seven!"];
    leo.sees(&ALL).await?;
    let read = |bubbles: &Vec<Bubble>| bubbles[2].is("Or at seven?", "Read");
    until("it is read", || leo.bubbles(), read).await?;
    shows(&mut worker, json!([])).await?;
    mia.open(&server.url("/")).await?;
    mia.open_dialog("Leo").await?;
    mia.sees(&ALL).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn what_is_answered_without_a_network_goes_out_once_and_what_is_marked_as_read_is() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let mias = me(&mia).await?;
    let mut pushes = Pushes::to(&mia, &server).await?;
    closes(&mia).await?;
    leo.send("one").await?;
    pushes.deliver_newest(&leo, &mias).await?;
    let mut worker = DevTools::worker(&mia.browser).await?;
    shows(&mut worker, json!([["Leo", "one", 1]])).await?;
    // The worker has no network; the page's is another's.
    worker.run("self.online = fetch; self.fetch = () => Promise.reject(new TypeError('offline')); 0").await?;
    press(&mut worker, "answer", Some("later")).await?;
    shows(&mut worker, json!([])).await?;
    mia.open(&server.url("/")).await?;
    mia.open_dialog("Leo").await?;
    mia.sees(&["one", "later"]).await?;
    leo.sees(&["one", "later"]).await?;
    leo.send("two").await?;
    mia.sees(&["one", "later", "two"]).await?;
    closes(&mia).await?;
    worker.run("self.fetch = self.online; 0").await?;
    leo.send("three").await?;
    pushes.deliver_newest(&leo, &mias).await?;
    shows(&mut worker, json!([["Leo", "three", 4]])).await?;
    press(&mut worker, "read", None).await?;
    leo.last_is("three", "Read").await?;
    shows(&mut worker, json!([])).await?;

    // It goes out with the app closed, too.
    leo.send("four").await?;
    pushes.deliver_newest(&leo, &mias).await?;
    shows(&mut worker, json!([["Leo", "four", 5]])).await?;
    worker.run("self.fetch = () => Promise.reject(new TypeError('offline')); 0").await?;
    press(&mut worker, "answer", Some("by itself")).await?;
    worker.run("self.fetch = self.online; 0").await?;
    pushes.syncs(&format!("kith-outbox-{}", mias.as_str().context("an id")?)).await?;
    leo.sees(&["one", "later", "two", "three", "four", "by itself"]).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn what_can_t_be_read_is_old_or_for_somebody_else_tells_nothing() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let mias = me(&mia).await?;
    let mut pushes = Pushes::to(&mia, &server).await?;
    closes(&mia).await?;
    leo.send("a secret").await?;
    leo.last_is("a secret", "Sent").await?;
    let mut push = push_of(&leo, 1).await?;
    let generic = json!([["Kith", "New messages", 0]]);
    for bad in ["", "{", "[]", "{\"type\":\"message\"}", &push.to_string()] {
        pushes.deliver(bad).await?;
        let mut worker = DevTools::worker(&mia.browser).await?;
        shows(&mut worker, generic.clone()).await?;
        worker.run("registration.getNotifications().then(all => all.forEach(it => it.close()))").await?;
    }
    let mut worker = DevTools::worker(&mia.browser).await?;
    // Whose device it was, it is no more.
    push["user"] = json!("0190d3a2-7b1c-7e4f-8a55-0123456789ab");
    pushes.deliver(&push.to_string()).await?;
    shows(&mut worker, generic.clone()).await?;
    let databases = worker.run("indexedDB.databases().then(all => all.length)").await?;
    ensure!(databases == 1, "none is made for somebody who is not here: {databases}");
    push["user"] = mias.clone();
    push["expires_at"] = json!(1);
    pushes.deliver(&push.to_string()).await?;
    shows(&mut worker, json!([["Kith", "New messages", 0], ["Leo", "New messages", 1]])).await?;

    mia.open(&server.url("/settings")).await?;
    mia.click("Log out").await?;
    mia.press("//div[@role='group']//button[normalize-space()='Log out']").await?;
    mia.find("//form//button[normalize-space()='Log in']").await?;
    worker.run("registration.getNotifications().then(all => all.forEach(it => it.close()))").await?;
    push["expires_at"] = Value::Null;
    pushes.deliver(&push.to_string()).await?;
    shows(&mut worker, generic).await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn a_thousand_at_once_are_a_few() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let mias = me(&mia).await?;
    let mut pushes = Pushes::to(&mia, &server).await?;
    closes(&mia).await?;
    leo.send("one").await?;
    leo.last_is("one", "Sent").await?;
    let mut push = push_of(&leo, 1).await?;
    (push["user"], push["message"]) = (mias, Value::Null);
    let mut all = Vec::new();
    for number in 0..1_000 {
        push["conversation"] = json!(format!("0190d3a2-7b1c-7e4f-8a55-{number:012}"));
        push["sent_at"] = json!(number);
        push["unread"] = json!(number + 1);
        all.push(push.to_string());
    }
    pushes.deliver_all(&all).await?;
    let mut worker = DevTools::worker(&mia.browser).await?;
    shows(
        &mut worker,
        json!([
            ["Kith", "New messages in 1000 chats", 0],
            ["Leo", "one", 1],
            ["Leo", "one", 1],
            ["Leo", "one", 1],
            ["Leo", "one", 1]
        ]),
    )
    .await?;
    mia.leave().await?;
    leo.leave().await
}

#[tokio::test]
async fn where_a_notification_has_no_field_a_small_window_has_one() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let mias = me(&mia).await?;
    let mut pushes = Pushes::to(&mia, &server).await?;
    closes(&mia).await?;
    leo.send("Shall we go sailing?").await?;
    pushes.deliver_newest(&leo, &mias).await?;
    let mut worker = DevTools::worker(&mia.browser).await?;
    shows(&mut worker, json!([["Leo", "Shall we go sailing?", 1]])).await?;
    // Only what was really pressed may open a window.
    worker.run("(clients.openWindow = (url) => { self.opened = url; }, 0)").await?;
    press(&mut worker, "answer", None).await?;
    let opened = worker.run("self.opened").await?;
    let path = opened.as_str().context("a window is opened")?;
    ensure!(path.starts_with("/reply.html#"), "{path}");
    mia.open(&server.url(path)).await?;
    mia.see("Shall we go sailing?").await?;
    look(&mia, "reply_window").await?;
    mia.find("//textarea").await?.send_keys("Yes" + Key::Enter).await?;
    leo.sees(&["Shall we go sailing?", "Yes"]).await?;
    // No script has opened this one: it goes on in the app.
    mia.sees(&["Shall we go sailing?", "Yes"]).await?;
    mia.leave().await?;
    leo.leave().await
}

/// Has a page's push service be the test's: Chromium's own is out of reach.
fn subscribes_to(device: &Device) -> String {
    format!(
        "const said = {};
        const made = Object.create(PushSubscription.prototype, {{
            endpoint: {{ value: said.endpoint }},
            toJSON: {{ value: () => ({{ endpoint: said.endpoint, keys: said }}) }},
            unsubscribe: {{ value: async () => {{ delete localStorage.subscribed; return true; }} }},
        }});
        PushManager.prototype.subscribe = async (options) => {{
            if (!options.userVisibleOnly || !options.applicationServerKey) throw new TypeError('no options');
            localStorage.subscribed = '1';
            return made;
        }};
        PushManager.prototype.getSubscription = async () => localStorage.subscribed ? made : null;",
        device.subscription()
    )
}

#[tokio::test]
async fn pushes_are_turned_on_tested_go_from_the_server_to_the_device_and_end_with_the_session() -> Result<()>
{
    let server = Server::start_with(&["--webhooks-to-private"])?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let mut pushes = Pushes::to(&mia, &server).await?;
    let mut device = PushService::start().await.device();
    mia.browser.before_pages(&subscribes_to(&device)).await?;
    mia.open(&server.url("/settings")).await?;
    mia.see("This device tells you of new messages only while you have Kith open.").await?;
    look(&mia, "notification_settings").await?;
    mia.press(&in_section("Turn on")).await?;
    mia.see("This device tells you of new messages, with Kith closed too.").await?;
    mia.press(&in_section("Send a test")).await?;
    mia.see("The push service has taken it.").await?;
    pushes.deliver(&device.push().await.text).await?;
    mia.see("The test has arrived.").await?;
    let mut worker = DevTools::worker(&mia.browser).await?;
    shows(&mut worker, json!([["Kith", "This is how Kith tells you of new messages.", 0]])).await?;
    worker.run("registration.getNotifications().then(all => all.forEach(it => it.close()))").await?;

    // What is cleared can be fetched again; pushes go on.
    mia.click("Clear").await?;
    mia.see("0 messages").await?;

    // Somebody looks at the app: nothing is pushed. The first push is of what comes after.
    leo.send("you see this").await?;
    is_told(&mia, json!([["Leo", "you see this"]])).await?;
    closes(&mia).await?;
    leo.send("Shall we **go**?").await?;
    pushes.deliver(&device.push().await.text).await?;
    shows(&mut worker, json!([["Leo", "Shall we go?", 2]])).await?;

    // What the device is to show, it shows; the rest has not left the server.
    mia.open(&server.url("/settings")).await?;
    mia.press("//label[contains(., 'What they show')]//option[.='Only the name']").await?;
    let kept = "return fetch('/api/v1/settings').then(it => it.json()).then(it => JSON.stringify(it))";
    let is_kept = |settings: &Value| settings.as_str().is_some_and(|it| it.contains("push/shows"));
    until("the setting is kept", || mia.browser.run(kept), is_kept).await?;
    closes(&mia).await?;
    leo.send("a secret").await?;
    let push = device.push().await.text;
    ensure!(!push.contains("secret"), "{push}");
    pushes.deliver(&push).await?;
    shows(&mut worker, json!([["Leo", "Shall we go?\nNew messages", 3]])).await?;

    // An opening finds that the server has lost the subscription, and heals it.
    mia.open(&server.url("/settings")).await?;
    mia.browser
        .run("return fetch('/api/v1/push/subscription', { method: 'DELETE' }).then(it => it.ok)")
        .await?;
    mia.browser.refresh().await?;
    mia.press(&in_section("Send a test")).await?;
    mia.see("The push service has taken it.").await?;
    pushes.deliver(&device.push().await.text).await?;
    // What is said at the bottom may stand before the button.
    mia.see("The test has arrived.").await?;
    mia.press("//button[@aria-label='Dismiss' or normalize-space()='Dismiss']").await?;
    device.answers(&[Answer::Status(410)]);
    mia.press(&in_section("Send a test")).await?;
    mia.see("The push service does not know this device any more.").await?;
    mia.press(&in_section("Turn off")).await?;
    mia.see("only while you have Kith open").await?;
    ensure!(mia.browser.run("return localStorage.subscribed ?? null").await?.is_null(), "it was ended");
    mia.leave().await?;
    leo.leave().await
}

fn in_section(label: &str) -> String {
    format!("//section[@id='notifications']//button[normalize-space()='{label}']")
}

#[tokio::test]
async fn where_notifications_are_forbidden_one_is_told_how_to_allow_them() -> Result<()> {
    let server = Server::start()?;
    let mia = Person::register(&server, "Mia").await?;
    mia.press("//a[@aria-label='Settings']").await?;
    // Where nobody is there to be asked, Chromium forbids them.
    mia.press(&in_section("Turn on")).await?;
    mia.see("Notifications of this site are blocked.").await?;
    mia.leave().await
}

#[tokio::test]
async fn without_a_push_service_the_open_app_tells_by_itself_where_nobody_looks() -> Result<()> {
    let server = Server::start()?;
    let (mia, leo) = Person::two_friends(&server).await?;
    let _pushes = Pushes::to(&mia, &server).await?;
    mia.browser
        .before_pages(
            "PushManager.prototype.subscribe = async () => { throw new DOMException('no', 'AbortError'); }",
        )
        .await?;
    mia.open(&server.url("/settings")).await?;
    mia.press(&in_section("Turn on")).await?;
    mia.see("Your browser's push service can't be reached, or it has none.").await?;
    // Another tab is in front of it.
    let app = mia.browser.driver.window().await?;
    let other = mia.browser.driver.new_tab().await?;
    mia.browser.driver.switch_to_window(other).await?;
    mia.open("about:blank").await?;
    leo.send("are you there?").await?;
    let mut worker = DevTools::worker(&mia.browser).await?;
    shows(&mut worker, json!([["Leo", "are you there?", 1]])).await?;
    mia.browser.driver.switch_to_window(app).await?;
    mia.open_dialog("Leo").await?;
    mia.sees(&["are you there?"]).await?;
    shows(&mut worker, json!([])).await?;
    mia.leave().await?;
    leo.leave().await
}
