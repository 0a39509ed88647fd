//! Edits, deletions, reactions, pins and votes, one by one: they are few beside the messages.

use kith_shared::conversation::Role;
use kith_shared::format::mentions_all;
use kith_shared::message::{Body, Head, Reaction, Votes};
use kith_shared::problem::Code;
use kith_shared::{Change, ClientId, ConversationId, Millis, Seq, UserId, limits, validate};
use serde_json::value::to_raw_value;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::batch::json;
use super::{Committed, Sealed};
use crate::error::{Error, Result};
use crate::store::messages::{COLUMNS, MessageRow, sealed};
use crate::store::{files, polls, roles, search, versions};

/// A change of a message to be made.
pub struct ChangeDraft {
    pub conversation: ConversationId,
    pub user: UserId,
    pub client_id: ClientId,
    pub seq: Seq,
    pub action: Action,
    /// The connection it came by, which is acknowledged besides.
    pub origin: u64,
}

pub enum Action {
    /// What it says from now on, validated by whoever brought it: nothing is for what carries files. Those stay.
    Edit(String),
    Delete,
    Pin {
        on: bool,
    },
    React {
        emoji: String,
        on: bool,
    },
    /// Which of a poll's options one chooses from now on.
    Vote(Vec<u32>),
    ClosePoll,
}

/// A changed message, whole, and who is acknowledged.
pub struct Changed {
    pub message: Sealed,
    /// Whose vote it was, and what they have chosen now: their devices alone are told.
    pub voted: Option<(UserId, Vec<u32>)>,
    /// Of the change, not of the message.
    pub client_id: ClientId,
    pub origin: u64,
}

/// Makes the changes, in their order; an outcome for each, and the messages that really changed.
pub(super) async fn make(
    db: &mut SqliteConnection,
    drafts: &[ChangeDraft],
    now: Millis,
) -> Result<(Vec<Result<Committed>>, Vec<Changed>)> {
    let mut outcomes = Vec::with_capacity(drafts.len());
    let mut changed = Vec::new();
    for draft in drafts {
        match make_one(db, draft, now).await {
            Ok((done, message)) => {
                outcomes.push(Ok(done));
                changed.extend(message);
            }
            // Was only looked at: the others go on.
            Err(refused @ Error::Refused { .. }) => outcomes.push(Err(refused)),
            Err(error) => return Err(error),
        }
    }
    Ok((outcomes, changed))
}

async fn make_one(
    db: &mut SqliteConnection,
    draft: &ChangeDraft,
    now: Millis,
) -> Result<(Committed, Option<Changed>)> {
    if let Some(done) = done_before(db, draft).await? {
        return Ok((done, None));
    }
    let mut place = find(db, draft).await?;
    let before = place.message.clone();
    let changes = apply(&mut place, draft, now)?;
    if changes {
        if place.message.pinned_at > before.pinned_at {
            room_for_pin(db, draft.conversation).await?;
        }
        place.message.change = place.head_change.next();
        store(db, &place.message).await?;
        if place.message.body.get() != before.body.get() {
            follow(db, &before, &place.message, &draft.action).await?;
        }
    }
    let voted = place.chosen.filter(|_| changes).map(|chosen| (draft.user, chosen));
    if let Some((user, chosen)) = &voted {
        polls::put(db, *user, &place.message, chosen).await?;
    }
    remember(db, draft, place.message.change, now).await?;
    let Sealed { seq, change, sent_at, .. } = place.message;
    let done = Committed { head: Head { seq, change }, sent_at, expires_at: None, again: !changes };
    let changed = Changed { message: place.message, voted, client_id: draft.client_id, origin: draft.origin };
    Ok((done, changes.then_some(changed)))
}

/// The first answer to a change sent again, also by whom may change nothing any more.
///
/// # Errors
/// `client_id_reused` when it was another message's, or a message itself.
async fn done_before(db: &mut SqliteConnection, draft: &ChangeDraft) -> Result<Option<Committed>> {
    let sql = "SELECT d.conversation_id, d.seq, d.change, m.sent_at
               FROM changes_done d JOIN messages m ON m.conversation_id = d.conversation_id AND m.seq = d.seq
               WHERE d.client_id = ?1 AND d.user_id = ?2
               UNION ALL
               SELECT NULL, seq, change, sent_at FROM messages WHERE client_id = ?1 AND sender_id = ?2";
    let row: Option<(Option<Uuid>, i64, i64, Millis)> =
        sqlx::query_as(sql).bind(draft.client_id.0).bind(draft.user.0).fetch_optional(db).await?;
    let Some((conversation, seq, change, sent_at)) = row else { return Ok(None) };
    if conversation != Some(draft.conversation.0) || Seq(seq) != draft.seq {
        return Err(Code::ClientIdReused.into());
    }
    let head = Head { seq: Seq(seq), change: Change(change) };
    Ok(Some(Committed { head, sent_at, expires_at: None, again: true }))
}

/// A message, and what has to be known to change it.
struct Place {
    message: Sealed,
    /// How far its conversation has come.
    head_change: Change,
    /// What the one who changes it is in a group.
    role: Option<Role>,
    /// Where they vote, what they had chosen of the poll until now.
    before: Vec<u32>,
    /// What they have chosen of it now.
    chosen: Option<Vec<u32>>,
}

/// # Errors
/// `conversation_not_found`, `not_writable`, `message_not_found`
async fn find(db: &mut SqliteConnection, draft: &ChangeDraft) -> Result<Place> {
    let here = roles::standing(db, draft.user, draft.conversation).await?.writable()?;
    let sql = format!("SELECT {COLUMNS} FROM messages m WHERE m.conversation_id = ? AND m.seq = ?");
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(draft.conversation.0).bind(draft.seq.0);
    let row: Option<MessageRow> = query.fetch_optional(&mut *db).await?;
    let message = sealed(row.ok_or(Code::MessageNotFound)?)?;
    let before = match draft.action {
        Action::Vote(_) => polls::voted(db, draft.user, draft.conversation, draft.seq).await?,
        _ => Vec::new(),
    };
    Ok(Place { message, head_change: here.head_change, role: here.role, before, chosen: None })
}

/// Does to the message what is asked for. Answers whether that changed it.
///
/// # Errors
/// `not_yours`, `not_allowed`, `empty_message`, `message_deleted`, `too_many`, `poll_closed`, `invalid_vote`
fn apply(place: &mut Place, draft: &ChangeDraft, now: Millis) -> Result<bool> {
    let Place { message, role, before, chosen, .. } = place;
    let mine = message.sender == draft.user;
    let moderates = role.is_some_and(Role::may_moderate);
    let body: Body = serde_json::from_str(message.body.get())?;
    match (&draft.action, body) {
        (_, Body::Notice(_)) => Err(Code::NotAllowed.into()),
        (Action::Edit(_), _) if !mine => Err(Code::NotYours.into()),
        (Action::Delete | Action::ClosePoll, _) if !mine && !moderates => Err(Code::NotYours.into()),
        (Action::Pin { .. }, _) if role.is_some() && !moderates => Err(Code::NotAllowed.into()),
        (Action::Delete, body) | (Action::Pin { on: false }, body) if body.is_gone() => Ok(false),
        (_, Body::Deleted | Body::Expired) => Err(Code::MessageDeleted.into()),
        // Whoever passed it on did not write it; and nobody votes for what is asked otherwise later.
        (Action::Edit(_), Body::Text { forwarded: true, .. } | Body::Poll { .. } | Body::Sticker(_)) => {
            Err(Code::NotYours.into())
        }
        (Action::Edit(text), Body::Text { text: before, .. }) if *text == before => Ok(false),
        (Action::Edit(text), Body::Text { .. }) if mentions_all(text) && !may_mention_all(*role) => {
            Err(Code::NotAllowed.into())
        }
        (Action::Edit(text), Body::Text { files, .. }) if text.is_empty() && files.is_empty() => {
            Err(Code::EmptyMessage.into())
        }
        (Action::Edit(text), Body::Text { reply_to, forwarded, files, preview, .. }) => {
            let (text, preview) = (text.clone(), preview.filter(|preview| preview.is_of(text)));
            message.body = to_raw_value(&Body::Text { text, reply_to, forwarded, files, preview })?;
            message.edited_at = Some(now);
            Ok(true)
        }
        (Action::Delete, _) => {
            message.take_away(to_raw_value(&Body::Deleted)?);
            Ok(true)
        }
        (Action::Pin { on }, _) if *on == message.pinned_at.is_some() => Ok(false),
        (Action::Pin { on }, _) => {
            message.pinned_at = on.then_some(now);
            Ok(true)
        }
        (Action::React { emoji, on: true }, _) => add_reaction(&mut message.reactions, emoji, draft.user),
        (Action::React { emoji, on: false }, _) => {
            Ok(remove_reaction(&mut message.reactions, emoji, draft.user))
        }
        (Action::Vote(_), Body::Poll { closed: true, .. }) => Err(Code::PollClosed.into()),
        (Action::Vote(now), Body::Poll { options, multiple, .. }) => {
            let now = validate::vote(now.clone(), options.len(), multiple)?;
            message.votes = Votes::after(message.votes.take(), options.len(), before, &now);
            Ok(*chosen.insert(now) != *before)
        }
        (Action::ClosePoll, Body::Poll { closed: true, .. }) => Ok(false),
        (Action::ClosePoll, Body::Poll { question, options, multiple, .. }) => {
            message.body = to_raw_value(&Body::Poll { question, options, multiple, closed: true })?;
            Ok(true)
        }
        (Action::Vote(_) | Action::ClosePoll, Body::Text { .. } | Body::Sticker(_)) => {
            Err(Code::InvalidVote.into())
        }
    }
}

/// Whether one of this role may mention everybody; in a direct dialog, where there is none, that says nothing.
pub(super) fn may_mention_all(role: Option<Role>) -> bool {
    role.is_none_or(Role::may_mention_all)
}

/// # Errors
/// `too_many`
fn add_reaction(reactions: &mut Vec<Reaction>, emoji: &str, user: UserId) -> Result<bool> {
    let count: usize = reactions.iter().map(|reaction| reaction.users.len()).sum();
    let found = reactions.iter_mut().find(|reaction| reaction.emoji == emoji);
    match found {
        Some(reaction) if reaction.users.contains(&user) => return Ok(false),
        _ if count >= limits::REACTIONS => return Err(Code::TooMany.into()),
        Some(reaction) => reaction.users.push(user),
        None => reactions.push(Reaction { emoji: emoji.to_owned(), users: vec![user] }),
    }
    Ok(true)
}

fn remove_reaction(reactions: &mut Vec<Reaction>, emoji: &str, user: UserId) -> bool {
    let Some(at) = reactions.iter().position(|reaction| reaction.emoji == emoji) else { return false };
    let users = &mut reactions[at].users;
    let before = users.len();
    users.retain(|other| *other != user);
    let removed = users.len() < before;
    if users.is_empty() {
        reactions.remove(at);
    }
    removed
}

/// # Errors
/// `too_many`
async fn room_for_pin(db: &mut SqliteConnection, conversation: ConversationId) -> Result<()> {
    let sql = "SELECT COUNT(*) FROM messages WHERE conversation_id = ? AND pinned_at IS NOT NULL";
    let pins: i64 = sqlx::query_scalar(sql).bind(conversation.0).fetch_one(db).await?;
    if pins < limits::PINS as i64 { Ok(()) } else { Err(Code::TooMany.into()) }
}

/// What has to go with a body that is another now.
async fn follow(db: &mut SqliteConnection, before: &Sealed, after: &Sealed, action: &Action) -> Result<()> {
    match action {
        Action::Edit(_) => {
            versions::keep(db, before).await?;
            files::keep_named(db, after).await?;
        }
        Action::Delete => return forget(db, before).await,
        _ => {}
    }
    search::reindex(db, before.conversation, before.seq).await
}

/// Whatever else is kept of a message whose body is gone goes too.
pub(super) async fn forget(db: &mut SqliteConnection, message: &Sealed) -> Result<()> {
    versions::forget(db, message).await?;
    polls::forget(db, message).await?;
    files::forget(db, message).await?;
    search::reindex(db, message.conversation, message.seq).await
}

/// Replaces what is kept of a message, which has taken its conversation's next change.
pub(super) async fn store(db: &mut SqliteConnection, message: &Sealed) -> Result<()> {
    let reactions = if message.reactions.is_empty() { None } else { Some(json(&message.reactions)?) };
    let votes = message.votes.as_ref().map(json).transpose()?;
    let sql = "UPDATE conversations SET head_change = ? WHERE id = ?;
               UPDATE messages SET change = ?, edited_at = ?, pinned_at = ?, expires_at = ?, reactions = ?, votes = ?,
                   body = ?
               WHERE conversation_id = ? AND seq = ?";
    sqlx::query(sql)
        .bind(message.change.0)
        .bind(message.conversation.0)
        .bind(message.change.0)
        .bind(message.edited_at)
        .bind(message.pinned_at)
        .bind(message.expires_at)
        .bind(reactions)
        .bind(votes)
        .bind(message.body.get())
        .bind(message.conversation.0)
        .bind(message.seq.0)
        .execute(db)
        .await?;
    Ok(())
}

/// One that changed nothing too: sent again later, it must not undo what was done since.
async fn remember(db: &mut SqliteConnection, draft: &ChangeDraft, change: Change, now: Millis) -> Result<()> {
    let sql = "INSERT INTO changes_done (client_id, user_id, conversation_id, seq, change, created_at)
               VALUES (?, ?, ?, ?, ?, ?)";
    sqlx::query(sql)
        .bind(draft.client_id.0)
        .bind(draft.user.0)
        .bind(draft.conversation.0)
        .bind(draft.seq.0)
        .bind(change.0)
        .bind(now)
        .execute(db)
        .await?;
    Ok(())
}
