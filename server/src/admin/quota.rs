//! How much room one user's files may take.

use crate::error::Result;
use crate::store::Store;

/// As everywhere a person reads it: 1,024 times 1,024 bytes.
const MEGABYTE: i64 = 1 << 20;

/// What was asked for.
#[derive(Clone, Copy)]
pub(super) enum Quota {
    Megabytes(u32),
    None,
}

impl Quota {
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "none" => Ok(Self::None),
            number => number.parse().map(Self::Megabytes).map_err(|_| "it has to be a number, or none"),
        }
    }

    fn bytes(self) -> Option<i64> {
        match self {
            Self::Megabytes(megabytes) => Some(i64::from(megabytes) * MEGABYTE),
            Self::None => None,
        }
    }
}

pub(super) async fn show_or_set(store: &Store, quota: Option<Quota>) -> Result<String> {
    if let Some(quota) = quota {
        store.set_quota(quota.bytes()).await?;
    }
    Ok(match store.quota().await? {
        Some(bytes) => format!("{} MB: that much one user's files may take together\n", bytes / MEGABYTE),
        None => "none: files may take what room there is\n".to_owned(),
    })
}
