//! Who is told, and who is not. Where somebody is not, somebody else in the same group is: one look at the group decides for
//! both, so what comes to the first next is really next.

use kith_shared::frame::ClientFrame;
use kith_shared::{ConversationId, Seq, routes};
use reqwest::Method;
use serde_json::json;

use super::service::{Device, PushService};
use crate::harness::{Person, Socket, TestServer};

/// Mia writes in a group; Leo is told or not; Zoe always is.
struct Group {
    server: TestServer,
    service: PushService,
    leo: Person,
    zoe: Person,
    mia: Person,
    from_mia: Socket,
    phone: Device,
    witness: Device,
    id: ConversationId,
}

impl Group {
    async fn start() -> Self {
        let server = TestServer::start().await;
        let service = PushService::start().await;
        let mia = server.register("mia").await;
        let (leo, zoe) = (server.register("leo").await, server.register("zoe").await);
        mia.befriends(&leo).await;
        mia.befriends(&zoe).await;
        let (phone, witness) = (service.device(), service.device());
        leo.subscribes(&phone).await;
        zoe.subscribes(&witness).await;
        let id = mia.groups("Harbour", &[&leo, &zoe]).await.id;
        let from_mia = mia.connect().await;
        Self { server, service, leo, zoe, mia, from_mia, phone, witness, id }
    }

    /// Another one with the same people: what is said there does not wait for what was said before.
    async fn another(&mut self) {
        self.id = self.mia.groups("Harbour", &[&self.leo, &self.zoe]).await.id;
    }

    /// It is said, and all are told who are.
    async fn say(&mut self, text: &str) {
        self.from_mia.write(self.id, text).await;
        assert_eq!(self.witness.text().await, text);
    }

    /// Leo is told this next.
    async fn leo_is_told(&mut self, text: &str) {
        assert_eq!(self.phone.text().await, text);
    }
}

impl Socket {
    async fn attends(&mut self, conversation: Option<ConversationId>, visible: bool) {
        self.say(&ClientFrame::Attending { conversation, visible }).await;
        self.pong().await;
    }
}

#[tokio::test]
async fn settings_decide_what_notifies() {
    let mut group = Group::start().await;
    let key = format!("notify/{}", group.id);
    group.leo.set(&key, json!("none")).await;
    group.say("none").await;
    group.leo.set(&key, json!("mentions")).await;
    group.say("mentions nobody").await;
    group.leo.set("notify/keywords", json!("boat\nkite")).await;
    group.say("the Kite").await;
    group.leo_is_told("the Kite").await;

    group.another().await;
    group.leo.set(&format!("mute/{}", group.id), json!("99999999999999")).await;
    group.say("muted @leo").await;
    group.leo.set(&format!("mute/{}", group.id), json!("1")).await;
    group.say("not any more").await;
    group.leo_is_told("not any more").await;

    group.another().await;
    group.leo.set("notify/quiet", json!("0 0 0")).await;
    group.say("quiet").await;
    group.leo.set("notify/quiet", json!(null)).await;
    group.say("loud").await;
    group.leo_is_told("loud").await;

    group.another().await;
    group.leo.set(&format!("notify/{}", group.id), json!("mentions")).await;
    group.say("hey @leo").await;
    group.leo_is_told("hey @leo").await;
    assert!(group.phone.got_nothing_more());
}

#[tokio::test]
async fn what_is_on_the_screen_is_pushed_to_no_device_and_what_shows_kith_is_not_pushed_to() {
    let mut group = Group::start().await;
    let again = group.server.log_in("leo").await;
    let mut laptop = group.service.device();
    again.subscribes(&laptop).await;
    let mut at_laptop = again.connect().await;
    at_laptop.attends(Some(group.id), true).await;
    group.say("he sees it").await;
    at_laptop.attends(Some(group.id), false).await;
    group.say("nobody sees it").await;
    group.leo_is_told("nobody sees it").await;
    assert_eq!(laptop.text().await, "nobody sees it");

    // The laptop shows another conversation: the phone alone is told.
    group.another().await;
    at_laptop.attends(None, true).await;
    group.say("elsewhere").await;
    group.leo_is_told("elsewhere").await;
    // It goes to sleep with Kith on the screen: from then on it is told too.
    drop(at_laptop);
    group.another().await;
    loop {
        // The server hears that it went when it does.
        let online = group.mia.get::<serde_json::Value>(routes::CONTACTS).await["online"].clone();
        if !online.as_array().unwrap().contains(&json!(group.leo.id())) {
            break;
        }
    }
    group.say("asleep").await;
    group.leo_is_told("asleep").await;
    assert_eq!(laptop.text().await, "asleep", "nothing before it");
}

#[tokio::test]
async fn nobody_is_told_what_they_say_themselves_on_any_device() {
    let mut group = Group::start().await;
    let mut mine = group.service.device();
    let at_home = group.server.log_in("mia").await;
    at_home.subscribes(&mine).await;
    group.say("from the office").await;
    let mut from_leo = group.leo.connect().await;
    from_leo.write(group.id, "from leo").await;
    assert_eq!(mine.text().await, "from leo");

    let notes = group.mia.post(routes::CONVERSATIONS_DIRECT, json!({"user": group.mia.id()})).await;
    let notes: kith_shared::conversation::Conversation = notes.json().await.unwrap();
    let sent = group.from_mia.write(notes.id, "to myself").await;
    group.from_mia.acknowledged(sent).await;
    group.another().await;
    from_leo.write(group.id, "from leo again").await;
    assert_eq!(mine.text().await, "from leo again");
}

#[tokio::test]
async fn what_was_read_is_not_told() {
    let mut group = Group::start().await;
    // Everything is read as soon as it is there, before anybody is told: by a mark that is in the database already.
    let sent = group.from_mia.write(group.id, "one").await;
    group.from_mia.acknowledged(sent).await;
    assert_eq!((group.phone.text().await, group.witness.text().await), ("one".into(), "one".into()));
    let mut from_leo = group.leo.connect().await;
    group.from_mia.write(group.id, "two").await;
    // The second one rests for a moment; it is read meanwhile.
    let seq = from_leo.message().await.0;
    from_leo.say(&ClientFrame::Read { conversation: group.id, seq }).await;
    from_leo.pong().await;
    assert_eq!(group.witness.text().await, "two");
    group.say("three").await;
    group.leo_is_told("three").await;
}

#[tokio::test]
async fn what_was_read_elsewhere_is_closed_by_the_next_push() {
    let mut group = Group::start().await;
    group.say("one").await;
    group.leo_is_told("one").await;
    let (first, mut from_leo) = (group.id, group.leo.connect().await);
    let seq = group.leo.conversation(first).await.head.seq;
    from_leo.say(&ClientFrame::Read { conversation: first, seq }).await;
    from_leo
        .hear_until(|frame| matches!(frame, kith_shared::frame::ServerFrame::Read { .. }).then_some(()))
        .await;
    group.another().await;
    group.say("two").await;
    let told = group.phone.told().await;
    assert_eq!(told.unread, 1);
    assert_eq!(
        told.closed.iter().map(|closed| (closed.conversation, closed.seq)).collect::<Vec<_>>(),
        [(first, seq)]
    );
    group.another().await;
    group.say("three").await;
    let told = group.phone.told().await;
    assert_eq!((told.unread, told.closed.len()), (2, 0), "it is told once");
}

#[tokio::test]
async fn who_left_or_logged_out_is_told_nothing() {
    let mut group = Group::start().await;
    let mut tablet = group.service.device();
    let again = group.server.log_in("leo").await;
    again.subscribes(&tablet).await;
    let response = again.post(routes::LOG_OUT, json!({})).await;
    assert!(response.status().is_success());
    group.say("one").await;
    group.leo_is_told("one").await;
    let removed = group.mia.ask(Method::DELETE, &routes::member(group.id, group.leo.id()), None).await;
    assert!(removed.status().is_success());
    group.say("behind his back").await;
    group.another().await;
    group.say("two").await;
    group.leo_is_told("two").await;
    assert!(tablet.got_nothing_more());
    assert!(group.zoe.conversation(group.id).await.head.seq >= Seq(1));
}
