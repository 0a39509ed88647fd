//! What only some may do with messages, asked of the server itself: no client that hides a button stands before it.

use kith_shared::frame::ClientFrame;
use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::{Change, ClientId, ConversationId, Seq, limits, routes};
use serde_json::json;
use uuid::Uuid;

use crate::harness::{Socket, TestServer, refused};
use crate::roles::with_an_admin;

#[tokio::test]
async fn in_a_direct_dialog_both_pin_and_it_stands_with_the_message_and_the_conversation() {
    let server = TestServer::start().await;
    let (mia, leo, conversation) = server.two_friends().await;
    let (mut mias, mut leos) = (mia.connect().await, leo.connect().await);
    for text in ["one", "two"] {
        let id = mias.write(conversation, text).await;
        mias.acknowledged(id).await;
    }
    for (socket, seq) in [(&mut leos, 2), (&mut mias, 1)] {
        let id = socket.pins(conversation, seq, true).await;
        socket.acknowledged(id).await;
    }
    let seen = leos.changed_to(Change(4)).await;
    assert!(seen.pinned_at.is_some_and(|at| at >= seen.sent_at) && seen.edited_at.is_none());
    assert_eq!(leo.conversation(conversation).await.pins, [Seq(1), Seq(2)]);
    assert_eq!(leo.page(conversation, "").await.messages[0], seen);

    let again = leos.pins(conversation, 1, true).await;
    assert_eq!(leos.acknowledged(again).await.change, Change(4), "it is pinned already");
    let down = leos.pins(conversation, 1, false).await;
    leos.acknowledged(down).await;
    let gone = mias.deletes(conversation, 2).await;
    mias.acknowledged(gone).await;
    assert_eq!(mia.conversation(conversation).await.pins, [], "what is deleted is pinned no more");
    let late = leos.pins(conversation, 2, true).await;
    assert_eq!(leos.error().await, (Code::MessageDeleted, Some(late)));
    let nowhere = leos.pins(conversation, 3, true).await;
    assert_eq!(leos.error().await, (Code::MessageNotFound, Some(nowhere)));
}

#[tokio::test]
async fn a_conversation_takes_only_so_many_pins() {
    let server = TestServer::start().await;
    let (mia, _leo, conversation) = server.two_friends().await;
    let mut mias = mia.connect().await;
    let more = limits::PINS as i64 + 1;
    for n in 1..=more {
        mias.write(conversation, &n.to_string()).await;
    }
    for seq in 1..more {
        mias.pins(conversation, seq, true).await;
    }
    let last = mias.pins(conversation, more, true).await;
    assert_eq!(mias.error().await, (Code::TooMany, Some(last)));
    let pinned = mia.conversation(conversation).await;
    assert_eq!(pinned.pins.len(), limits::PINS);
    assert_eq!(pinned.head.change, Change(2 * more - 1), "what was refused has changed nothing");
    let down = mias.pins(conversation, 1, false).await;
    mias.acknowledged(down).await;
    let now = mias.pins(conversation, more, true).await;
    mias.acknowledged(now).await;
}

#[tokio::test]
async fn in_a_group_owner_and_admins_pin_and_delete_what_others_say() {
    let server = TestServer::start().await;
    let (mia, leo, ana, group) = with_an_admin(&server).await;
    let (mut mias, mut leos, mut anas) = (mia.connect().await, leo.connect().await, ana.connect().await);
    for socket in [&mut mias, &mut leos, &mut anas] {
        let id = socket.write(group, "mine").await;
        socket.acknowledged(id).await;
    }
    // Two notices came before.
    for seq in 3..=5 {
        let id = anas.pins(group, seq, true).await;
        assert_eq!(
            anas.error().await,
            (Code::NotAllowed, Some(id)),
            "a plain member does not pin, not even her own"
        );
    }
    for seq in 3..=4 {
        let id = anas.deletes(group, seq).await;
        assert_eq!(anas.error().await, (Code::NotYours, Some(id)));
    }
    let edit = mias.edits(group, 5, "yours").await;
    assert_eq!(
        mias.error().await,
        (Code::NotYours, Some(edit)),
        "nobody puts words into another one's mouth"
    );
    let pin = leos.pins(group, 5, true).await;
    leos.acknowledged(pin).await;
    let delete = leos.deletes(group, 5).await;
    leos.acknowledged(delete).await;
    let delete = leos.deletes(group, 3).await;
    leos.acknowledged(delete).await;
    let page = ana.page(group, "").await;
    assert_eq!(page.messages.iter().filter(|message| message.body == Body::Deleted).count(), 2);
    assert!(
        page.messages[2..].iter().zip([&mia, &leo, &ana]).all(|(message, who)| message.sender == who.id())
    );
}

#[tokio::test]
async fn only_owner_and_admins_mention_everybody_and_everybody_is_mentioned() {
    let server = TestServer::start().await;
    let (mia, leo, ana, group) = with_an_admin(&server).await;
    let (mut leos, mut anas) = (leo.connect().await, ana.connect().await);
    let all = anas.write(group, "look, @ALL!").await;
    assert_eq!(anas.error().await, (Code::NotAllowed, Some(all)));
    for text in ["`@all` is for admins", "mail me@all.example"] {
        let id = anas.write(group, text).await;
        anas.acknowledged(id).await;
    }
    let edit = anas.edits(group, 3, "now @all").await;
    assert_eq!(anas.error().await, (Code::NotAllowed, Some(edit)));
    let all = leos.write(group, "**@all**: boats at six").await;
    leos.acknowledged(all).await;
    for (who, mentions) in [(&mia, 1), (&ana, 1), (&leo, 0)] {
        assert_eq!(who.conversation(group).await.mentions, mentions);
    }

    let dialog = mia.conversation(mia.befriends(&server.register("eve").await).await).await.id;
    let mut mias = mia.connect().await;
    let id = mias.write(dialog, "@all two of us").await;
    mias.acknowledged(id).await;
    let body = json!({"username": "All", "password": "a long password"});
    refused(server.post(routes::REGISTER, &body).await, Code::UsernameTaken).await;
}

impl Socket {
    pub async fn pins(&mut self, conversation: ConversationId, seq: i64, on: bool) -> ClientId {
        let client_id = ClientId(Uuid::now_v7());
        self.say(&ClientFrame::Pin { conversation, client_id, seq: Seq(seq), on }).await;
        client_id
    }
}
