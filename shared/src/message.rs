//! A message, whole: what travels, what is stored, what is shown.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::json::{self, Fields};
use crate::media::Attachment;
use crate::notice::Notice;
use crate::preview::Preview;
use crate::read_by_fields;
use crate::sticker::SentSticker;
use crate::user::User;
use crate::{Change, ClientId, ConversationId, FileId, Millis, Seq, UserId};

/// What a message says. Kinds a reader does not know are skipped by it, not fatal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    Text {
        text: String,
        /// The message it answers, of the same conversation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<Seq>,
        /// Somebody said it before, elsewhere; who and where is not told.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        forwarded: bool,
        /// What it carries; of a message that does, the text may be empty. At most
        /// [`ATTACHMENTS`](crate::limits::ATTACHMENTS).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<Attachment>,
        /// Of a page the text links to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        preview: Option<Box<Preview>>,
    },
    /// A question, of whose options each member chooses.
    Poll {
        question: String,
        options: Vec<String>,
        /// Whether one may choose several.
        multiple: bool,
        /// Nobody chooses any more.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        closed: bool,
    },
    /// A sticker, which stands for itself.
    Sticker(Box<SentSticker>),
    /// Was deleted for everyone: what it said is gone. Its place stays, so that `seq` stays dense.
    Deleted,
    /// Has disappeared, as all that was sent in its conversation then: what it said is gone, and nothing is shown of it.
    Expired,
    /// What happened to the group. The server alone writes it, and nobody changes it.
    Notice(Box<Notice>),
}

impl Body {
    /// A text that answers nothing.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), reply_to: None, forwarded: false, files: Vec::new(), preview: None }
    }

    /// What it carries.
    pub fn files(&self) -> &[Attachment] {
        match self {
            Self::Text { files, .. } => files,
            Self::Poll { .. } | Self::Sticker(_) | Self::Deleted | Self::Expired | Self::Notice(_) => &[],
        }
    }

    /// The message it answers.
    pub fn reply_to(&self) -> Option<Seq> {
        match self {
            Self::Text { reply_to, .. } => *reply_to,
            Self::Sticker(sent) => sent.reply_to,
            Self::Poll { .. } | Self::Deleted | Self::Expired | Self::Notice(_) => None,
        }
    }

    /// Whether somebody said it before, elsewhere.
    pub fn is_forwarded(&self) -> bool {
        match self {
            Self::Text { forwarded, .. } => *forwarded,
            Self::Sticker(sent) => sent.forwarded,
            Self::Poll { .. } | Self::Deleted | Self::Expired | Self::Notice(_) => false,
        }
    }

    /// What has to be there for it to be shown whole: what it carries, small pictures too, the picture of its preview, and
    /// a sticker's.
    pub fn file_ids(&self) -> impl Iterator<Item = FileId> {
        let picture = match self {
            Self::Text { preview: Some(preview), .. } => preview.image.map(|image| image.file),
            Self::Sticker(sent) => Some(sent.file),
            _ => None,
        };
        self.files().iter().flat_map(Attachment::files).chain(picture)
    }

    /// Whether what it said is gone.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Deleted | Self::Expired)
    }

    /// What it is found by, and what stands for it in a line.
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Text { text, .. } => Some(text),
            Self::Poll { question, .. } => Some(question),
            Self::Sticker(sent) => Some(&sent.emoji),
            Self::Deleted | Self::Expired | Self::Notice(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        Self::of(&fields).map_err(D::Error::custom)
    }
}

impl Body {
    fn of(fields: &Fields<'_>) -> json::Result<Self> {
        match fields.read::<String>("kind")?.as_str() {
            "text" => Ok(Self::Text {
                text: fields.read("text")?,
                reply_to: fields.read("reply_to")?,
                forwarded: fields.read_or_default("forwarded")?,
                files: fields.list("files")?,
                preview: fields.read("preview")?,
            }),
            "poll" => Ok(Self::Poll {
                question: fields.read("question")?,
                options: fields.list("options")?,
                multiple: fields.read_or_default("multiple")?,
                closed: fields.read_or_default("closed")?,
            }),
            "sticker" => SentSticker::read(fields).map(|sent| Self::Sticker(Box::new(sent))),
            "deleted" => Ok(Self::Deleted),
            "expired" => Ok(Self::Expired),
            "notice" => Notice::of(fields).map(|notice| Self::Notice(Box::new(notice))),
            kind => Err(json::Error::custom(format_args!("unknown kind of body `{kind}`"))),
        }
    }
}

/// A message of a conversation. Devices replace what they hold of (conversation, seq) with the one of higher `change`.
/// Whoever only hands it on need not read its body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message<B = Body> {
    pub conversation: ConversationId,
    pub seq: Seq,
    pub change: Change,
    pub sender: UserId,
    pub client_id: ClientId,
    /// When the server took it.
    pub sent_at: Millis,
    pub body: B,
    /// When its body was last edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Millis>,
    /// Since when it is pinned in the conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned_at: Option<Millis>,
    /// When it disappears.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Millis>,
    /// In the order the emoji were first used.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// Of a poll that anybody has voted in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes: Option<Votes>,
}

read_by_fields!(
    Message {
        conversation,
        seq,
        change,
        sender,
        client_id,
        sent_at,
        body,
        edited_at,
        pinned_at,
        expires_at,
        votes
    }[reactions]
);

impl<B> Message<B> {
    /// A message as it is once it was sent: nothing has happened to it yet.
    pub fn new(
        conversation: ConversationId,
        Head { seq, change }: Head,
        (sender, client_id): (UserId, ClientId),
        sent_at: Millis,
        body: B,
    ) -> Self {
        let (edited_at, pinned_at, expires_at, reactions, votes) = (None, None, None, Vec::new(), None);
        Self {
            conversation,
            seq,
            change,
            sender,
            client_id,
            sent_at,
            body,
            edited_at,
            pinned_at,
            expires_at,
            reactions,
            votes,
        }
    }

    /// Takes away what it said and what came of that; `body` says why.
    pub fn take_away(&mut self, body: B) {
        self.body = body;
        (self.edited_at, self.pinned_at, self.expires_at) = (None, None, None);
        self.reactions.clear();
        self.votes = None;
    }

    /// What the reader has chosen of a poll; `None` where that is not known.
    pub fn voted(&self) -> Option<&[u32]> {
        self.votes.as_ref().map_or(Some(&[]), |votes| votes.voted.as_deref())
    }

    /// Keeps what was known of the reader's own choice where this does not say it.
    pub fn keep_voted(&mut self, known: &Self) {
        if let Some(votes) = self.votes.as_mut().filter(|votes| votes.voted.is_none()) {
            votes.voted = known.voted().map(<[_]>::to_vec);
        }
    }
}

/// How a poll stands. Who chose what is asked for: a thousand names would travel with every vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Votes {
    /// How many chose each option.
    pub counts: Vec<u32>,
    /// How many have chosen at all.
    pub voters: u32,
    /// The options the reader chose, ascending. Absent where the frame is for everybody: what was known before stands,
    /// for one's own votes come with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voted: Option<Vec<u32>>,
}

read_by_fields!(Votes { voters, voted }[counts]);

impl Votes {
    /// After somebody who had chosen `before` has chosen `now`; `None` where nobody has any more. Places beyond the
    /// poll's `options` are passed over.
    pub fn after(votes: Option<Self>, options: usize, before: &[u32], now: &[u32]) -> Option<Self> {
        let mut votes = votes.unwrap_or(Self { counts: Vec::new(), voters: 0, voted: None });
        votes.counts.resize(options, 0);
        for (option, count) in (0..).zip(&mut votes.counts) {
            *count = count.saturating_sub(u32::from(before.contains(&option)));
            *count += u32::from(now.contains(&option));
        }
        votes.voters = votes.voters.saturating_sub(u32::from(!before.is_empty()));
        votes.voters += u32::from(!now.is_empty());
        (votes.voters > 0).then_some(votes)
    }
}

/// `GET /api/v1/conversations/{id}/messages/{seq}/votes`: who chose each of a poll's options.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Voters {
    /// For each option; at most [`GROUP_MEMBERS`](crate::limits::GROUP_MEMBERS) of them.
    pub options: Vec<Vec<User>>,
}

read_by_fields!(Voters {}[options]);

/// Who reacted to a message with one emoji, in the order they did. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reaction {
    pub emoji: String,
    pub users: Vec<UserId>,
}

read_by_fields!(Reaction { emoji }[users]);

/// `GET /api/v1/conversations/{id}/messages/{seq}/versions`: what an edited message said before, oldest first; the newest
/// [`VERSIONS`](crate::limits::VERSIONS) of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Versions {
    pub versions: Vec<Version>,
}

read_by_fields!(Versions {}[versions]);

/// `POST /api/v1/conversations/{id}/messages`: what a device without a connection sends. The same `client_id` is the same
/// message, whichever way it comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SendMessage {
    pub client_id: ClientId,
    pub body: Body,
}

read_by_fields!(SendMessage { client_id, body });

/// The answer: the message is durable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Posted {
    pub conversation: ConversationId,
    pub client_id: ClientId,
    pub head: Head,
    pub sent_at: Millis,
}

read_by_fields!(Posted { conversation, client_id, head, sent_at });

/// `PUT /api/v1/conversations/{id}/read`: everything up to `seq` was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarkRead {
    pub seq: Seq,
}

read_by_fields!(MarkRead { seq });

/// `GET /api/v1/conversations/{id}/messages/{seq}/seen`: the members who have read it, by id. Its sender is not among them,
/// nor who came after it, nor who keeps to themselves how far they have read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Seen {
    pub users: Vec<UserId>,
}

read_by_fields!(Seen {}[users]);

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Version {
    pub text: String,
    /// Since when the message said so.
    pub said_at: Millis,
}

read_by_fields!(Version { text, said_at });

/// `GET /api/v1/conversations/{id}/messages`: which page.
///
/// With `before`: the newest messages below it, ascending. With `after`: the oldest above it, ascending. With
/// `changed_after`: those whose `change` is above it, by `change` ascending. With `around`: those on both sides of it and
/// itself, ascending. With none: the newest page.
/// More than one is `invalid_query`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct PageQuery {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Seq>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Seq>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_after: Option<Change>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub around: Option<Seq>,
    /// At most [`crate::limits::PAGE_MESSAGES`], which is also the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// One page of messages, and where the conversation's head was in the same read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page {
    pub messages: Vec<Message>,
    /// Whether the same question asked from this page's end finds more; for `around`, whether there are newer ones.
    pub more: bool,
    pub head: Head,
}

read_by_fields!(Page { more, head }[messages]);

/// How far a conversation has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Head {
    pub seq: Seq,
    pub change: Change,
}

read_by_fields!(Head { seq, change });
