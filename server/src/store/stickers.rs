//! Packs of stickers, and which sticker is what. Which packs somebody has installed is one of their settings.

use kith_shared::problem::Code;
use kith_shared::sticker::{CONTENT_TYPES, Pack, Packs, PacksQuery, Sticker};
use kith_shared::{FileId, Millis, PackId, UserId, limits};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::files::{StoredFile, file_id, put};
use super::search::fold::fold;
use super::writer::json;
use super::{Store, UserRow, user};
use crate::error::{Error, Result};

/// Pack, title, revision, how many stickers, and of its author: id, username, display name, whether it is a bot, picture.
type PackRow =
    (Uuid, String, i64, u32, Option<Uuid>, Option<String>, Option<String>, Option<bool>, Option<Vec<u8>>);
/// Pack, hash, emoji, content type, size, width, height.
type StickerRow = (Uuid, Vec<u8>, String, String, i64, u32, u32);

const PACK: &str =
    "SELECT p.id, p.title, p.revision, (SELECT COUNT(*) FROM stickers s WHERE s.pack_id = p.id),
        u.id, u.username, u.display_name, u.bot, u.avatar
    FROM sticker_packs p LEFT JOIN users u ON u.id = p.author_id";
const STICKER: &str = "s.pack_id, s.hash, s.emoji, f.content_type, f.size, f.width, f.height";

/// A sticker of the pack that comes with the server, its file stored.
pub struct OwnSticker {
    pub file: StoredFile,
    pub emoji: &'static str,
}

fn pack((id, title, revision, count, author, username, name, bot, avatar): PackRow) -> Pack {
    let author: Option<UserRow> =
        author.and_then(|author| Some((author, username?, name?, bot.unwrap_or_default(), avatar)));
    let (id, author) = (PackId(id), author.map(user));
    Pack { id, title, author, revision, count, stickers: Vec::new() }
}

fn sticker((_, hash, emoji, content_type, size, width, height): StickerRow) -> Result<Sticker> {
    Ok(Sticker { file: file_id(&hash)?, emoji, content_type, size, width, height })
}

impl Store {
    /// Packs there are, the newest first, with their first stickers.
    pub async fn packs(&self, query: &PacksQuery) -> Result<Packs> {
        let sql = format!(
            "{PACK} WHERE (?1 IS NULL OR p.id < ?1) AND (?2 IS NULL OR p.author_id = ?2)
               AND (?2 IS NOT NULL OR EXISTS (SELECT 1 FROM stickers s WHERE s.pack_id = p.id))
               AND (?3 IS NULL OR instr(p.folded, ?3) > 0
                    OR EXISTS (SELECT 1 FROM stickers s WHERE s.pack_id = p.id AND s.emoji = ?4))
             ORDER BY p.id DESC LIMIT ?5"
        );
        let asked = query.q.as_deref().map(str::trim).filter(|asked| !asked.is_empty());
        let mut tx = self.read.begin().await?;
        let found: Vec<PackRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(query.after.map(|after| after.0))
            .bind(query.by.map(|by| by.0))
            .bind(asked.map(fold))
            .bind(asked)
            .bind(limits::PAGE_PACKS + 1)
            .fetch_all(&mut *tx)
            .await?;
        let mut packs: Vec<Pack> = found.into_iter().map(pack).collect();
        let more = packs.len() > limits::PAGE_PACKS as usize;
        packs.truncate(limits::PAGE_PACKS as usize);
        preview(&mut tx, &mut packs).await?;
        Ok(Packs { packs, more })
    }

    /// Those of the packs that there are, in the order they are named, with their first stickers.
    pub async fn packs_named(&self, ids: &[PackId]) -> Result<Vec<Pack>> {
        let sql = format!("{PACK} JOIN json_each(?) i ON p.id = unhex(i.value) ORDER BY i.key");
        let ids: Vec<_> = ids.iter().map(|id| id.0.simple()).collect();
        let mut tx = self.read.begin().await?;
        let found: Vec<PackRow> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(json(&ids)?).fetch_all(&mut *tx).await?;
        let mut packs: Vec<Pack> = found.into_iter().map(pack).collect();
        preview(&mut tx, &mut packs).await?;
        Ok(packs)
    }

    /// A pack with all its stickers.
    ///
    /// # Errors
    /// `pack_not_found`
    pub async fn pack(&self, id: PackId) -> Result<Pack> {
        whole(&mut *self.read.begin().await?, id).await
    }

    /// A pack, and where the files of its stickers lie, in their order.
    ///
    /// # Errors
    /// `pack_not_found`
    pub async fn pack_files(&self, id: PackId) -> Result<(Pack, Vec<String>)> {
        let mut tx = self.read.begin().await?;
        let pack = whole(&mut tx, id).await?;
        let sql = "SELECT f.object FROM stickers s JOIN files f ON f.hash = s.hash
                   WHERE s.pack_id = ? ORDER BY s.place";
        let objects = sqlx::query_scalar(sql).bind(id.0).fetch_all(&mut *tx).await?;
        Ok((pack, objects))
    }

    /// A new pack of `me`, with a valid title.
    ///
    /// # Errors
    /// `too_many`
    pub async fn create_pack(&self, me: UserId, title: &str) -> Result<Pack> {
        let mut tx = self.begin().await?;
        let sql = "SELECT COUNT(*) FROM sticker_packs WHERE author_id = ?";
        let made: i64 = sqlx::query_scalar(sql).bind(me.0).fetch_one(&mut *tx).await?;
        if made >= limits::PACKS_MADE {
            return Err(Code::TooMany.into());
        }
        let id = PackId(Uuid::now_v7());
        let sql = "INSERT INTO sticker_packs (id, author_id, title, folded, revision) VALUES (?, ?, ?, ?, 1)";
        let query = sqlx::query(sql).bind(id.0).bind(me.0).bind(title).bind(fold(title));
        query.execute(&mut *tx).await?;
        let pack = whole(&mut tx, id).await?;
        tx.commit().await?;
        Ok(pack)
    }

    /// Gives a pack of `me` another title, which is valid.
    ///
    /// # Errors
    /// `pack_not_found`, `not_yours`
    pub async fn rename_pack(&self, me: UserId, id: PackId, title: &str) -> Result<Pack> {
        let mut tx = self.begin().await?;
        revise(&mut tx, me, id).await?;
        let sql = "UPDATE sticker_packs SET title = ?, folded = ? WHERE id = ?";
        sqlx::query(sql).bind(title).bind(fold(title)).bind(id.0).execute(&mut *tx).await?;
        let pack = whole(&mut tx, id).await?;
        tx.commit().await?;
        Ok(pack)
    }

    /// Takes a pack of `me` away. Its stickers stay in the messages that carry them.
    ///
    /// # Errors
    /// `pack_not_found`, `not_yours`
    pub async fn delete_pack(&self, me: UserId, id: PackId) -> Result<()> {
        let mut tx = self.begin().await?;
        revise(&mut tx, me, id).await?;
        sqlx::query("DELETE FROM sticker_packs WHERE id = ?").bind(id.0).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// Puts a file that `me` has brought at the end of their pack; what is in it already gets another emoji.
    ///
    /// # Errors
    /// `pack_not_found`, `not_yours`, `file_not_found`, `invalid_sticker`, `too_many`
    pub async fn put_sticker(&self, me: UserId, id: PackId, file: FileId, emoji: &str) -> Result<Pack> {
        let mut tx = self.begin().await?;
        revise(&mut tx, me, id).await?;
        expect_sticker(&mut tx, me, file).await?;
        let sql = "INSERT INTO stickers (pack_id, hash, place, emoji)
                   SELECT ?1, ?2, COALESCE(MAX(place), 0) + 1, ?3 FROM stickers WHERE pack_id = ?1
                   ON CONFLICT (pack_id, hash) DO UPDATE SET emoji = excluded.emoji";
        sqlx::query(sql).bind(id.0).bind(file.0.to_vec()).bind(emoji).execute(&mut *tx).await?;
        let pack = whole(&mut tx, id).await?;
        if pack.count > limits::PACK_STICKERS {
            return Err(Code::TooMany.into());
        }
        tx.commit().await?;
        Ok(pack)
    }

    /// # Errors
    /// `pack_not_found`, `not_yours`, `sticker_not_found`
    pub async fn remove_sticker(&self, me: UserId, id: PackId, file: FileId) -> Result<Pack> {
        let mut tx = self.begin().await?;
        revise(&mut tx, me, id).await?;
        let sql = "DELETE FROM stickers WHERE pack_id = ? AND hash = ?";
        let gone = sqlx::query(sql).bind(id.0).bind(file.0.to_vec()).execute(&mut *tx).await?;
        if gone.rows_affected() == 0 {
            return Err(Code::StickerNotFound.into());
        }
        let pack = whole(&mut tx, id).await?;
        tx.commit().await?;
        Ok(pack)
    }

    /// A sticker of a pack, its file kept from being collected from now on.
    ///
    /// # Errors
    /// `sticker_not_found`
    pub async fn touch_sticker(&self, id: PackId, file: FileId, now: Millis) -> Result<Sticker> {
        let mut tx = self.begin().await?;
        let sql = format!(
            "SELECT {STICKER} FROM stickers s JOIN files f ON f.hash = s.hash WHERE s.pack_id = ? AND s.hash = ?"
        );
        let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id.0).bind(file.0.to_vec());
        let row: Option<StickerRow> = query.fetch_optional(&mut *tx).await?;
        let found = sticker(row.ok_or(Code::StickerNotFound)?)?;
        let sql = "UPDATE files SET touched_at = MAX(touched_at, ?) WHERE hash = ?";
        sqlx::query(sql).bind(now).bind(file.0.to_vec()).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// Puts the pack that comes with the server in the place of the one there was. Of files that were stored before,
    /// those stay; answers the objects that nothing names then.
    pub async fn put_own_pack(
        &self,
        title: &str,
        stickers: &[OwnSticker],
        now: Millis,
    ) -> Result<Vec<String>> {
        let mut tx = self.begin().await?;
        let id = PackId::OURS.0;
        let sql = "INSERT INTO sticker_packs (id, title, folded, revision) VALUES (?, ?, ?, 1)
                   ON CONFLICT (id) DO UPDATE SET title = excluded.title, folded = excluded.folded,
                       revision = revision + 1";
        sqlx::query(sql).bind(id).bind(title).bind(fold(title)).execute(&mut *tx).await?;
        sqlx::query("DELETE FROM stickers WHERE pack_id = ?").bind(id).execute(&mut *tx).await?;
        let mut unnamed = Vec::new();
        for (place, OwnSticker { file, emoji }) in (1_i64..).zip(stickers) {
            let stored = put(&mut tx, file, now).await?;
            unnamed.extend((stored.object != file.object).then(|| file.object.clone()));
            let sql = "INSERT INTO stickers (pack_id, hash, place, emoji) VALUES (?, ?, ?, ?)";
            let query = sqlx::query(sql).bind(id).bind(file.id.0.to_vec()).bind(place).bind(*emoji);
            query.execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(unnamed)
    }
}

/// A change of one's own pack.
///
/// # Errors
/// `pack_not_found`, `not_yours`
async fn revise(db: &mut SqliteConnection, me: UserId, id: PackId) -> Result<()> {
    let sql = "UPDATE sticker_packs SET revision = revision + 1 WHERE id = ? RETURNING author_id";
    let author: Option<Option<Uuid>> = sqlx::query_scalar(sql).bind(id.0).fetch_optional(db).await?;
    match author {
        None => Err(Code::PackNotFound.into()),
        Some(author) if author == Some(me.0) => Ok(()),
        Some(_) => Err(Code::NotYours.into()),
    }
}

async fn whole(db: &mut SqliteConnection, id: PackId) -> Result<Pack> {
    let sql = format!("{PACK} WHERE p.id = ?");
    let row: Option<PackRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id.0).fetch_optional(&mut *db).await?;
    let pack = pack(row.ok_or(Code::PackNotFound)?);
    let sql = format!(
        "SELECT {STICKER} FROM stickers s JOIN files f ON f.hash = s.hash WHERE s.pack_id = ? ORDER BY s.place"
    );
    let rows: Vec<StickerRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id.0).fetch_all(db).await?;
    let stickers = rows.into_iter().map(sticker).collect::<Result<_>>()?;
    Ok(Pack { stickers, ..pack })
}

/// Gives each of the packs its first stickers.
async fn preview(db: &mut SqliteConnection, packs: &mut [Pack]) -> Result<()> {
    let sql = format!(
        "SELECT {STICKER} FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY pack_id ORDER BY place) AS nth
             FROM stickers WHERE pack_id IN (SELECT unhex(value) FROM json_each(?))) s
         JOIN files f ON f.hash = s.hash WHERE s.nth <= ? ORDER BY s.nth"
    );
    let ids: Vec<_> = packs.iter().map(|pack| pack.id.0.simple()).collect();
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(json(&ids)?).bind(limits::PACK_PREVIEW);
    let rows: Vec<StickerRow> = query.fetch_all(db).await?;
    for row in rows {
        let of = row.0;
        let found = sticker(row)?;
        packs.iter_mut().filter(|pack| pack.id.0 == of).for_each(|pack| pack.stickers.push(found.clone()));
    }
    Ok(())
}

/// Whether a file may be a sticker. Its pixels are those it says it has: nothing decodes it.
///
/// # Errors
/// `file_not_found` where `me` has not brought it, `invalid_sticker`
async fn expect_sticker(db: &mut SqliteConnection, me: UserId, file: FileId) -> Result<()> {
    let sql = "SELECT f.content_type, f.size, f.width, f.height FROM files f
               JOIN file_holders h ON h.hash = f.hash WHERE f.hash = ? AND h.user_id = ?";
    let row: Option<(String, i64, Option<u32>, Option<u32>)> =
        sqlx::query_as(sql).bind(file.0.to_vec()).bind(me.0).fetch_optional(db).await?;
    let (content_type, size, width, height) = row.ok_or(Code::FileNotFound)?;
    let invalid = |detail: String| Err(Error::refused(Code::InvalidSticker, detail));
    if !CONTENT_TYPES.contains(&content_type.as_str()) {
        return invalid(format!("it is {content_type}"));
    }
    if size > limits::STICKER_BYTES {
        return invalid(format!("it has {size} bytes"));
    }
    let pixels = 1..=limits::STICKER_PIXELS;
    match width.zip(height) {
        Some((width, height)) if pixels.contains(&width) && pixels.contains(&height) => Ok(()),
        Some((width, height)) => invalid(format!("it has {width} by {height} pixels")),
        None => invalid("it does not say how large it is".to_owned()),
    }
}
