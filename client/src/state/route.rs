//! What is on the screen, in the address bar, and behind Back.

use kith_shared::{ConversationId, Seq, validate};

/// One place of the app.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// `/`: the Contact List; on a wide screen with an empty Dialog beside it.
    #[default]
    Conversations,
    /// `/c/{id}`
    Dialog(ConversationId),
    /// `/c/{id}/details`
    Details(ConversationId),
    /// `/group`: making a new one.
    NewGroup,
    /// `/c/{id}/{seq}`: the Dialog at one of its messages.
    Message(ConversationId, Seq),
    /// `/friends`: requests, adding by username, invitation links.
    Friends,
    /// `/invite/{token}`: an opened invitation link.
    Invitation(String),
    /// `/settings`
    Settings,
    /// `/notes`: leads to one's notes to self.
    Notes,
    /// `/share`: choosing where goes what another app has handed over.
    Share,
}

impl Route {
    /// The place an address names; the Contact List for one that names none.
    pub fn parse(path: &str) -> Self {
        let mut parts = path.trim_matches('/').split('/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("c"), Some(id), Some("details")) => id.parse().map_or(Self::Conversations, Self::Details),
            (Some("group"), None, None) => Self::NewGroup,
            (Some("c"), Some(id), seq) => match (id.parse(), seq.map(str::parse)) {
                (Ok(id), None) => Self::Dialog(id),
                (Ok(id), Some(Ok(seq))) if seq > 0 => Self::Message(id, Seq(seq)),
                _ => Self::Conversations,
            },
            (Some("friends"), None, None) => Self::Friends,
            (Some("settings"), None, None) => Self::Settings,
            (Some("notes"), None, None) => Self::Notes,
            (Some("share"), None, None) => Self::Share,
            (Some("invite"), Some(token), None) if validate::invitation_token(token).is_ok() => {
                Self::Invitation(token.to_owned())
            }
            _ => Self::Conversations,
        }
    }

    /// The conversation whose Dialog this is.
    pub fn conversation(&self) -> Option<ConversationId> {
        match self {
            Self::Dialog(id) | Self::Message(id, _) => Some(*id),
            _ => None,
        }
    }

    /// The address of this place.
    pub fn path(&self) -> String {
        match self {
            Self::Conversations => "/".to_owned(),
            Self::Dialog(id) => format!("/c/{id}"),
            Self::Details(id) => format!("/c/{id}/details"),
            Self::NewGroup => "/group".to_owned(),
            Self::Message(id, seq) => format!("/c/{id}/{seq}"),
            Self::Friends => "/friends".to_owned(),
            Self::Invitation(token) => format!("/invite/{token}"),
            Self::Settings => "/settings".to_owned(),
            Self::Notes => "/notes".to_owned(),
            Self::Share => "/share".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_found_again_by_its_address() {
        let id = "0190d3a2-7b1c-7e4f-8a55-0123456789ab".parse().unwrap();
        let token = "AbCdEfGhIjKlMnOpQrSt-_".to_owned();
        let routes = [
            Route::Conversations,
            Route::Dialog(id),
            Route::Details(id),
            Route::NewGroup,
            Route::Message(id, Seq(4_711)),
            Route::Friends,
            Route::Invitation(token),
            Route::Settings,
            Route::Notes,
            Route::Share,
        ];
        for route in routes {
            assert_eq!(Route::parse(&route.path()), route);
        }
    }

    #[test]
    fn a_strange_address_opens_the_contact_list() {
        for path in ["/c/not-an-id", "/invite/x", "/nowhere", "//", "/settings/more", "/c/not-an-id/7"] {
            assert_eq!(Route::parse(path), Route::Conversations, "{path}");
        }
    }
}
