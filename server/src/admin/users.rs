//! The users there are, as a table to read or as JSON for programs.

use cookie::time::OffsetDateTime;
use kith_shared::Millis;

use crate::error::Result;
use crate::store::Store;
use crate::store::administration::Account;

const HEADINGS: [&str; 6] =
    ["USERNAME", "DISPLAY NAME", "BOT", "REGISTERED (UTC)", "LAST SEEN (UTC)", "SESSIONS"];

pub(super) async fn list(store: &Store, json: bool) -> Result<String> {
    let accounts = store.accounts().await?;
    if json {
        let line = |account| Ok(serde_json::to_string(account)? + "\n");
        return accounts.iter().map(line).collect();
    }
    let headings = HEADINGS.map(str::to_owned);
    Ok(table(&Vec::from_iter([headings].into_iter().chain(accounts.into_iter().map(row)))))
}

fn row(account: Account) -> [String; 6] {
    let Account { username, display_name, bot, registered_at, last_seen, sessions } = account;
    let bot = if bot { "yes" } else { "" }.to_owned();
    let seen = last_seen.map_or_else(|| "never".to_owned(), minute);
    [username, display_name, bot, minute(registered_at), seen, sessions.to_string()]
}

/// Columns as wide as what is in them, two spaces apart.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// `2026-01-01 00:00`, in UTC.
fn minute(at: Millis) -> String {
    let Ok(at) = OffsetDateTime::from_unix_timestamp(at.div_euclid(1_000)) else { return "?".to_owned() };
    let (year, month, day, hour, minute) =
        (at.year(), u8::from(at.month()), at.day(), at.hour(), at.minute());
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_to_the_minute() {
        assert_eq!(minute(1_767_225_600_000), "2026-01-01 00:00");
        assert_eq!(minute(1_709_251_199_999), "2024-02-29 23:59");
        assert_eq!(minute(Millis::MAX), "?");
    }

    #[test]
    fn columns_stand_below_each_other_whatever_the_letters() {
        let rows = [["A", "B"], ["müller", "x"], ["é", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(table(&rows), "A       B\nmüller  x\né\n");
    }
}
