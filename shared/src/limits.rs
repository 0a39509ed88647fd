//! Every limit of the wire, in one place: the server enforces it, the client shows it before it hurts.

use std::time::Duration;

/// Characters of a username: `a-z 0-9 . _ -`, compared without case.
pub const USERNAME_CHARS: std::ops::RangeInclusive<usize> = 3..=32;
/// Characters of a password.
pub const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 8..=256;
/// Characters of a display name, after trimming.
pub const DISPLAY_NAME_CHARS: std::ops::RangeInclusive<usize> = 1..=64;
/// Characters (Unicode scalar values) of a message's text, after trimming.
pub const MESSAGE_CHARS: usize = 4_000;
/// Characters of a poll's question, after trimming.
pub const POLL_QUESTION_CHARS: std::ops::RangeInclusive<usize> = 1..=300;
/// Options of a poll.
pub const POLL_OPTIONS: std::ops::RangeInclusive<usize> = 2..=12;
/// Characters of one of a poll's options, after trimming.
pub const POLL_OPTION_CHARS: std::ops::RangeInclusive<usize> = 1..=100;
/// Messages of one user that wait for their time.
pub const SCHEDULED: i64 = 100;
/// How far ahead a message can be scheduled.
pub const SCHEDULED_AHEAD: Duration = Duration::from_secs(366 * 24 * 3_600);
/// Messages in one page of a conversation's history.
pub const PAGE_MESSAGES: u32 = 100;
/// Characters of a group's description, after trimming.
pub const DESCRIPTION_CHARS: usize = 500;
/// Messages pinned in one conversation.
pub const PINS: usize = 50;
/// After what time messages may be had to disappear.
pub const TIMER: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(5)..=Duration::from_secs(365 * 24 * 3_600);
/// Earlier versions of an edited message that are shown.
pub const VERSIONS: u32 = 50;
/// Users a notice names; of the others it says how many they are.
pub const NOTICE_NAMES: usize = 20;
/// Members of one group.
pub const GROUP_MEMBERS: usize = 1_000;
/// Bytes of one emoji: the longest, of people with skin tones, have 35.
pub const EMOJI_BYTES: usize = 35;
/// Reactions to one message, by all members together: it travels whole.
pub const REACTIONS: usize = 200;
/// Settings of one user; each draft, pin and mute is one.
pub const SETTINGS: i64 = 20_000;
/// Settings in one answer: three megabytes at most.
pub const PAGE_SETTINGS: usize = 200;
pub const SETTING_KEY_BYTES: usize = 80;
pub const SETTING_VALUE_BYTES: usize = 16 * 1024;
/// Messages in one page of search results.
pub const SEARCH_RESULTS: u32 = 50;
/// Characters of what is searched for.
pub const SEARCH_CHARS: usize = 200;
/// Friends, and waiting requests each way, one user can have.
pub const CONTACTS: i64 = 2_000;
/// Invitation links one user, or one group, can have open at once.
pub const INVITATIONS: i64 = 100;
/// Uses of one many-use invitation link.
pub const INVITATION_USES: u32 = 1_000;
/// Longest life of an invitation link.
pub const INVITATION_LIFE: Duration = Duration::from_secs(30 * 24 * 3_600);
/// Life of an invitation link unless one asks otherwise.
pub const INVITATION_DEFAULT_LIFE: Duration = Duration::from_secs(7 * 24 * 3_600);
/// Bots of one user.
pub const BOTS: i64 = 20;
/// Incoming webhooks of one bot.
pub const WEBHOOKS: i64 = 100;
/// Bytes of the address a bot's messages are posted to.
pub const URL_BYTES: usize = 1_000;
/// Bytes of an `Idempotency-Key`.
pub const IDEMPOTENCY_KEY_BYTES: usize = 200;
/// How long a message is tried to be delivered to a bot's address.
pub const DELIVERY_LIFE: Duration = Duration::from_secs(24 * 3_600);
/// How long the receiver of a delivery may take to answer.
pub const DELIVERY_PATIENCE: Duration = Duration::from_secs(10);
/// Words that notify of a message which holds one, and the characters of each.
pub const KEYWORDS: usize = 20;
pub const KEYWORD_CHARS: usize = 50;
/// Bytes of what a push says, before it is encrypted: a push service takes 4,096 after.
pub const PUSH_BYTES: usize = 3_900;
/// How long a push service keeps what a device is not there to get, unless the message disappears before.
pub const PUSH_LIFE: Duration = Duration::from_secs(7 * 24 * 3_600);
/// How long a push is tried to be handed to a push service that does not take it.
pub const PUSH_PATIENCE: Duration = Duration::from_secs(3_600);
/// Test pushes of one user in a minute.
pub const PUSH_TESTS_A_MINUTE: u32 = 10;
/// Files one message carries.
pub const ATTACHMENTS: usize = 10;
/// Bytes of one file.
pub const FILE_BYTES: i64 = 2 << 30;
/// Bytes of the files one user has uploaded and that are kept, and of what they are uploading, where whoever runs the server
/// has not set another quota.
pub const USER_BYTES: i64 = 20 << 30;
/// Files one user is uploading.
pub const UPLOADS: i64 = 100;
/// An upload that got nothing for this long is given up.
pub const UPLOAD_LIFE: Duration = Duration::from_secs(7 * 24 * 3_600);
/// Characters of a file's name.
pub const FILE_NAME_CHARS: usize = 200;
/// Pixels of a photo.
pub const PHOTO_PIXELS: u64 = 64_000_000;
/// Bytes of a thumbhash: <https://evanw.github.io/thumbhash>.
pub const THUMBHASH_BYTES: usize = 25;
/// Bytes of a waveform.
pub const WAVEFORM_BYTES: usize = 100;
/// How long a video or a sound plays at most: what is said of one that lasts longer is not believed.
pub const DURATION: Duration = Duration::from_secs(7 * 24 * 3_600);
/// Pixels of an avatar, each way, and its bytes.
pub const AVATAR_PIXELS: u32 = 1024;
pub const AVATAR_BYTES: i64 = 1 << 20;
/// Characters of a preview's title, description and site; what is longer is cut off.
pub const PREVIEW_TITLE_CHARS: usize = 200;
pub const PREVIEW_DESCRIPTION_CHARS: usize = 400;
pub const PREVIEW_SITE_CHARS: usize = 80;
/// Bytes of a page that are read for a preview: what it says of itself stands at its beginning.
pub const PREVIEW_PAGE_BYTES: usize = 512 * 1024;
/// Bytes of a preview's picture.
pub const PREVIEW_IMAGE_BYTES: usize = 2 * 1024 * 1024;
/// How often a page that is previewed may lead on to another one.
pub const PREVIEW_REDIRECTS: usize = 4;
/// How long a preview may take, with all that it leads to.
pub const PREVIEW_PATIENCE: Duration = Duration::from_secs(5);
/// Pages looked at for previews at once.
pub const PREVIEWS_AT_ONCE: usize = 16;
/// Pages looked at for one user's previews in a minute.
pub const PREVIEWS_A_MINUTE: u32 = 30;
/// How long a preview is answered again without looking.
pub const PREVIEW_LIFE: Duration = Duration::from_secs(24 * 3_600);
/// How long it is remembered that a page has none.
pub const NO_PREVIEW_LIFE: Duration = Duration::from_secs(5 * 60);
/// Stickers of one pack.
pub const PACK_STICKERS: u32 = 120;
/// Stickers a pack has in a list of packs.
pub const PACK_PREVIEW: u32 = 5;
/// Packs in one page of what there is.
pub const PAGE_PACKS: u32 = 20;
/// Packs one user has made.
pub const PACKS_MADE: i64 = 50;
/// Packs one user has installed.
pub const PACKS_INSTALLED: usize = 100;
/// Bytes of a sticker.
pub const STICKER_BYTES: i64 = 512 * 1024;
/// Pixels of a sticker, each way.
pub const STICKER_PIXELS: u32 = 512;
/// Sessions of one user in the list of them.
pub const SESSIONS_LISTED: u32 = 200;
/// A session ends when it was not used for this long.
pub const SESSION_LIFE: Duration = Duration::from_secs(90 * 24 * 3_600);
/// Bytes of a REST request's body.
pub const BODY_BYTES: usize = 64 * 1024;
/// Bytes of one WebSocket message from a client.
pub const FRAME_BYTES: usize = 32 * 1024;
/// Frames waiting for one connection before it is closed as too slow.
pub const SOCKET_QUEUE: usize = 512;
/// How often the client pings over the socket.
pub const PING_INTERVAL: Duration = Duration::from_secs(25);
/// A connection that sent nothing for this long is closed.
pub const SOCKET_IDLE: Duration = Duration::from_secs(75);
/// How often a typing frame is worth sending while one types.
pub const TYPING_INTERVAL: Duration = Duration::from_secs(3);
/// A typing line goes away when nothing was heard for this long.
pub const TYPING_LIFE: Duration = Duration::from_secs(6);
/// Wrong passwords for one username before it has to wait.
pub const LOGIN_FAILURES: u32 = 10;
/// How long a username with too many wrong passwords has to wait.
pub const LOGIN_PAUSE: Duration = Duration::from_secs(60);
