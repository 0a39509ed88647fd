//! What happened to a group, told among its messages.

use serde::{Deserialize, Serialize};

use crate::UserId;
use crate::json::{self, Fields};
use crate::read_by_fields;

/// The server writes it, in the transaction of what it tells of; the message's sender is who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notice {
    pub what: What,
    /// What the sender was called then.
    pub by: String,
    /// Whom it concerns, at most [`NOTICE_NAMES`](crate::limits::NOTICE_NAMES).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<Named>,
    /// How many more it concerns.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: u32,
    /// The group's new title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl Notice {
    /// Reads it where it stands: it shares an object with the kind of body it is.
    pub(crate) fn of(fields: &Fields<'_>) -> json::Result<Self> {
        Ok(Self {
            what: fields.read("what")?,
            by: fields.read("by")?,
            users: fields.list("users")?,
            more: fields.read_or_default("more")?,
            title: fields.read("title")?,
        })
    }
}

fn is_zero(more: &u32) -> bool {
    *more == 0
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Made the group.
    Made,
    Added,
    /// Joined by an invitation link.
    Joined,
    /// Left; as the owner, to the user who is it from now on.
    Left,
    Removed,
    /// Gave the group its title.
    Named,
    /// Gave it another description, or took it away.
    Described,
    /// Made the user an admin.
    Admin,
    /// Made the user a plain member again.
    Member,
    /// Handed the group over to the user.
    Owner,
}

/// Somebody as they were called then: they may be called otherwise now, or be no member any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Named {
    pub user: UserId,
    pub name: String,
}

read_by_fields!(Named { user, name });

#[cfg(test)]
mod tests {
    use crate::message::Body;

    use super::*;

    #[test]
    fn a_notice_is_a_body_and_read_as_it_was_written() {
        let user = UserId(uuid::Uuid::nil());
        let mut notice = Notice {
            what: What::Added,
            by: "Mia".to_owned(),
            users: vec![Named { user, name: "Leo".to_owned() }],
            more: 12,
            title: None,
        };
        for text in [
            format!(
                r#"{{"kind":"notice","what":"added","by":"Mia","users":[{{"user":"{user}","name":"Leo"}}],"more":12}}"#
            ),
            r#"{"kind":"notice","what":"named","by":"Mia","title":"Kites"}"#.to_owned(),
        ] {
            let body = Body::Notice(Box::new(notice.clone()));
            assert_eq!(serde_json::to_string(&body).unwrap(), text);
            assert_eq!(serde_json::from_str::<Body>(&text).unwrap(), body);
            let title = Some("Kites".to_owned());
            notice = Notice { what: What::Named, users: Vec::new(), more: 0, title, ..notice };
        }
    }
}
