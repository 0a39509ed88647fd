//! How far each bot's address has heard of each of its conversations. The messages themselves are where they are: what
//! lies above a cursor is what has to be delivered.

use kith_shared::bot::Bot;
use kith_shared::limits::DELIVERY_LIFE;
use kith_shared::{Change, ConversationId, Millis, UserId};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::Store;
use super::bots::own_bot;
use crate::error::Result;
use crate::time::millis;

/// Longest pause between two tries.
const LONGEST_PAUSE: Millis = 3_600_000;

/// Something of a conversation that a bot's address may not have heard of.
#[derive(Clone)]
pub struct Due {
    pub bot: UserId,
    pub conversation: ConversationId,
    pub delivered: Change,
    pub url: String,
    pub secret: String,
    pub next_try_at: Millis,
}

/// What a try led to.
pub enum Outcome {
    /// Heard of, or nothing to hear of, up to this change.
    Delivered(Change),
    /// Not now; this change is the one that was tried.
    Failed(Change, String),
    /// The receiver says that it is gone.
    Gone,
}

type DueRow = (Uuid, Uuid, i64, String, String, Millis);

impl Store {
    /// Sets where a bot's messages are posted to, from the next one on; `None` ends that.
    ///
    /// # Errors
    /// `bot_not_found`
    pub async fn set_outgoing(&self, me: UserId, bot: UserId, to: Option<(&str, &str)>) -> Result<Bot> {
        let mut tx = self.begin().await?;
        own_bot(&mut tx, me, bot).await?;
        let sql =
            "UPDATE bots SET url = ?, secret = ?, stopped = 0, failed_at = NULL, failure = NULL, given_up = 0
                   WHERE user_id = ?";
        let (url, secret) = to.unzip();
        sqlx::query(sql).bind(url).bind(secret).bind(bot.0).execute(&mut *tx).await?;
        sqlx::query("DELETE FROM deliveries WHERE bot_id = ?").bind(bot.0).execute(&mut *tx).await?;
        if to.is_some() {
            let sql = "INSERT INTO deliveries (bot_id, conversation_id, delivered)
                       SELECT m.user_id, c.id, c.head_change
                       FROM members m JOIN conversations c ON c.id = m.conversation_id WHERE m.user_id = ?";
            sqlx::query(sql).bind(bot.0).execute(&mut *tx).await?;
        }
        let bot = own_bot(&mut tx, me, bot).await?;
        tx.commit().await?;
        Ok(bot)
    }

    /// What has to be delivered now or later, what is due first coming first.
    pub async fn deliveries_due(&self) -> Result<Vec<Due>> {
        let sql = "SELECT d.bot_id, d.conversation_id, d.delivered, b.url, b.secret, d.next_try_at
                   FROM deliveries d
                   JOIN bots b ON b.user_id = d.bot_id AND b.url IS NOT NULL AND NOT b.stopped
                   JOIN conversations c ON c.id = d.conversation_id AND c.head_change > d.delivered
                   ORDER BY d.next_try_at";
        let rows: Vec<DueRow> = sqlx::query_as(sql).fetch_all(&self.background).await?;
        let due = |(bot, conversation, delivered, url, secret, next_try_at)| Due {
            bot: UserId(bot),
            conversation: ConversationId(conversation),
            delivered: Change(delivered),
            url,
            secret,
            next_try_at,
        };
        Ok(rows.into_iter().map(due).collect())
    }

    /// Remembers what several tries led to, in one transaction. One for an address that was set anew meanwhile says
    /// nothing of the new one, and is let go.
    pub async fn record_deliveries(&self, outcomes: &[(Due, Outcome)], now: Millis) -> Result<()> {
        let mut tx = self.begin().await?;
        for (due, outcome) in outcomes {
            let sql = "SELECT 1 FROM bots WHERE user_id = ? AND secret = ?";
            let current: Option<i64> =
                sqlx::query_scalar(sql).bind(due.bot.0).bind(&due.secret).fetch_optional(&mut *tx).await?;
            if current.is_none() {
                continue;
            }
            match outcome {
                Outcome::Delivered(change) => advance(&mut tx, due, *change).await?,
                Outcome::Failed(change, reason) => fail(&mut tx, due, *change, reason, now).await?,
                Outcome::Gone => {
                    blame(&mut tx, due, "the receiver answered 410: it is gone", false, now).await?;
                    let sql = "UPDATE bots SET stopped = 1 WHERE user_id = ?";
                    sqlx::query(sql).bind(due.bot.0).execute(&mut *tx).await?;
                }
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

async fn advance(db: &mut SqliteConnection, due: &Due, change: Change) -> Result<()> {
    let sql = "UPDATE deliveries SET delivered = ?, tries = 0, failing_since = NULL, next_try_at = 0
               WHERE bot_id = ? AND conversation_id = ?";
    sqlx::query(sql).bind(change.0).bind(due.bot.0).bind(due.conversation.0).execute(db).await?;
    Ok(())
}

/// Tries again after a pause that doubles, or gives the message up.
async fn fail(db: &mut SqliteConnection, due: &Due, change: Change, reason: &str, now: Millis) -> Result<()> {
    let sql = "UPDATE deliveries SET tries = tries + 1, failing_since = coalesce(failing_since, ?1),
                   next_try_at = ?1 + min(1000 << min(tries, 20), ?2)
               WHERE bot_id = ?3 AND conversation_id = ?4 RETURNING failing_since";
    let failing = sqlx::query_scalar(sql).bind(now).bind(LONGEST_PAUSE).bind(due.bot.0);
    let since: Option<Millis> = failing.bind(due.conversation.0).fetch_optional(&mut *db).await?;
    let given_up = since.is_some_and(|since| now - since >= millis(DELIVERY_LIFE));
    if given_up {
        advance(db, due, change).await?;
    }
    blame(db, due, reason, given_up, now).await
}

async fn blame(
    db: &mut SqliteConnection,
    due: &Due,
    reason: &str,
    given_up: bool,
    now: Millis,
) -> Result<()> {
    let sql = "UPDATE bots SET failed_at = ?, failure = ?, given_up = ? WHERE user_id = ?";
    sqlx::query(sql).bind(now).bind(reason).bind(given_up).bind(due.bot.0).execute(db).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A store with a bot whose address has not heard of two messages, and who owns the bot.
    async fn waiting(folder: &std::path::Path) -> (Store, UserId) {
        let store = Store::open(folder).await.unwrap();
        let mia = store.create_user(("mia", "Mia"), "", None).await.unwrap().id;
        let bot = store.create_bot(mia, "robo", "Robo", b"hash").await.unwrap().user.id;
        store.set_outgoing(mia, bot, Some(("https://example.org", "secret"))).await.unwrap();
        // The dialog is opened after, so that the cursor is the trigger's.
        store.open_direct(mia, bot).await.unwrap();
        sqlx::query("UPDATE conversations SET head_change = 2").execute(&store.write).await.unwrap();
        (store, mia)
    }

    async fn due(store: &Store) -> Due {
        let due = store.deliveries_due().await.unwrap();
        assert_eq!(due.len(), 1);
        due[0].clone()
    }

    async fn fail_at(store: &Store, now: Millis) {
        let failed = Outcome::Failed(Change(1), "it is down".to_owned());
        store.record_deliveries(&[(due(store).await, failed)], now).await.unwrap();
    }

    #[tokio::test]
    async fn pauses_double_up_to_an_hour_and_after_a_day_a_message_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let (store, mia) = waiting(folder.path()).await;
        let day = millis(DELIVERY_LIFE);
        for pause in [1_000, 2_000, 4_000] {
            fail_at(&store, 7_000).await;
            assert_eq!(due(&store).await.next_try_at, 7_000 + pause);
        }
        for _ in 0..60 {
            fail_at(&store, 7_000 + day - 1).await;
        }
        assert_eq!(due(&store).await.next_try_at, 7_000 + day - 1 + LONGEST_PAUSE);
        assert_eq!(due(&store).await.delivered, Change(0), "it is still tried");

        fail_at(&store, 7_000 + day).await;
        let next = due(&store).await;
        assert_eq!((next.delivered, next.next_try_at), (Change(1), 0), "the next one has a day of its own");
        let outgoing = store.bots(mia).await.unwrap().remove(0).outgoing.unwrap();
        assert!(outgoing.failure.is_some_and(|failure| failure.given_up));
    }

    #[tokio::test]
    async fn what_an_address_led_to_says_nothing_of_the_one_set_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let (store, mia) = waiting(folder.path()).await;
        let before = due(&store).await;
        let to = Some(("https://example.org", "another secret"));
        store.set_outgoing(mia, before.bot, to).await.unwrap();
        store.record_deliveries(&[(before.clone(), Outcome::Gone)], 7_000).await.unwrap();
        store.record_deliveries(&[(before, Outcome::Delivered(Change(1)))], 7_000).await.unwrap();
        assert!(store.deliveries_due().await.unwrap().is_empty(), "it begins with what is new");
        let outgoing = store.bots(mia).await.unwrap().remove(0).outgoing.unwrap();
        assert!(!outgoing.stopped && outgoing.failure.is_none());
    }
}
