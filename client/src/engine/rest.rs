//! The REST client library: one function a call, every failure as the UI can say it.

use futures::future::LocalBoxFuture;
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use js_sys::encode_uri_component;
use kith_shared::auth::{LogIn, OwnSession, Register, Session};
use kith_shared::bot::{Bot, CreateWebhook, SetOutgoing, Webhook};
use kith_shared::contact::{Contact, CreateInvitation, Invitation, InvitationPreview, SendRequest};
use kith_shared::conversation::{
    AddMembers, Conversation, CreateGroup, OpenDirect, SetRole, SetTimer, UpdateGroup,
};
use kith_shared::joining::JoinRequest;
use kith_shared::json::{self, Fields, list};
use kith_shared::message::{PageQuery, Seen, Versions, Voters};
use kith_shared::preview::{AskPreview, Preview};
use kith_shared::problem::Code;
use kith_shared::push::{PushState, PushTest, Subscribe};
use kith_shared::search::{Has, SearchQuery, SearchResults};
use kith_shared::sticker::{NamePack, Pack, Packs, PacksQuery, PutSticker};
use kith_shared::user::{SetAvatar, UpdateProfile, User};
use kith_shared::{
    Change, ClientId, ConversationId, FileId, InvitationId, PackId, Seq, SessionId, UserId, routes,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::FormData;

use super::bots::BotChange;
use super::friends::Relate;
use crate::state::Failure;

/// Where the service worker keeps what another app has shared.
const SHARED: &str = "/shared";

type Result<T> = std::result::Result<T, Failure>;

pub(super) async fn register(body: &Register) -> Result<Session> {
    post(routes::REGISTER, body).await
}

pub(super) async fn log_in(body: &LogIn) -> Result<Session> {
    post(routes::LOG_IN, body).await
}

pub(super) async fn log_out() -> Result<()> {
    tell(Method::POST, routes::LOG_OUT).await
}

pub(super) async fn me() -> Result<Session> {
    get(routes::ME).await
}

pub(super) async fn sessions() -> Result<Vec<OwnSession>> {
    get_list(routes::SESSIONS).await
}

/// One, or all others.
pub(super) async fn end_session(which: Option<SessionId>) -> Result<()> {
    let path = which.map_or_else(|| routes::SESSIONS.to_owned(), routes::session);
    tell(Method::DELETE, &path).await
}

pub(super) async fn update_profile(body: &UpdateProfile) -> Result<User> {
    patch(routes::PROFILE, body).await
}

/// `username` has to be valid.
pub(super) async fn user_by_username(username: &str) -> Result<Contact> {
    get(&routes::user_by_username(username)).await
}

/// The answer's text: it is read where it is taken in. So for all that other tabs are told.
pub(super) async fn contacts() -> Result<String> {
    answer(Method::GET, routes::CONTACTS, None).await
}

pub(super) async fn relate(what: Relate, user: UserId) -> Result<()> {
    let (method, path) = match what {
        Relate::Request => {
            let body = json::write(&SendRequest { user }).ok();
            return answer(Method::POST, routes::REQUESTS, body).await.map(drop);
        }
        Relate::Accept => (Method::POST, routes::request_accept(user)),
        Relate::Decline => (Method::POST, routes::request_decline(user)),
        Relate::Cancel => (Method::DELETE, routes::request(user)),
        Relate::Unfriend => (Method::DELETE, routes::friend(user)),
        Relate::Block => (Method::PUT, routes::block(user)),
        Relate::Unblock => (Method::DELETE, routes::block(user)),
    };
    tell(method, &path).await
}

/// Links into the group, or with none those that make friends; so for the two below.
pub(super) async fn create_invitation(
    group: Option<ConversationId>,
    body: &CreateInvitation,
) -> Result<Invitation> {
    post(&links(group), body).await
}

pub(super) async fn invitations(group: Option<ConversationId>) -> Result<Vec<Invitation>> {
    get_list(&links(group)).await
}

pub(super) async fn revoke_invitation(group: Option<ConversationId>, id: InvitationId) -> Result<()> {
    tell(Method::DELETE, &format!("{}/{id}", links(group))).await
}

fn links(group: Option<ConversationId>) -> String {
    group.map_or_else(|| routes::INVITATIONS.to_owned(), routes::group_invitations)
}

pub(super) async fn join_requests(id: ConversationId) -> Result<Vec<JoinRequest>> {
    get_list(&routes::join_requests(id)).await
}

pub(super) async fn decide_join(id: ConversationId, user: UserId, approve: bool) -> Result<()> {
    let path = if approve { routes::join_request_approve } else { routes::join_request_decline };
    tell(Method::POST, &path(id, user)).await
}

pub(super) async fn preview_invitation(token: &str) -> Result<InvitationPreview> {
    get(&routes::invitation_preview(token)).await
}

/// What it opens; nothing where an admin of the group has to approve first.
pub(super) async fn accept_invitation(token: &str) -> Result<Option<Conversation>> {
    let answer = answer(Method::POST, &routes::invitation_accept(token), None).await?;
    if answer.is_empty() { Ok(None) } else { read(&answer).map(Some) }
}

pub(super) async fn conversations() -> Result<String> {
    answer(Method::GET, routes::CONVERSATIONS, None).await
}

pub(super) async fn conversation(id: ConversationId) -> Result<String> {
    answer(Method::GET, &routes::conversation(id), None).await
}

pub(super) async fn versions(conversation: ConversationId, seq: Seq) -> Result<Versions> {
    get(&routes::versions(conversation, seq)).await
}

pub(super) async fn create_group(body: &CreateGroup) -> Result<Conversation> {
    post(routes::CONVERSATIONS_GROUP, body).await
}

pub(super) async fn describe_group(id: ConversationId, body: &UpdateGroup) -> Result<Conversation> {
    patch(&routes::conversation(id), body).await
}

pub(super) async fn set_timer(id: ConversationId, body: SetTimer) -> Result<Conversation> {
    read(&answer(Method::PUT, &routes::timer(id), json::write(&body).ok()).await?)
}

pub(super) async fn set_avatar(body: SetAvatar) -> Result<User> {
    read(&answer(Method::PUT, routes::AVATAR, json::write(&body).ok()).await?)
}

pub(super) async fn set_group_avatar(id: ConversationId, body: SetAvatar) -> Result<Conversation> {
    read(&answer(Method::PUT, &routes::group_avatar(id), json::write(&body).ok()).await?)
}

pub(super) async fn set_role(id: ConversationId, user: UserId, body: SetRole) -> Result<Conversation> {
    patch(&routes::member(id, user), &body).await
}

pub(super) async fn remove_member(id: ConversationId, user: UserId) -> Result<()> {
    tell(Method::DELETE, &routes::member(id, user)).await
}

pub(super) async fn add_members(id: ConversationId, body: &AddMembers) -> Result<()> {
    answer(Method::POST, &routes::members(id), json::write(body).ok()).await.map(drop)
}

pub(super) async fn leave(id: ConversationId) -> Result<()> {
    tell(Method::DELETE, &routes::membership(id)).await
}

pub(super) async fn bots() -> Result<Vec<Bot>> {
    get_list(routes::BOTS).await
}

pub(super) async fn webhooks(bot: UserId) -> Result<Vec<Webhook>> {
    get_list(&routes::bot_webhooks(bot)).await
}

/// The answer's text: each change has its own.
pub(super) async fn change_bot(change: &BotChange) -> Result<String> {
    let (method, path, body) = match change {
        BotChange::Make(body) => (Method::POST, routes::BOTS.to_owned(), json::write(body).ok()),
        BotChange::Remove(bot) => (Method::DELETE, routes::bot(*bot), None),
        BotChange::Renew(bot) => (Method::POST, routes::bot_token(*bot), None),
        BotChange::Post(bot, url) if url.is_empty() => (Method::DELETE, routes::bot_outgoing(*bot), None),
        BotChange::Post(bot, url) => {
            let body = json::write(&SetOutgoing { url: url.clone() }).ok();
            (Method::PUT, routes::bot_outgoing(*bot), body)
        }
        BotChange::Hook(bot, conversation) => {
            let body = json::write(&CreateWebhook { conversation: *conversation }).ok();
            (Method::POST, routes::bot_webhooks(*bot), body)
        }
        BotChange::Unhook(bot, webhook) => (Method::DELETE, routes::bot_webhook(*bot, *webhook), None),
    };
    answer(method, &path, body).await
}

pub(super) async fn settings(changed_after: Change) -> Result<String> {
    answer(Method::GET, &format!("{}?changed_after={changed_after}", routes::SETTINGS), None).await
}

pub(super) async fn schedule() -> Result<String> {
    answer(Method::GET, routes::SCHEDULED, None).await
}

pub(super) async fn take_back_scheduled(client_id: ClientId) -> Result<()> {
    tell(Method::DELETE, &routes::scheduled_one(client_id)).await
}

pub(super) async fn send_scheduled(client_id: ClientId) -> Result<()> {
    tell(Method::POST, &routes::scheduled_send(client_id)).await
}

pub(super) async fn open_direct(user: UserId) -> Result<Conversation> {
    post(routes::CONVERSATIONS_DIRECT, &OpenDirect { user }).await
}

pub(super) async fn messages(conversation: ConversationId, query: &PageQuery) -> Result<String> {
    let bounds = [
        ("before", query.before.map(|seq| seq.0)),
        ("after", query.after.map(|seq| seq.0)),
        ("changed_after", query.changed_after.map(|change| change.0)),
        ("around", query.around.map(|seq| seq.0)),
        ("limit", query.limit.map(i64::from)),
    ];
    let mut path = routes::messages(conversation);
    for (name, value) in bounds {
        ask(&mut path, name, value);
    }
    answer(Method::GET, &path, None).await
}

pub(super) async fn seen(conversation: ConversationId, seq: Seq) -> Result<Seen> {
    get(&routes::seen(conversation, seq)).await
}

pub(super) async fn voters(conversation: ConversationId, seq: Seq) -> Result<Voters> {
    get(&routes::votes(conversation, seq)).await
}

pub(super) async fn preview(url: &str) -> Result<Preview> {
    post(routes::PREVIEWS, &AskPreview { url: url.to_owned() }).await
}

pub(super) async fn search(query: &SearchQuery) -> Result<SearchResults> {
    let mut path = routes::SEARCH.to_owned();
    ask(&mut path, "q", Some(encode_uri_component(&query.q)));
    ask(&mut path, "from", query.from);
    ask(&mut path, "in", query.conversation);
    ask(&mut path, "before", query.before);
    ask(&mut path, "after", query.after);
    ask(&mut path, "has", query.has.map(Has::name));
    ask(&mut path, "cursor", query.cursor);
    get(&path).await
}

pub(super) async fn installed_packs() -> Result<Vec<Pack>> {
    get_list(routes::INSTALLED).await
}

pub(super) async fn packs(query: &PacksQuery) -> Result<Packs> {
    let mut path = routes::PACKS.to_owned();
    ask(&mut path, "q", query.q.as_deref().map(encode_uri_component));
    ask(&mut path, "by", query.by);
    ask(&mut path, "after", query.after);
    get(&path).await
}

pub(super) async fn pack(id: PackId) -> Result<Pack> {
    get(&routes::pack(id)).await
}

pub(super) async fn create_pack(title: &str) -> Result<Pack> {
    post(routes::PACKS, &NamePack { title: title.to_owned() }).await
}

pub(super) async fn delete_pack(id: PackId) -> Result<()> {
    tell(Method::DELETE, &routes::pack(id)).await
}

pub(super) async fn put_sticker(id: PackId, file: FileId, emoji: &str) -> Result<()> {
    let body = json::write(&PutSticker { emoji: emoji.to_owned() }).ok();
    answer(Method::PUT, &routes::pack_sticker(id, file), body).await.map(drop)
}

pub(super) async fn push_state() -> Result<PushState> {
    get(routes::PUSH).await
}

pub(super) async fn subscribe(body: &Subscribe) -> Result<()> {
    answer(Method::PUT, routes::PUSH_SUBSCRIPTION, json::write(body).ok()).await.map(drop)
}

pub(super) async fn unsubscribe() -> Result<()> {
    tell(Method::DELETE, routes::PUSH_SUBSCRIPTION).await
}

pub(super) async fn test_push() -> Result<PushTest> {
    read(&answer(Method::POST, routes::PUSH_TEST, None).await?)
}

/// The answer's bytes.
pub(super) async fn bytes(path: &str) -> Result<Vec<u8>> {
    let answer = response(RequestBuilder::new(path).build()).await?;
    answer.binary().await.map_err(|_| Failure::Unreachable)
}

/// The list of emoji: one of the client's own files.
pub(super) async fn emoji() -> Result<String> {
    answer(Method::GET, "/emoji.txt", None).await
}

/// What another app has shared, as it came: the service worker answers.
pub(super) async fn shared() -> Result<FormData> {
    let answer = response(RequestBuilder::new(SHARED).build()).await?;
    answer.form_data().await.map_err(|_| Failure::Unreachable)
}

pub(super) async fn forget_shared() -> Result<()> {
    tell(Method::DELETE, SHARED).await
}

/// Adds to what is asked for, where it is given.
fn ask(path: &mut String, name: &str, value: Option<impl ToString>) {
    if let Some(value) = value {
        path.push(if path.contains('?') { '&' } else { '?' });
        path.push_str(name);
        path.push('=');
        path.push_str(&value.to_string());
    }
}

async fn get<T: DeserializeOwned>(path: &str) -> Result<T> {
    read(&answer(Method::GET, path, None).await?)
}

async fn get_list<T: DeserializeOwned>(path: &str) -> Result<Vec<T>> {
    list(&answer(Method::GET, path, None).await?).map_err(|_| Failure::Unreachable)
}

async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T> {
    read(&answer(Method::POST, path, json::write(body).ok()).await?)
}

async fn patch<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T> {
    read(&answer(Method::PATCH, path, json::write(body).ok()).await?)
}

/// Never inlined: it is in the module once for each kind of answer, not once for each call.
#[inline(never)]
fn read<T: DeserializeOwned>(answer: &str) -> Result<T> {
    Ok(json::read(answer)?)
}

impl From<json::Error> for Failure {
    /// What isn't an answer of this API comes from something in between: a captive portal, a proxy.
    fn from(_: json::Error) -> Self {
        Self::Unreachable
    }
}

/// What a problem's body says is the matter.
fn code(text: &str) -> json::Result<Code> {
    json::read::<Fields<'_>>(text)?.read("code")
}

async fn tell(method: Method, path: &str) -> Result<()> {
    answer(method, path, None).await.map(drop)
}

/// The answer's text, if it is not a problem. Boxed, so that no caller carries a copy of it.
fn answer(method: Method, path: &str, body: Option<String>) -> LocalBoxFuture<'static, Result<String>> {
    let request = RequestBuilder::new(path).method(method);
    let request = match body {
        Some(body) => request.header("content-type", "application/json").body(body),
        None => request.build(),
    };
    Box::pin(async move {
        let response = response(request).await?;
        response.text().await.map_err(|_| Failure::Unreachable)
    })
}

/// An answer that is no problem.
pub(super) fn response(
    request: std::result::Result<Request, gloo_net::Error>,
) -> LocalBoxFuture<'static, Result<Response>> {
    Box::pin(async move {
        let request = request.map_err(|_| Failure::Unreachable)?;
        let response = request.send().await.map_err(|_| Failure::Unreachable)?;
        if response.ok() {
            return Ok(response);
        }
        match code(&response.text().await.unwrap_or_default()) {
            Ok(code) => Err(Failure::Refused(code)),
            Err(_) if response.status() >= 500 => Err(Failure::Unreachable),
            Err(_) => Err(Failure::Refused(Code::Unknown)),
        }
    })
}
