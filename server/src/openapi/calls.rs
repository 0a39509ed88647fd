//! Every call there is. A test holds this list against the routes.

use kith_shared::auth::{LogIn, OwnSession, Register, Session};
use kith_shared::bot::{Bot, CreateBot, CreateWebhook, PostMessage, RenameBot, SetOutgoing, Webhook};
use kith_shared::contact::{Contact, Contacts, CreateInvitation, Invitation, InvitationPreview, SendRequest};
use kith_shared::conversation::{
    AddMembers, Conversation, CreateGroup, OpenDirect, SetRole, SetTimer, UpdateGroup,
};
use kith_shared::joining::JoinRequest;
use kith_shared::media::FileQuery;
use kith_shared::message::{MarkRead, Page, PageQuery, Posted, Seen, SendMessage, Versions, Voters};
use kith_shared::preview::{AskPreview, Preview};
use kith_shared::problem::Code;
use kith_shared::push::{PushState, PushTest, Subscribe};
use kith_shared::routes;
use kith_shared::scheduled::Schedule;
use kith_shared::search::{SearchQuery, SearchResults};
use kith_shared::setting::{SetSetting, Setting, Settings, SettingsQuery};
use kith_shared::sticker::{NamePack, OrderPacks, Pack, Packs, PacksQuery, PutSticker};
use kith_shared::user::{SetAvatar, UpdateProfile, User};
use utoipa::openapi::HttpMethod::{Delete, Get, Patch, Post, Put};

use super::call::Call;

const DONE: &str = "Done";

pub fn all() -> impl Iterator<Item = Call> {
    users()
        .into_iter()
        .chain(contacts())
        .chain(invitations())
        .chain(conversations())
        .chain(bots())
        .chain(joining())
        .chain(own())
        .chain(push())
        .chain(media())
        .chain(stickers())
        .chain(server())
}

fn users() -> [Call; 10] {
    [
        Call::open(Post, routes::REGISTER, "register", "Makes an account and logs in")
            .body::<Register>()
            .answers::<Session>(201)
            .refuses(&[Code::InvalidUsername, Code::InvalidPassword, Code::InvalidDisplayName])
            .refuses(&[Code::UsernameTaken, Code::RegistrationClosed, Code::InvitationRequired]),
        Call::open(Post, routes::LOG_IN, "log_in", "Logs in")
            .body::<LogIn>()
            .answers::<Session>(200)
            .refuses(&[Code::WrongCredentials, Code::TooManyAttempts]),
        Call::new(Post, routes::LOG_OUT, "log_out", "Ends the session, and its sockets")
            .answers_nothing(204, DONE),
        Call::new(Get, routes::ME, "me", "Who one is").answers::<Session>(200),
        Call::new(Get, routes::SESSIONS, "sessions", "Where one is logged in").lists::<OwnSession>(),
        Call::new(Delete, routes::SESSIONS, "end_other_sessions", "Ends all of one's sessions but this one")
            .answers_nothing(204, DONE),
        Call::new(Delete, routes::SESSION, "end_session", "Ends one of one's sessions, and its sockets")
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidQuery, Code::SessionNotFound]),
        Call::new(Patch, routes::PROFILE, "update_profile", "Changes one's profile")
            .body::<UpdateProfile>()
            .answers::<User>(200)
            .refuses(&[Code::InvalidDisplayName]),
        Call::new(Put, routes::AVATAR, "set_avatar", "Sets one's picture, or takes it away")
            .body::<SetAvatar>()
            .answers::<User>(200)
            .refuses(&[Code::InvalidAvatar, Code::FileNotFound]),
        Call::new(Get, routes::USER_BY_USERNAME, "user_by_username", "Finds a user by the exact name")
            .answers::<Contact>(200)
            .refuses(&[Code::UserNotFound]),
    ]
}

fn contacts() -> [Call; 8] {
    [
        Call::new(Get, routes::CONTACTS, "contacts", "Everybody one has a relation with")
            .answers::<Contacts>(200),
        Call::new(Post, routes::REQUESTS, "send_request", "Asks somebody to be a friend")
            .body::<SendRequest>()
            .answers::<Contact>(200)
            .refuses(&[Code::UserNotFound, Code::CannotInviteSelf, Code::AlreadyFriends, Code::TooMany]),
        Call::new(Delete, routes::REQUEST, "cancel_request", "Takes back a request one sent")
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidQuery, Code::RequestNotFound]),
        Call::new(Post, routes::REQUEST_ACCEPT, "accept_request", "Becomes a friend of who asked")
            .answers::<Contact>(200)
            .refuses(&[Code::InvalidQuery, Code::UserNotFound, Code::RequestNotFound, Code::TooMany]),
        Call::new(Post, routes::REQUEST_DECLINE, "decline_request", "Declines a request")
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidQuery, Code::RequestNotFound]),
        Call::new(Delete, routes::FRIEND, "unfriend", "Ends a friendship; the dialog stays, to be read")
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidQuery]),
        Call::new(Put, routes::BLOCK, "block", "Blocks somebody, who is not told")
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidQuery, Code::UserNotFound]),
        Call::new(Delete, routes::BLOCK, "unblock", "Lifts a block")
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidQuery]),
    ]
}

fn invitations() -> [Call; 5] {
    [
        Call::new(Get, routes::INVITATIONS, "invitations", "One's links that are still open")
            .lists::<Invitation>(),
        Call::new(Post, routes::INVITATIONS, "create_invitation", "Makes an invitation link")
            .body::<CreateInvitation>()
            .answers::<Invitation>(201)
            .refuses(&[Code::InvalidInvitation, Code::TooMany]),
        Call::new(Delete, routes::INVITATION, "delete_invitation", "Takes a link back")
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidQuery, Code::InvitationNotFound]),
        Call::open(
            Get,
            routes::INVITATION_PREVIEW,
            "preview_invitation",
            "Who invites, for who holds the link",
        )
        .answers::<InvitationPreview>(200)
        .refuses(&[Code::InvitationNotFound]),
        Call::new(
            Post,
            routes::INVITATION_ACCEPT,
            "accept_invitation",
            "Becomes friends, and opens the dialog; or joins the group",
        )
        .answers::<Conversation>(200)
        .answers_nothing(202, "An admin of the group has to approve")
        .refuses(&[Code::InvitationNotFound, Code::CannotInviteSelf, Code::TooMany, Code::GroupFull])
        .refuses(&[Code::NotForBots]),
    ]
}

fn conversations() -> [Call; 17] {
    [
        Call::new(Get, routes::CONVERSATIONS, "conversations", "One's conversations").lists::<Conversation>(),
        Call::new(
            Post,
            routes::CONVERSATIONS_DIRECT,
            "open_direct",
            "The dialog with a friend, or one's notes to self",
        )
        .body::<OpenDirect>()
        .answers::<Conversation>(200)
        .refuses(&[Code::UserNotFound, Code::NotFriends]),
        Call::new(Post, routes::CONVERSATIONS_GROUP, "create_group", "Makes a group of friends")
            .body::<CreateGroup>()
            .answers::<Conversation>(201)
            .refuses(&[Code::InvalidTitle, Code::UserNotFound, Code::NotFriends, Code::TooMany]),
        Call::new(Get, routes::CONVERSATION, "conversation", "One conversation")
            .answers::<Conversation>(200)
            .refuses(&[Code::InvalidQuery, Code::ConversationNotFound]),
        Call::new(Patch, routes::CONVERSATION, "update_group", "Gives a group another title or description")
            .body::<UpdateGroup>()
            .answers::<Conversation>(200)
            .refuses(&[Code::InvalidQuery, Code::InvalidTitle, Code::InvalidDescription])
            .refuses(&[Code::ConversationNotFound, Code::NotAGroup, Code::NotAllowed]),
        Call::new(Put, routes::TIMER, "set_timer", "Has messages disappear after a time")
            .body::<SetTimer>()
            .answers::<Conversation>(200)
            .refuses(&[Code::InvalidQuery, Code::InvalidTimer, Code::ConversationNotFound])
            .refuses(&[Code::NotWritable, Code::NotAllowed]),
        Call::new(Put, routes::GROUP_AVATAR, "set_group_avatar", "Sets a group's picture, or takes it away")
            .body::<SetAvatar>()
            .answers::<Conversation>(200)
            .refuses(&[Code::InvalidQuery, Code::InvalidAvatar, Code::FileNotFound])
            .refuses(&[Code::ConversationNotFound, Code::NotAGroup, Code::NotAllowed]),
        Call::new(Post, routes::MEMBERS, "add_members", "Adds friends to a group")
            .body::<AddMembers>()
            .answers::<Conversation>(200)
            .refuses(&[Code::InvalidQuery, Code::ConversationNotFound, Code::NotAGroup])
            .refuses(&[Code::UserNotFound, Code::NotFriends, Code::TooMany]),
        Call::new(Patch, routes::MEMBER, "set_role", "Gives a member of a group another role")
            .body::<SetRole>()
            .answers::<Conversation>(200)
            .refuses(&[Code::InvalidQuery, Code::ConversationNotFound, Code::MemberNotFound])
            .refuses(&[Code::NotAGroup, Code::NotAllowed]),
        Call::new(Delete, routes::MEMBER, "remove_member", "Removes somebody else from a group")
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidQuery, Code::ConversationNotFound, Code::MemberNotFound])
            .refuses(&[Code::NotAGroup, Code::NotAllowed]),
        Call::new(Delete, routes::MEMBERSHIP, "leave_group", "Leaves a group")
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidQuery, Code::ConversationNotFound, Code::NotAGroup]),
        Call::new(Get, routes::MESSAGES, "messages", "A page of a conversation's history")
            .query::<PageQuery>()
            .answers::<Page>(200)
            .refuses(&[Code::ConversationNotFound]),
        Call::new(Post, routes::MESSAGES, "send_message", "Writes a message, without a connection")
            .body::<SendMessage>()
            .answers::<Posted>(200)
            .refuses(&[Code::ConversationNotFound, Code::NotWritable, Code::EmptyMessage])
            .refuses(&[Code::MessageTooLong, Code::FileNotFound]),
        Call::new(Put, routes::READ, "mark_read", "Says how far one has read, without a connection")
            .body::<MarkRead>()
            .answers_nothing(204, DONE)
            .refuses(&[Code::ConversationNotFound, Code::SeqInFuture]),
        Call::new(Get, routes::VERSIONS, "versions", "What an edited message said before")
            .answers::<Versions>(200)
            .refuses(&[Code::InvalidQuery, Code::ConversationNotFound, Code::MessageNotFound]),
        Call::new(Get, routes::SEEN, "seen", "Who has seen a message").answers::<Seen>(200).refuses(&[
            Code::InvalidQuery,
            Code::ConversationNotFound,
            Code::MessageNotFound,
        ]),
        Call::new(Get, routes::VOTES, "voters", "Who chose what of a poll")
            .answers::<Voters>(200)
            .refuses(&[Code::InvalidQuery, Code::ConversationNotFound, Code::MessageNotFound])
            .refuses(&[Code::MessageDeleted, Code::InvalidVote]),
    ]
}

fn bots() -> [Call; 11] {
    [
        Call::new(Get, routes::BOTS, "bots", "One's bots").lists::<Bot>(),
        Call::new(Post, routes::BOTS, "create_bot", "Makes a bot, a friend of one's own")
            .body::<CreateBot>()
            .answers::<Bot>(201)
            .refuses(&[Code::InvalidUsername, Code::InvalidDisplayName, Code::UsernameTaken])
            .refuses(&[Code::NotForBots, Code::TooMany]),
        Call::new(Patch, routes::BOT, "rename_bot", "Gives a bot another display name")
            .body::<RenameBot>()
            .answers::<Bot>(200)
            .refuses(&[Code::InvalidQuery, Code::InvalidDisplayName, Code::BotNotFound]),
        Call::new(Delete, routes::BOT, "remove_bot", "Removes a bot; what it wrote stays")
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidQuery, Code::BotNotFound]),
        Call::new(Post, routes::BOT_TOKEN, "renew_bot_token", "Makes a new token; the one before ends")
            .answers::<Bot>(200)
            .refuses(&[Code::InvalidQuery, Code::BotNotFound]),
        Call::new(Put, routes::BOT_OUTGOING, "set_outgoing", "Sets where a bot's messages are posted to")
            .body::<SetOutgoing>()
            .answers::<Bot>(200)
            .refuses(&[Code::InvalidQuery, Code::InvalidUrl, Code::BotNotFound]),
        Call::new(Delete, routes::BOT_OUTGOING, "end_outgoing", "Has a bot's messages posted no more")
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidQuery, Code::BotNotFound]),
        Call::new(Get, routes::BOT_WEBHOOKS, "webhooks", "A bot's webhooks")
            .lists::<Webhook>()
            .refuses(&[Code::InvalidQuery, Code::BotNotFound]),
        Call::new(Post, routes::BOT_WEBHOOKS, "create_webhook", "Makes a webhook for a conversation")
            .body::<CreateWebhook>()
            .answers::<Webhook>(201)
            .refuses(&[Code::InvalidQuery, Code::BotNotFound, Code::ConversationNotFound])
            .refuses(&[Code::MemberNotFound, Code::NotAllowed, Code::TooMany]),
        Call::new(Delete, routes::BOT_WEBHOOK, "delete_webhook", "Removes a webhook")
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidQuery, Code::BotNotFound, Code::WebhookNotFound]),
        Call::open(Post, routes::HOOK, "post_message", "Writes a message as the webhook's bot")
            .body::<PostMessage>()
            .answers::<Posted>(200)
            .refuses(&[Code::EmptyMessage, Code::MessageTooLong, Code::InvalidIdempotencyKey])
            .refuses(&[Code::WebhookNotFound, Code::NotWritable, Code::NotAllowed])
            .refuses(&[Code::ConversationNotFound, Code::ClientIdReused]),
    ]
}

fn joining() -> [Call; 6] {
    [
        Call::new(Get, routes::GROUP_INVITATIONS, "group_invitations", "Links into a group, still open")
            .lists::<Invitation>()
            .refuses(&[Code::InvalidQuery, Code::ConversationNotFound, Code::NotAGroup, Code::NotAllowed]),
        Call::new(Post, routes::GROUP_INVITATIONS, "create_group_invitation", "Makes a link into a group")
            .body::<CreateInvitation>()
            .answers::<Invitation>(201)
            .refuses(&[Code::InvalidQuery, Code::InvalidInvitation, Code::ConversationNotFound])
            .refuses(&[Code::NotAGroup, Code::NotAllowed, Code::TooMany]),
        Call::new(Delete, routes::GROUP_INVITATION, "delete_group_invitation", "Takes such a link back")
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidQuery, Code::InvitationNotFound, Code::ConversationNotFound])
            .refuses(&[Code::NotAGroup, Code::NotAllowed]),
        Call::new(Get, routes::JOIN_REQUESTS, "join_requests", "Who asks to be let into a group")
            .lists::<JoinRequest>()
            .refuses(&[Code::InvalidQuery, Code::ConversationNotFound, Code::NotAGroup, Code::NotAllowed]),
        Call::new(Post, routes::JOIN_REQUEST_APPROVE, "approve_join_request", "Lets somebody in who asks")
            .answers::<Conversation>(200)
            .refuses(&[Code::InvalidQuery, Code::RequestNotFound, Code::ConversationNotFound])
            .refuses(&[Code::NotAGroup, Code::NotAllowed, Code::GroupFull]),
        Call::new(Post, routes::JOIN_REQUEST_DECLINE, "decline_join_request", "Declines such a request")
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidQuery, Code::RequestNotFound, Code::ConversationNotFound])
            .refuses(&[Code::NotAGroup, Code::NotAllowed]),
    ]
}

fn own() -> [Call; 6] {
    [
        Call::new(Get, routes::SCHEDULED, "scheduled", "What is sent later").answers::<Schedule>(200),
        Call::new(Delete, routes::SCHEDULED_ONE, "take_back", "Takes back what would be sent later")
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidQuery, Code::ScheduledNotFound]),
        Call::new(Post, routes::SCHEDULED_SEND, "send_now", "Sends now what would be sent later")
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidQuery, Code::ScheduledNotFound]),
        Call::new(Get, routes::SETTINGS, "settings", "One's settings")
            .query::<SettingsQuery>()
            .answers::<Settings>(200),
        Call::new(Patch, routes::SETTINGS, "set_setting", "Sets or removes a setting")
            .body::<SetSetting>()
            .answers::<Setting>(200)
            .refuses(&[Code::InvalidSetting, Code::TooMany]),
        Call::new(Get, routes::SEARCH, "search", "Searches one's conversations")
            .query::<SearchQuery>()
            .answers::<SearchResults>(200)
            .refuses(&[Code::ConversationNotFound]),
    ]
}

fn push() -> [Call; 4] {
    [
        Call::new(Get, routes::PUSH, "push", "What a browser subscribes to pushes with")
            .answers::<PushState>(200),
        Call::new(Put, routes::PUSH_SUBSCRIPTION, "subscribe", "Sets where this session's pushes go")
            .body::<Subscribe>()
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidUrl, Code::InvalidSubscription, Code::NotForBots]),
        Call::new(Delete, routes::PUSH_SUBSCRIPTION, "unsubscribe", "Ends this session's pushes")
            .answers_nothing(204, DONE),
        Call::new(Post, routes::PUSH_TEST, "test_push", "Sends a push now, and says what came of it")
            .answers::<PushTest>(200)
            .refuses(&[Code::NotForBots, Code::TooMany]),
    ]
}

fn media() -> [Call; 6] {
    let version = |call: Call| {
        call.with_header("Tus-Resumable", "1.0.0, the version of tus, in every request and answer")
            .refuses(&[Code::WrongVersion, Code::InvalidUpload])
    };
    let begin = Call::new(Post, routes::UPLOADS, "begin_upload", "Begins to bring a file, by tus")
        .with_header("Upload-Length", "Bytes of the file")
        .with_header("Upload-Metadata", "Names with values in Base64; kept and told again")
        .answers_nothing(201, "It is at the address in `Location`")
        .refuses(&[Code::FileTooLarge, Code::QuotaReached, Code::StorageFull, Code::TooMany]);
    let append = Call::new(Patch, routes::UPLOAD, "append_upload", "Brings bytes of a file")
        .with_header("Upload-Offset", "Where they go on: bytes that are there")
        .with_header("Upload-Checksum", "sha1 or sha256, and what they hash to in Base64")
        .takes_bytes()
        .answers_nothing(
            204,
            "`Upload-Offset` says where it stands, `Kith-File` which file it is once it is whole",
        )
        .refuses(&[Code::UploadNotFound, Code::WrongOffset, Code::ChecksumMismatch, Code::StorageFull])
        .refuses(&[Code::InvalidQuery, Code::Busy]);
    let give_up = Call::new(Delete, routes::UPLOAD, "give_up_upload", "Gives up bringing a file")
        .answers_nothing(204, DONE)
        .refuses(&[Code::InvalidQuery, Code::UploadNotFound]);
    [
        version(begin),
        version(append),
        version(give_up),
        Call::new(Get, routes::FILE, "file", "A file, or a range of it")
            .query::<FileQuery>()
            .answers_file(200)
            .answers_file(206)
            .answers_nothing(307, "It is had from another origin, by an address that ends soon")
            .refuses(&[Code::FileNotFound]),
        Call::open(Get, routes::MEDIA, "media", "A file, by an address that was signed and ends soon")
            .answers_file(200)
            .answers_file(206)
            .refuses(&[Code::InvalidQuery, Code::FileNotFound]),
        Call::new(
            Post,
            routes::PREVIEWS,
            "preview",
            "What a page says of itself, for a message that links to it",
        )
        .body::<AskPreview>()
        .answers::<Preview>(200)
        .refuses(&[Code::PreviewUnavailable, Code::TooMany]),
    ]
}

fn stickers() -> [Call; 12] {
    let gone = [Code::InvalidQuery, Code::PackNotFound];
    let own = [Code::InvalidQuery, Code::PackNotFound, Code::NotYours];
    [
        Call::new(Get, routes::PACKS, "packs", "Packs of stickers there are")
            .query::<PacksQuery>()
            .answers::<Packs>(200),
        Call::new(Post, routes::PACKS, "create_pack", "Makes a pack of stickers, with none yet")
            .body::<NamePack>()
            .answers::<Pack>(201)
            .refuses(&[Code::InvalidTitle, Code::TooMany]),
        Call::new(Get, routes::PACK, "pack", "A pack with all its stickers")
            .answers::<Pack>(200)
            .refuses(&gone),
        Call::new(Patch, routes::PACK, "rename_pack", "Gives one's own pack another title")
            .body::<NamePack>()
            .answers::<Pack>(200)
            .refuses(&own)
            .refuses(&[Code::InvalidTitle]),
        Call::new(Delete, routes::PACK, "delete_pack", "Removes one's own pack; what was sent of it stays")
            .answers_nothing(204, DONE)
            .refuses(&own),
        Call::new(
            Get,
            routes::PACK_ARCHIVE,
            "pack_archive",
            "A pack in one tar: `pack.json`, then its files",
        )
        .answers_file(200)
        .answers_nothing(304, "It is the one that `If-None-Match` names")
        .refuses(&gone),
        Call::new(
            Put,
            routes::PACK_STICKER,
            "put_sticker",
            "Puts a file one has brought into one's own pack",
        )
        .body::<PutSticker>()
        .answers::<Pack>(200)
        .refuses(&own)
        .refuses(&[Code::FileNotFound, Code::InvalidSticker, Code::InvalidEmoji, Code::TooMany]),
        Call::new(Delete, routes::PACK_STICKER, "remove_sticker", "Takes a sticker out of one's own pack")
            .answers::<Pack>(200)
            .refuses(&own)
            .refuses(&[Code::StickerNotFound]),
        Call::new(Get, routes::INSTALLED, "installed_packs", "The packs one has installed, in their order")
            .lists::<Pack>(),
        Call::new(Put, routes::INSTALLED, "order_packs", "Puts them in another order")
            .body::<OrderPacks>()
            .answers_nothing(204, DONE),
        Call::new(Put, routes::INSTALLED_PACK, "install_pack", "Installs a pack, before the others")
            .answers_nothing(204, DONE)
            .refuses(&gone)
            .refuses(&[Code::TooMany]),
        Call::new(Delete, routes::INSTALLED_PACK, "uninstall_pack", "Uninstalls a pack")
            .answers_nothing(204, DONE)
            .refuses(&[Code::InvalidQuery]),
    ]
}

fn server() -> [Call; 6] {
    [
        Call::new(
            Get,
            routes::SOCKET,
            "socket",
            "Opens the WebSocket: ClientFrame goes up, ServerFrame comes down",
        )
        .answers_nothing(101, "The WebSocket is open")
        .refuses(&[Code::ForbiddenOrigin, Code::InvalidQuery]),
        Call::open(Get, routes::HEALTH, "health", "Whether the server is there").answers_text("text/plain"),
        Call::open(Get, routes::READY, "ready", "Whether the server may be sent requests")
            .answers_text("text/plain")
            .refuses(&[Code::Busy, Code::Internal]),
        Call::open(Get, routes::OPENAPI, "openapi", "This document").answers_text("application/json"),
        Call::open(Get, routes::DOCS, "docs", "This document as a page").answers_text("text/html"),
        Call::open(Get, routes::DOCS_STYLE, "docs_style", "The page's style sheet").answers_text("text/css"),
    ]
}
