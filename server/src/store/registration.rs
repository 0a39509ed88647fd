//! Who may register.

use clap::ValueEnum;
use kith_shared::problem::Code;
use sqlx::SqliteConnection;

use super::Store;
use crate::error::{Error, Result};
use crate::time;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Registration {
    /// Whoever reaches the server.
    Open,
    /// Whoever has an invitation link that can still be used, a friend's or a group's.
    Invitation,
    /// Nobody.
    Closed,
}

impl Registration {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invitation => "invitation",
            Self::Closed => "closed",
        }
    }

    fn read(text: &str) -> Result<Self> {
        let found = Self::value_variants().iter().find(|mode| mode.as_str() == text);
        found.copied().ok_or_else(|| Error::Corrupt(format!("registration is {text}")))
    }
}

impl Store {
    pub async fn registration(&self) -> Result<Registration> {
        mode(&mut *self.read.acquire().await?).await
    }

    pub async fn set_registration(&self, mode: Registration) -> Result<()> {
        let set = sqlx::query("UPDATE registration SET mode = ?").bind(mode.as_str());
        set.execute(&self.write).await?;
        Ok(())
    }
}

/// Read at every registration: another process may have set it.
async fn mode(db: &mut SqliteConnection) -> Result<Registration> {
    let text: String = sqlx::query_scalar("SELECT mode FROM registration").fetch_one(db).await?;
    Registration::read(&text)
}

/// Lets somebody register, in the transaction that makes their account: a link makes no more accounts than may use it,
/// however many try at once. Its use is taken by becoming friends or coming into the group, as ever.
///
/// # Errors
/// `registration_closed`; `invitation_required`, also where the link is used up, expired, or unknown
pub(super) async fn admit(db: &mut SqliteConnection, invitation: Option<&str>) -> Result<()> {
    match mode(&mut *db).await? {
        Registration::Open => Ok(()),
        Registration::Closed => Err(Code::RegistrationClosed.into()),
        Registration::Invitation => {
            let sql = "UPDATE invitations SET registrations = registrations + 1
                       WHERE token = ? AND expires_at > ? AND uses < max_uses AND registrations < max_uses";
            let made = sqlx::query(sql).bind(invitation).bind(time::now()).execute(db).await?;
            if made.rows_affected() == 0 { Err(Code::InvitationRequired.into()) } else { Ok(()) }
        }
    }
}
