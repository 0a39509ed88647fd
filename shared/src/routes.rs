//! Where things are. Patterns for the server's router (`{name}` is a parameter), functions for whoever calls.

use crate::{
    ClientId, ConversationId, FileId, InvitationId, PackId, Seq, SessionId, UploadId, UserId, WebhookId,
};

/// `GET`
pub const SOCKET: &str = "/api/v1/socket";
/// `GET`
pub const HEALTH: &str = "/healthz";
/// `GET`
pub const READY: &str = "/readyz";
/// `GET` the OpenAPI document of all of this.
pub const OPENAPI: &str = "/api/v1/openapi.json";
/// `GET` the same as a page to read.
pub const DOCS: &str = "/api/v1/docs";
/// `GET`
pub const DOCS_STYLE: &str = "/api/v1/docs.css";

/// `POST`
pub const REGISTER: &str = "/api/v1/auth/register";
/// `POST`
pub const LOG_IN: &str = "/api/v1/auth/login";
/// `POST`
pub const LOG_OUT: &str = "/api/v1/auth/logout";
/// `GET`
pub const ME: &str = "/api/v1/auth/me";
/// `GET` where one is logged in, `DELETE` ends all sessions but this one.
pub const SESSIONS: &str = "/api/v1/auth/sessions";
/// `DELETE` ends it.
pub const SESSION: &str = "/api/v1/auth/sessions/{session}";
/// `PATCH`
pub const PROFILE: &str = "/api/v1/users/me";
/// `PUT` sets one's picture, or takes it away.
pub const AVATAR: &str = "/api/v1/users/me/avatar";
/// `GET`
pub const USER_BY_USERNAME: &str = "/api/v1/users/by-username/{username}";

/// `GET`
pub const CONTACTS: &str = "/api/v1/contacts";
/// `POST`
pub const REQUESTS: &str = "/api/v1/contacts/requests";
/// `DELETE` cancels the request one sent to this user.
pub const REQUEST: &str = "/api/v1/contacts/requests/{user}";
/// `POST`
pub const REQUEST_ACCEPT: &str = "/api/v1/contacts/requests/{user}/accept";
/// `POST`
pub const REQUEST_DECLINE: &str = "/api/v1/contacts/requests/{user}/decline";
/// `DELETE` unfriends.
pub const FRIEND: &str = "/api/v1/contacts/friends/{user}";
/// `PUT` blocks, `DELETE` unblocks.
pub const BLOCK: &str = "/api/v1/contacts/blocks/{user}";

/// `GET`, `POST`: links into a group.
pub const GROUP_INVITATIONS: &str = "/api/v1/conversations/{conversation}/invitations";
/// `DELETE` takes a link into a group back.
pub const GROUP_INVITATION: &str = "/api/v1/conversations/{conversation}/invitations/{id}";
/// `GET`
pub const JOIN_REQUESTS: &str = "/api/v1/conversations/{conversation}/requests";
/// `POST`
pub const JOIN_REQUEST_APPROVE: &str = "/api/v1/conversations/{conversation}/requests/{user}/approve";
/// `POST`
pub const JOIN_REQUEST_DECLINE: &str = "/api/v1/conversations/{conversation}/requests/{user}/decline";

/// `GET`, `POST`
pub const INVITATIONS: &str = "/api/v1/invitations";
/// `DELETE` takes an invitation back.
pub const INVITATION: &str = "/api/v1/invitations/{id}";
/// `GET`
pub const INVITATION_PREVIEW: &str = "/api/v1/invitations/by-token/{token}";
/// `POST` makes the two friends and opens their dialog, or leads into the group.
pub const INVITATION_ACCEPT: &str = "/api/v1/invitations/by-token/{token}/accept";

/// `GET`
pub const CONVERSATIONS: &str = "/api/v1/conversations";
/// `POST`
pub const CONVERSATIONS_DIRECT: &str = "/api/v1/conversations/direct";
/// `POST`
pub const CONVERSATIONS_GROUP: &str = "/api/v1/conversations/group";
/// `GET`; `PATCH` renames a group.
pub const CONVERSATION: &str = "/api/v1/conversations/{conversation}";
/// `PUT` has messages disappear after a time.
pub const TIMER: &str = "/api/v1/conversations/{conversation}/timer";
/// `PUT` sets a group's picture, or takes it away.
pub const GROUP_AVATAR: &str = "/api/v1/conversations/{conversation}/avatar";
/// `POST` adds members.
pub const MEMBERS: &str = "/api/v1/conversations/{conversation}/members";
/// `PATCH` gives a member of a group another role, `DELETE` removes one.
pub const MEMBER: &str = "/api/v1/conversations/{conversation}/members/{user}";
/// `DELETE` leaves a group.
pub const MEMBERSHIP: &str = "/api/v1/conversations/{conversation}/membership";
/// `GET`, `PATCH`
pub const SETTINGS: &str = "/api/v1/settings";
/// `GET`
pub const SEARCH: &str = "/api/v1/search";
/// `GET`, `POST`
pub const MESSAGES: &str = "/api/v1/conversations/{conversation}/messages";
/// `PUT` how far one has read.
pub const READ: &str = "/api/v1/conversations/{conversation}/read";
/// `GET` what an edited message said before.
pub const VERSIONS: &str = "/api/v1/conversations/{conversation}/messages/{seq}/versions";
/// `GET` who has seen a message.
pub const SEEN: &str = "/api/v1/conversations/{conversation}/messages/{seq}/seen";
/// `GET` who chose what of a poll.
pub const VOTES: &str = "/api/v1/conversations/{conversation}/messages/{seq}/votes";
/// `OPTIONS`, `POST`: files are uploaded by tus.
pub const UPLOADS: &str = "/api/v1/uploads";
/// `HEAD`, `PATCH`, `DELETE`
pub const UPLOAD: &str = "/api/v1/uploads/{upload}";
/// `GET`, `HEAD`
pub const FILE: &str = "/api/v1/files/{file}";
/// `GET`, `HEAD` by a signature that ends soon, without a session: maybe of another origin.
pub const MEDIA: &str = "/media/{object}";
/// `POST` asks what a page says of itself.
pub const PREVIEWS: &str = "/api/v1/previews";
/// `GET` packs of stickers there are, `POST` makes one.
pub const PACKS: &str = "/api/v1/stickers/packs";
/// `GET`; `PATCH` renames, `DELETE` removes.
pub const PACK: &str = "/api/v1/stickers/packs/{pack}";
/// `GET` all of a pack in one file.
pub const PACK_ARCHIVE: &str = "/api/v1/stickers/packs/{pack}/archive";
/// `PUT` a file into a pack, `DELETE` takes it out.
pub const PACK_STICKER: &str = "/api/v1/stickers/packs/{pack}/stickers/{file}";
/// `GET` the packs one has installed, `PUT` their order.
pub const INSTALLED: &str = "/api/v1/stickers/installed";
/// `PUT` installs, `DELETE` uninstalls.
pub const INSTALLED_PACK: &str = "/api/v1/stickers/installed/{pack}";
/// `GET` what is sent later.
pub const SCHEDULED: &str = "/api/v1/scheduled";
/// `DELETE` takes one back.
pub const SCHEDULED_ONE: &str = "/api/v1/scheduled/{client_id}";
/// `POST` sends one now.
pub const SCHEDULED_SEND: &str = "/api/v1/scheduled/{client_id}/send";

/// `GET` what a browser subscribes to pushes with.
pub const PUSH: &str = "/api/v1/push";
/// `PUT` sets where this session's pushes go, `DELETE` ends them.
pub const PUSH_SUBSCRIPTION: &str = "/api/v1/push/subscription";
/// `POST` sends one now, and says what came of it.
pub const PUSH_TEST: &str = "/api/v1/push/test";

/// `GET`, `POST`
pub const BOTS: &str = "/api/v1/bots";
/// `PATCH` renames, `DELETE` removes.
pub const BOT: &str = "/api/v1/bots/{bot}";
/// `POST` makes a new token; the one before ends.
pub const BOT_TOKEN: &str = "/api/v1/bots/{bot}/token";
/// `PUT` sets where the bot's messages are posted to, `DELETE` ends that.
pub const BOT_OUTGOING: &str = "/api/v1/bots/{bot}/outgoing";
/// `GET`, `POST`
pub const BOT_WEBHOOKS: &str = "/api/v1/bots/{bot}/webhooks";
/// `DELETE`
pub const BOT_WEBHOOK: &str = "/api/v1/bots/{bot}/webhooks/{webhook}";
/// `POST` writes a message.
pub const HOOK: &str = "/api/v1/hooks/{token}";

/// The page an invitation link opens.
pub fn invite_page(token: &str) -> String {
    format!("/invite/{token}")
}

/// `username` has to be valid, so that it needs no escaping.
pub fn user_by_username(username: &str) -> String {
    fill(USER_BY_USERNAME, username)
}

pub fn request(user: UserId) -> String {
    fill(REQUEST, &user.to_string())
}

pub fn request_accept(user: UserId) -> String {
    fill(REQUEST_ACCEPT, &user.to_string())
}

pub fn request_decline(user: UserId) -> String {
    fill(REQUEST_DECLINE, &user.to_string())
}

pub fn friend(user: UserId) -> String {
    fill(FRIEND, &user.to_string())
}

pub fn block(user: UserId) -> String {
    fill(BLOCK, &user.to_string())
}

pub fn invitation(id: InvitationId) -> String {
    fill(INVITATION, &id.to_string())
}

/// `token` has to be one, so that it needs no escaping: see [`crate::validate::invitation_token`].
pub fn invitation_preview(token: &str) -> String {
    fill(INVITATION_PREVIEW, token)
}

/// `token` has to be one, so that it needs no escaping: see [`crate::validate::invitation_token`].
pub fn invitation_accept(token: &str) -> String {
    fill(INVITATION_ACCEPT, token)
}

pub fn group_invitations(conversation: ConversationId) -> String {
    fill(GROUP_INVITATIONS, &conversation.to_string())
}

pub fn group_invitation(conversation: ConversationId, id: InvitationId) -> String {
    fill(&fill(GROUP_INVITATION, &conversation.to_string()), &id.to_string())
}

pub fn join_requests(conversation: ConversationId) -> String {
    fill(JOIN_REQUESTS, &conversation.to_string())
}

pub fn join_request_approve(conversation: ConversationId, user: UserId) -> String {
    fill(&fill(JOIN_REQUEST_APPROVE, &conversation.to_string()), &user.to_string())
}

pub fn join_request_decline(conversation: ConversationId, user: UserId) -> String {
    fill(&fill(JOIN_REQUEST_DECLINE, &conversation.to_string()), &user.to_string())
}

pub fn conversation(conversation: ConversationId) -> String {
    fill(CONVERSATION, &conversation.to_string())
}

pub fn group_avatar(conversation: ConversationId) -> String {
    fill(GROUP_AVATAR, &conversation.to_string())
}

pub fn timer(conversation: ConversationId) -> String {
    fill(TIMER, &conversation.to_string())
}

pub fn members(conversation: ConversationId) -> String {
    fill(MEMBERS, &conversation.to_string())
}

pub fn member(conversation: ConversationId, user: UserId) -> String {
    fill(&fill(MEMBER, &conversation.to_string()), &user.to_string())
}

pub fn membership(conversation: ConversationId) -> String {
    fill(MEMBERSHIP, &conversation.to_string())
}

pub fn messages(conversation: ConversationId) -> String {
    fill(MESSAGES, &conversation.to_string())
}

pub fn read(conversation: ConversationId) -> String {
    fill(READ, &conversation.to_string())
}

pub fn versions(conversation: ConversationId, seq: Seq) -> String {
    fill(&fill(VERSIONS, &conversation.to_string()), &seq.0.to_string())
}

pub fn bot(bot: UserId) -> String {
    fill(BOT, &bot.to_string())
}

pub fn bot_token(bot: UserId) -> String {
    fill(BOT_TOKEN, &bot.to_string())
}

pub fn bot_outgoing(bot: UserId) -> String {
    fill(BOT_OUTGOING, &bot.to_string())
}

pub fn bot_webhooks(bot: UserId) -> String {
    fill(BOT_WEBHOOKS, &bot.to_string())
}

pub fn bot_webhook(bot: UserId, webhook: WebhookId) -> String {
    fill(&fill(BOT_WEBHOOK, &bot.to_string()), &webhook.to_string())
}

/// `token` has to be one, so that it needs no escaping.
pub fn hook(token: &str) -> String {
    fill(HOOK, token)
}

pub fn seen(conversation: ConversationId, seq: Seq) -> String {
    fill(&fill(SEEN, &conversation.to_string()), &seq.0.to_string())
}

pub fn votes(conversation: ConversationId, seq: Seq) -> String {
    fill(&fill(VOTES, &conversation.to_string()), &seq.0.to_string())
}

pub fn upload(upload: UploadId) -> String {
    fill(UPLOAD, &upload.to_string())
}

pub fn file(file: FileId) -> String {
    fill(FILE, &file.to_string())
}

pub fn pack(pack: PackId) -> String {
    fill(PACK, &pack.to_string())
}

pub fn pack_archive(pack: PackId) -> String {
    fill(PACK_ARCHIVE, &pack.to_string())
}

pub fn pack_sticker(pack: PackId, file: FileId) -> String {
    fill(&fill(PACK_STICKER, &pack.to_string()), &file.to_string())
}

pub fn installed_pack(pack: PackId) -> String {
    fill(INSTALLED_PACK, &pack.to_string())
}

pub fn session(session: SessionId) -> String {
    fill(SESSION, &session.to_string())
}

pub fn scheduled_one(client_id: ClientId) -> String {
    fill(SCHEDULED_ONE, &client_id.to_string())
}

pub fn scheduled_send(client_id: ClientId) -> String {
    fill(SCHEDULED_SEND, &client_id.to_string())
}

/// Puts `value` where the pattern's first parameter stands.
fn fill(pattern: &str, value: &str) -> String {
    match (pattern.find('{'), pattern.find('}')) {
        (Some(open), Some(close)) => format!("{}{value}{}", &pattern[..open], &pattern[close + 1..]),
        _ => pattern.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_filled_in() {
        assert_eq!(user_by_username("mia"), "/api/v1/users/by-username/mia");
        assert_eq!(invitation_accept("abc"), "/api/v1/invitations/by-token/abc/accept");
        let (conversation, user) = (ConversationId(uuid::Uuid::nil()), UserId(uuid::Uuid::max()));
        assert_eq!(
            member(conversation, user),
            format!("/api/v1/conversations/{conversation}/members/{user}")
        );
    }
}
