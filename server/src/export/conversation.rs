//! A conversation and its messages, a page at a time: however long it is, it takes little memory.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use kith_shared::message::Message;
use kith_shared::{ConversationId, Seq, UserId};
use serde::Serialize;

use super::files::Files;
use super::write_json;
use crate::error::{Error, Result};
use crate::store::Store;

/// A message as it is on the wire, and what who sent it is called.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    message: &'a Message,
    /// Nobody is called anything who is no user any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_username: Option<&'a str>,
}

/// Writes one that is there still, as `reader` sees it: as pages of it are served, that is all of it to each of its
/// members. Answers how many messages it has.
pub(super) async fn write(
    store: &Store,
    id: ConversationId,
    reader: Option<UserId>,
    files: &mut Files<'_>,
    folder: &Path,
) -> Result<Option<u64>> {
    let Some(conversation) = store.exported_conversation(id).await? else { return Ok(None) };
    if let Some(avatar) = conversation.avatar {
        files.bring(avatar).await?;
    }
    let folder = folder.join("conversations");
    write_json(&folder.join(format!("{id}.json")), &conversation)?;
    let file = folder.join(format!("{id}.messages.jsonl"));
    let mut lines =
        BufWriter::new(File::create(&file).map_err(|error| Error::of_file("made", &file, error))?);
    let (mut after, mut count, mut names) = (Seq::ZERO, 0, HashMap::new());
    loop {
        let page = store.exported_messages(id, after, reader).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        learn(store, &page, &mut names).await?;
        for message in &page {
            let sender_username = names.get(&message.sender).map(String::as_str);
            let mut line = serde_json::to_vec(&Line { message, sender_username })?;
            line.push(b'\n');
            lines.write_all(&line).map_err(|error| Error::of_file("written", &file, error))?;
            for carried in message.body.file_ids() {
                files.bring(carried).await?;
            }
            count += 1;
        }
    }
    lines.flush().map_err(|error| Error::of_file("written", &file, error))?;
    Ok(Some(count))
}

/// What the senders of a page are called, those nobody has asked for yet.
async fn learn(store: &Store, page: &[Message], names: &mut HashMap<UserId, String>) -> Result<()> {
    let mut unknown: Vec<UserId> =
        page.iter().map(|message| message.sender).filter(|sender| !names.contains_key(sender)).collect();
    unknown.sort_unstable();
    unknown.dedup();
    if !unknown.is_empty() {
        names.extend(store.usernames(&unknown).await?);
    }
    Ok(())
}
