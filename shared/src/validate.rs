//! What is let in, decided once: the server refuses by it, the client says so before it asks.

use crate::limits;
use crate::message::Body;
use crate::problem::Code;

/// A username as it is stored and compared: lower case.
///
/// # Errors
/// `invalid_username` unless it has 3-32 of `a-z 0-9 . _ -` in either case.
pub fn username(text: &str) -> Result<String, Code> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if limits::USERNAME_CHARS.contains(&text.len()) && text.chars().all(allowed) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(Code::InvalidUsername)
    }
}

/// # Errors
/// `invalid_password` unless it has 8-256 characters.
pub fn password(text: &str) -> Result<(), Code> {
    if limits::PASSWORD_CHARS.contains(&text.chars().count()) { Ok(()) } else { Err(Code::InvalidPassword) }
}

/// A display name, trimmed.
///
/// # Errors
/// `invalid_display_name` unless 1-64 characters are left and none is a control character.
pub fn display_name(text: &str) -> Result<String, Code> {
    let text = text.trim();
    let fits = limits::DISPLAY_NAME_CHARS.contains(&text.chars().count());
    if fits && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err(Code::InvalidDisplayName)
    }
}

/// A message's body, its text trimmed.
///
/// # Errors
/// `empty_message` or `message_too_long`.
pub fn body(body: Body) -> Result<Body, Code> {
    let Body::Text { text } = body;
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Code::EmptyMessage);
    }
    if trimmed.chars().count() > limits::MESSAGE_CHARS {
        return Err(Code::MessageTooLong);
    }
    Ok(Body::Text { text: if trimmed.len() == text.len() { text } else { trimmed.to_owned() } })
}

/// # Errors
/// `invitation_not_found` for what can't be a token: one has 22 characters of URL-safe Base64.
pub fn invitation_token(text: &str) -> Result<&str, Code> {
    let allowed = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_');
    if text.len() == 22 && text.bytes().all(allowed) { Ok(text) } else { Err(Code::InvitationNotFound) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Body {
        Body::Text { text: text.to_owned() }
    }

    #[test]
    fn usernames_are_ascii_and_compared_without_case() {
        assert_eq!(username("Mia.K-9_"), Ok("mia.k-9_".to_owned()));
        for bad in ["", "ab", "mia k", "mía", "mia/../k", &"a".repeat(33)] {
            assert_eq!(username(bad), Err(Code::InvalidUsername), "{bad:?}");
        }
    }

    #[test]
    fn passwords_are_counted_in_characters() {
        assert_eq!(password("пароль12"), Ok(()));
        assert_eq!(password("seven77"), Err(Code::InvalidPassword));
        assert_eq!(password(&"x".repeat(257)), Err(Code::InvalidPassword));
    }

    #[test]
    fn display_names_are_trimmed_and_printable() {
        assert_eq!(display_name("  Mia K. "), Ok("Mia K.".to_owned()));
        assert_eq!(display_name("   "), Err(Code::InvalidDisplayName));
        assert_eq!(display_name("a\u{0}b"), Err(Code::InvalidDisplayName));
    }

    #[test]
    fn messages_are_trimmed_and_bounded() {
        assert_eq!(body(text(" hi\n")), Ok(text("hi")));
        assert_eq!(body(text(" \n\t ")), Err(Code::EmptyMessage));
        assert_eq!(
            body(text(&"é".repeat(limits::MESSAGE_CHARS))),
            Ok(text(&"é".repeat(limits::MESSAGE_CHARS)))
        );
        assert_eq!(body(text(&"é".repeat(limits::MESSAGE_CHARS + 1))), Err(Code::MessageTooLong));
    }

    #[test]
    fn a_token_can_stand_in_an_address_as_it_is() {
        assert!(invitation_token("AbCdEfGhIjKlMnOpQrSt-_").is_ok());
        assert!(invitation_token("../../../../etc/passwd").is_err());
    }
}
