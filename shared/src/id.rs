//! Ids and counters, each its own type so that one can't stand where another is meant.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

/// Milliseconds since the Unix epoch, UTC.
pub type Millis = i64;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Id).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    };
}

/// Reads an id. What serde does for UUIDs says at length what is wrong with one, which a client need not be able to.
struct Id;

impl Visitor<'_> for Id {
    type Value = Uuid;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a UUID")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Uuid, E> {
        Uuid::try_parse(text).map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}

uuid_id!(
    /// A person with an account. UUIDv7, made by the server.
    UserId
);
uuid_id!(
    /// A direct dialog or a group. UUIDv7, made by the server.
    ConversationId
);
uuid_id!(
    /// One logged-in device. UUIDv7, made by the server; not the secret token itself.
    SessionId
);
uuid_id!(
    /// An invitation link. UUIDv7, made by the server; not the secret token itself.
    InvitationId
);
uuid_id!(
    /// A webhook of a bot. UUIDv7, made by the server; not the secret token itself.
    WebhookId
);
uuid_id!(
    /// A file on its way to the server. UUIDv7, made by the server.
    UploadId
);
uuid_id!(
    /// A pack of stickers. UUIDv7, made by the server.
    PackId
);
impl PackId {
    /// The one that comes with every server.
    pub const OURS: Self = Self(Uuid::from_u128(0x019a_3f00_0000_7000_8000_0000_4b69_7468));
}
uuid_id!(
    /// Made by a device (UUIDv7) once per message, and once per change of one. Sending it twice is doing it once.
    ClientId
);

macro_rules! counter {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// Before the first: no message, no change yet.
            pub const ZERO: Self = Self(0);

            /// The one that follows, without a hole.
            #[must_use]
            pub fn next(self) -> Self {
                Self(self.0 + 1)
            }

            /// The one before; `ZERO` stays `ZERO`.
            #[must_use]
            pub fn previous(self) -> Self {
                Self((self.0 - 1).max(0))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

counter!(
    /// A message's place in its conversation: dense, 1, 2, 3, …; 0 stands before the first.
    Seq
);
impl Seq {
    /// Whether it stands before the first message.
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }
}

counter!(
    /// A conversation's change number: every new message, edit, deletion and reaction takes the next one; dense; 0 stands
    /// before the first. A user's settings have theirs.
    Change
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_counters_are_plain_values_on_the_wire() {
        let id: UserId = "0190d3a2-7b1c-7e4f-8a55-0123456789ab".parse().unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"0190d3a2-7b1c-7e4f-8a55-0123456789ab\"");
        assert_eq!(serde_json::to_string(&Seq(7)).unwrap(), "7");
        assert!("not-an-id".parse::<UserId>().is_err());
    }

    #[test]
    fn counters_never_fall_below_zero() {
        assert_eq!(Seq::ZERO.previous(), Seq::ZERO);
        assert_eq!(Seq(4).next().previous(), Seq(4));
    }
}
