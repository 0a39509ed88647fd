//! What members of a group may do, asked of the server itself: no client that hides a button stands before it.

use kith_shared::conversation::{Conversation, MemberRole, Role};
use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::{ConversationId, UserId, routes};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

use crate::groups::{members, sorted, three_friends};
use crate::harness::{Person, Socket, TestServer, read, refused};

#[tokio::test]
async fn who_makes_a_group_owns_it_and_the_others_are_plain_members() {
    let server = TestServer::start().await;
    let [mia, leo, ana] = three_friends(&server).await;
    let dialog = mia.conversation(mia.befriends(&server.register("eve").await).await).await;
    assert!(dialog.members.iter().all(|member| member.role == Role::Member), "a direct dialog has no owner");
    let mut anas = ana.connect().await;
    let group = mia.groups("Harbour", &[&leo]).await;
    assert_eq!(roles(&group, [&mia, &leo]), [Role::Owner, Role::Member]);
    let group: Conversation = read(mia.adds(group.id, &[&ana]).await, StatusCode::OK).await;
    assert_eq!(roles(&group, [&mia, &leo, &ana]), [Role::Owner, Role::Member, Role::Member]);
    assert_eq!(roles(&anas.conversation().await, [&mia, &ana]), [Role::Owner, Role::Member]);
}

#[tokio::test]
async fn owner_and_admins_give_the_group_another_title_and_description() {
    let server = TestServer::start().await;
    let (mia, leo, _ana, group) = with_an_admin(&server).await;
    let mut mias = mia.connect().await;
    let seen: Conversation = read(leo.renames(group, " Boats ").await, StatusCode::OK).await;
    assert_eq!((seen.title.as_deref(), seen.revision), (Some("Boats"), 2));
    assert_eq!(mias.title().await, (2, "Boats".to_owned(), None));
    let seen: Conversation =
        read(mia.describes(group, " Saturdays.\nBring a kite. ").await, StatusCode::OK).await;
    let about = Some("Saturdays.\nBring a kite.".to_owned());
    assert_eq!((&seen.title.as_deref(), &seen.description), (&Some("Boats"), &about));
    assert_eq!(mias.title().await, (3, "Boats".to_owned(), about.clone()));
    assert_eq!(leo.conversation(group).await.description, about);

    let again = json!({"title": "Boats", "description": "Saturdays.\nBring a kite."});
    let seen: Conversation = read(leo.updates(group, again).await, StatusCode::OK).await;
    assert_eq!(seen.revision, 3, "it has both already");
    read::<Conversation>(leo.describes(group, " ").await, StatusCode::OK).await;
    assert_eq!(mias.title().await, (4, "Boats".to_owned(), None));

    for bad in ["", " \n", &"x".repeat(65), "a\u{7}b"] {
        refused(mia.renames(group, bad).await, Code::InvalidTitle).await;
        let body = json!({"title": bad, "members": []});
        refused(mia.post(routes::CONVERSATIONS_GROUP, body).await, Code::InvalidTitle).await;
    }
    refused(mia.describes(group, &"x".repeat(501)).await, Code::InvalidDescription).await;
    refused(mia.updates(group, json!({})).await, Code::InvalidBody).await;
    assert_eq!(mia.conversation(group).await.revision, 4);
}

#[tokio::test]
async fn a_plain_member_renames_removes_and_appoints_nobody() {
    let server = TestServer::start().await;
    let (mia, leo, ana, group) = with_an_admin(&server).await;
    refused(ana.renames(group, "Mine").await, Code::NotAllowed).await;
    refused(ana.describes(group, "Mine").await, Code::NotAllowed).await;
    for other in [&mia, &leo, &ana] {
        refused(ana.removes(group, other).await, Code::NotAllowed).await;
        for role in [Role::Owner, Role::Admin, Role::Member] {
            refused(ana.makes(group, other, role).await, Code::NotAllowed).await;
        }
    }
    let seen = mia.conversation(group).await;
    assert_eq!((seen.title.as_deref(), seen.description, seen.revision), (Some("Harbour"), None, 1));
    assert_eq!(roles(&mia.conversation(group).await, [&mia, &leo, &ana]), BEFORE);
}

#[tokio::test]
async fn an_admin_removes_plain_members_and_nobody_else() {
    let server = TestServer::start().await;
    let (mia, leo, ana, group) = with_an_admin(&server).await;
    let zoe = server.register("zoe").await;
    mia.befriends(&zoe).await;
    read::<Conversation>(mia.adds(group, &[&zoe]).await, StatusCode::OK).await;
    read::<Conversation>(mia.makes(group, &zoe, Role::Admin).await, StatusCode::OK).await;
    for other in [&mia, &zoe, &leo] {
        refused(leo.removes(group, other).await, Code::NotAllowed).await;
    }
    assert_eq!(leo.removes(group, &ana).await.status(), StatusCode::NO_CONTENT);
    refused(leo.removes(group, &ana).await, Code::MemberNotFound).await;
    assert_eq!(members(&mia.conversation(group).await), sorted(&[&mia, &leo, &zoe]));
}

#[tokio::test]
async fn an_admin_appoints_nobody() {
    let server = TestServer::start().await;
    let (mia, leo, ana, group) = with_an_admin(&server).await;
    for other in [&mia, &leo, &ana] {
        for role in [Role::Owner, Role::Admin, Role::Member] {
            refused(leo.makes(group, other, role).await, Code::NotAllowed).await;
        }
    }
    assert_eq!(roles(&mia.conversation(group).await, [&mia, &leo, &ana]), BEFORE);
}

#[tokio::test]
async fn the_owner_makes_admins_takes_that_back_and_removes_them() {
    let server = TestServer::start().await;
    let (mia, leo, ana, group) = with_an_admin(&server).await;
    let (mut leos, mut anas) = (leo.connect().await, ana.connect().await);
    let seen: Conversation = read(mia.makes(group, &leo, Role::Admin).await, StatusCode::OK).await;
    assert_eq!(seen.revision, 1, "he is one already");
    let seen: Conversation = read(mia.makes(group, &leo, Role::Member).await, StatusCode::OK).await;
    assert_eq!((seen.revision, roles(&seen, [&leo])), (2, [Role::Member]));
    for heard in [&mut leos, &mut anas] {
        assert_eq!(heard.roles().await, (2, vec![of(&leo, Role::Member)]));
    }
    refused(leo.renames(group, "Mine").await, Code::NotAllowed).await;
    read::<Conversation>(mia.makes(group, &leo, Role::Admin).await, StatusCode::OK).await;
    assert_eq!(mia.removes(group, &leo).await.status(), StatusCode::NO_CONTENT);
    refused(mia.makes(group, &leo, Role::Admin).await, Code::MemberNotFound).await;
    // Back again, he is what anybody is who was added.
    let seen: Conversation = read(mia.adds(group, &[&leo]).await, StatusCode::OK).await;
    assert_eq!(roles(&seen, [&leo]), [Role::Member]);
    let body = Some(json!({"role": "king"}));
    refused(mia.ask(Method::PATCH, &routes::member(group, leo.id()), body).await, Code::InvalidBody).await;
}

#[tokio::test]
async fn ownership_is_handed_on_and_never_dropped() {
    let server = TestServer::start().await;
    let (mia, leo, ana, group) = with_an_admin(&server).await;
    let mut anas = ana.connect().await;
    for role in [Role::Owner, Role::Admin, Role::Member] {
        refused(mia.makes(group, &mia, role).await, Code::NotAllowed).await;
    }
    let seen: Conversation = read(mia.makes(group, &ana, Role::Owner).await, StatusCode::OK).await;
    assert_eq!(roles(&seen, [&mia, &leo, &ana]), [Role::Admin, Role::Admin, Role::Owner]);
    assert_eq!(anas.roles().await, (2, vec![of(&mia, Role::Admin), of(&ana, Role::Owner)]));
    refused(mia.makes(group, &leo, Role::Member).await, Code::NotAllowed).await;
    refused(mia.removes(group, &ana).await, Code::NotAllowed).await;
    assert_eq!(ana.removes(group, &mia).await.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn two_who_hand_the_group_to_each_other_at_once_leave_it_with_one_owner() {
    let server = TestServer::start().await;
    let (mia, leo, ana, group) = with_an_admin(&server).await;
    for _ in 0..5 {
        let (to_leo, to_ana) =
            tokio::join!(mia.makes(group, &leo, Role::Owner), mia.makes(group, &ana, Role::Owner));
        let done = [to_leo.status(), to_ana.status()];
        assert_eq!(done.iter().filter(|status| status.is_success()).count(), 1, "{done:?}");
        let seen = mia.conversation(group).await;
        assert_eq!(seen.members.iter().filter(|member| member.role == Role::Owner).count(), 1);
        let owner = if to_leo.status().is_success() { &leo } else { &ana };
        read::<Conversation>(owner.makes(group, &mia, Role::Owner).await, StatusCode::OK).await;
    }
}

#[tokio::test]
async fn two_who_remove_each_other_do_not_both_go() {
    let server = TestServer::start().await;
    let (mia, leo, ana, group) = with_an_admin(&server).await;
    read::<Conversation>(mia.makes(group, &ana, Role::Admin).await, StatusCode::OK).await;
    // Two admins: neither may.
    let (one, other) = tokio::join!(leo.removes(group, &ana), ana.removes(group, &leo));
    refused(one, Code::NotAllowed).await;
    refused(other, Code::NotAllowed).await;
    // One of them may once he owns the group. The other has lost the right, or is no member any more.
    read::<Conversation>(mia.makes(group, &leo, Role::Owner).await, StatusCode::OK).await;
    let (one, other) = tokio::join!(leo.removes(group, &ana), ana.removes(group, &leo));
    assert_eq!(one.status(), StatusCode::NO_CONTENT);
    assert!([StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&other.status()), "{other:?}");
    refused(ana.removes(group, &leo).await, Code::ConversationNotFound).await;
    assert_eq!(members(&leo.conversation(group).await), sorted(&[&mia, &leo]));
}

#[tokio::test]
async fn two_admins_remove_the_same_member_and_it_happens_once() {
    let server = TestServer::start().await;
    let (mia, leo, ana, group) = with_an_admin(&server).await;
    let (one, other) = tokio::join!(mia.removes(group, &ana), leo.removes(group, &ana));
    let (done, late) = if one.status().is_success() { (one, other) } else { (other, one) };
    assert_eq!(done.status(), StatusCode::NO_CONTENT);
    refused(late, Code::MemberNotFound).await;
    assert_eq!(mia.conversation(group).await.revision, 2);
}

#[tokio::test]
async fn a_removed_admin_has_no_say_left() {
    let server = TestServer::start().await;
    let (mia, leo, ana, group) = with_an_admin(&server).await;
    assert_eq!(mia.removes(group, &leo).await.status(), StatusCode::NO_CONTENT);
    for answer in [
        leo.renames(group, "Mine").await,
        leo.removes(group, &ana).await,
        leo.makes(group, &leo, Role::Admin).await,
        leo.adds(group, &[&mia]).await,
    ] {
        refused(answer, Code::ConversationNotFound).await;
    }
}

#[tokio::test]
async fn a_removed_member_is_told_and_hears_and_writes_no_more() {
    let server = TestServer::start().await;
    let (mia, leo, ana, group) = with_an_admin(&server).await;
    let (mut mias, mut anas) = (mia.connect().await, ana.connect().await);
    let mut tablet = server.log_in("ana").await.connect().await;
    assert_eq!(leo.removes(group, &ana).await.status(), StatusCode::NO_CONTENT);
    for device in [&mut anas, &mut tablet] {
        device.hear_until(|frame| (frame == ServerFrame::Left { conversation: group }).then_some(())).await;
    }
    assert_eq!(mias.members().await, (2, vec![], vec![ana.id()]));

    let sent = anas.write(group, "let me in").await;
    assert_eq!(anas.error().await, (Code::ConversationNotFound, Some(sent)));
    let sent = mias.write(group, "just us").await;
    mias.acknowledged(sent).await;
    anas.say(&ClientFrame::Ping).await;
    assert_eq!(anas.hear().await, ServerFrame::Pong, "nothing is heard of the group");
    refused(ana.ask(Method::GET, &routes::conversation(group), None).await, Code::ConversationNotFound).await;
    let texts = mia.page(group, "").await.messages.into_iter().filter_map(|message| match message.body {
        Body::Text { text, .. } => Some(text),
        _ => None,
    });
    assert!(texts.eq(["just us"]));
}

#[tokio::test]
async fn when_the_owner_leaves_the_longest_standing_admin_takes_the_group_or_else_the_member() {
    let server = TestServer::start().await;
    let (mia, leo, ana, group) = with_an_admin(&server).await;
    let zoe = server.register("zoe").await;
    ana.befriends(&zoe).await;
    // Ana came before Zoe, who is an admin before her; Leo was one first and is none any more.
    read::<Conversation>(ana.adds(group, &[&zoe]).await, StatusCode::OK).await;
    for (who, role) in [(&zoe, Role::Admin), (&ana, Role::Admin), (&leo, Role::Member)] {
        read::<Conversation>(mia.makes(group, who, role).await, StatusCode::OK).await;
    }
    let mut zoes = zoe.connect().await;
    assert_eq!(mia.leaves(group).await.status(), StatusCode::NO_CONTENT);
    let heard = zoes.hear_until(|frame| match frame {
        ServerFrame::Members { revision, removed, roles, .. } => Some((revision, removed, roles)),
        _ => None,
    });
    assert_eq!(heard.await, (6, vec![mia.id()], vec![of(&ana, Role::Owner)]));
    assert_eq!(zoe.leaves(group).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(ana.leaves(group).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(roles(&leo.conversation(group).await, [&leo]), [Role::Owner], "no admin is left");
    assert_eq!(leo.leaves(group).await.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn roles_and_description_are_there_after_a_restart() {
    let mut server = TestServer::start().await;
    let (mia, _leo, _ana, group) = with_an_admin(&server).await;
    read::<Conversation>(mia.describes(group, "Saturdays").await, StatusCode::OK).await;
    let before = mia.conversation(group).await;
    server.restart().await;
    assert_eq!(server.log_in("mia").await.conversation(group).await, before);
}

/// What they are in [`with_an_admin`]: Mia, Leo, Ana.
const BEFORE: [Role; 3] = [Role::Owner, Role::Admin, Role::Member];

/// Mia's group, with Leo, an admin, and Ana; its revision is 1.
pub async fn with_an_admin(server: &TestServer) -> (Person, Person, Person, ConversationId) {
    let [mia, leo, ana] = three_friends(server).await;
    let group = mia.groups("Harbour", &[&leo, &ana]).await.id;
    let seen: Conversation = read(mia.makes(group, &leo, Role::Admin).await, StatusCode::OK).await;
    assert_eq!((seen.revision, roles(&seen, [&mia, &leo, &ana])), (1, BEFORE));
    (mia, leo, ana, group)
}

fn roles<const N: usize>(group: &Conversation, people: [&Person; N]) -> [Role; N] {
    let of = |id: UserId| group.members.iter().find(|member| member.user.id == id).expect("a member").role;
    people.map(|person| of(person.id()))
}

fn of(person: &Person, role: Role) -> MemberRole {
    MemberRole { user: person.id(), role }
}

impl Person {
    pub async fn makes(&self, group: ConversationId, who: &Self, role: Role) -> Response {
        self.ask(Method::PATCH, &routes::member(group, who.id()), Some(json!({"role": role}))).await
    }

    pub async fn removes(&self, group: ConversationId, who: &Self) -> Response {
        self.ask(Method::DELETE, &routes::member(group, who.id()), None).await
    }

    async fn describes(&self, group: ConversationId, description: &str) -> Response {
        self.updates(group, json!({"description": description})).await
    }

    pub async fn updates(&self, group: ConversationId, body: serde_json::Value) -> Response {
        self.ask(Method::PATCH, &routes::conversation(group), Some(body)).await
    }
}

impl Socket {
    /// The next title and description: with their revision.
    async fn title(&mut self) -> (i64, String, Option<String>) {
        self.hear_until(|frame| match frame {
            ServerFrame::Title { revision, title, description, .. } => Some((revision, title, description)),
            _ => None,
        })
        .await
    }

    /// The next change of what members may do: with its revision.
    async fn roles(&mut self) -> (i64, Vec<MemberRole>) {
        self.hear_until(|frame| match frame {
            ServerFrame::Members { revision, roles, added, removed, .. } => {
                assert!(added.is_empty() && removed.is_empty());
                Some((revision, roles))
            }
            _ => None,
        })
        .await
    }
}
