//! What is let in, decided once: the server refuses by it, the client says so before it asks.

use crate::Millis;
use crate::limits;
use crate::media::Attachment;
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

/// A message's body, its texts trimmed. A preview of what it does not link to is left out.
///
/// # Errors
/// `empty_message`, `message_too_long`, `invalid_poll`, or `invalid_body` for what the server alone writes.
pub fn body(body: Body) -> Result<Body, Code> {
    match body {
        Body::Text { text, reply_to, forwarded, files, preview } => {
            let text = caption(text)?;
            if text.is_empty() && files.is_empty() {
                return Err(Code::EmptyMessage);
            }
            let (files, preview) = (attachments(files)?, preview.filter(|preview| preview.is_of(&text)));
            Ok(Body::Text { text, reply_to, forwarded, files, preview })
        }
        // What is said of it is found out by the server.
        Body::Sticker(_) => Ok(body),
        Body::Poll { question, options, multiple, .. } => poll(&question, &options, multiple),
        // Nobody writes a message that is gone: one becomes it.
        Body::Deleted | Body::Expired => Err(Code::EmptyMessage),
        Body::Notice(_) => Err(Code::InvalidBody),
    }
}

/// A text that may be none, where there is something else, trimmed.
///
/// # Errors
/// `message_too_long`
pub fn caption(text: String) -> Result<String, Code> {
    let trimmed = text.trim();
    if trimmed.chars().count() > limits::MESSAGE_CHARS {
        return Err(Code::MessageTooLong);
    }
    Ok(if trimmed.len() == text.len() { text } else { trimmed.to_owned() })
}

/// What a message carries, each file with a name that can stand anywhere.
///
/// # Errors
/// `invalid_attachment` for more files than a message carries, the same one twice, or what can't be said of one.
fn attachments(mut files: Vec<Attachment>) -> Result<Vec<Attachment>, Code> {
    let twice =
        files.iter().enumerate().any(|(place, file)| files[..place].iter().any(|it| it.file == file.file));
    if files.len() > limits::ATTACHMENTS || twice || !files.iter().all(can_be_said) {
        return Err(Code::InvalidAttachment);
    }
    for file in &mut files {
        file.name = file_name(&file.name);
    }
    Ok(files)
}

fn can_be_said(of: &Attachment) -> bool {
    let longest = limits::DURATION.as_millis();
    let duration =
        of.duration.is_none_or(|millis| u128::try_from(millis).is_ok_and(|millis| millis <= longest));
    let pixels = of.width.is_some() == of.height.is_some() && of.width != Some(0) && of.height != Some(0);
    let bytes = |text: &Option<String>, most| text.as_deref().is_none_or(|text| is_base64(text, most));
    duration
        && pixels
        && bytes(&of.thumbhash, limits::THUMBHASH_BYTES)
        && bytes(&of.waveform, limits::WAVEFORM_BYTES)
}

/// Whether a text is Base64, without padding or with it, of at most so many bytes.
fn is_base64(text: &str, most: usize) -> bool {
    let digits = text.trim_end_matches('=');
    let allowed = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/');
    text.len() - digits.len() <= 2 && digits.len() * 3 / 4 <= most && digits.bytes().all(allowed)
}

/// A file's name as it is shown and saved by: the last part of a path, nothing in it that can't be seen or turns what
/// follows it around, and not longer than can be saved; what is cut off is not its ending. `file` where nothing is left.
pub fn file_name(text: &str) -> String {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control() && !turns(*c)).collect();
    let name = plain.trim().trim_start_matches('.');
    if name.is_empty() {
        return "file".to_owned();
    }
    let ending = name.rfind('.').map_or("", |dot| &name[dot..]);
    let ending = if ending.chars().count() > limits::FILE_NAME_CHARS / 2 { "" } else { ending };
    let room = limits::FILE_NAME_CHARS - ending.chars().count();
    let stem = &name[..name.len() - ending.len()];
    let stem: String = stem.chars().take(room).collect();
    stem + ending
}

/// Whether a character, not seen itself, turns around what stands beside it.
pub fn turns(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// An open poll: none is written closed.
fn poll(question: &str, options: &[String], multiple: bool) -> Result<Body, Code> {
    let question = question.trim();
    let options: Vec<&str> = options.iter().map(|option| option.trim()).collect();
    let fits = limits::POLL_QUESTION_CHARS.contains(&question.chars().count())
        && limits::POLL_OPTIONS.contains(&options.len())
        && options.iter().all(|option| limits::POLL_OPTION_CHARS.contains(&option.chars().count()));
    let twice = options.iter().enumerate().any(|(place, option)| options[..place].contains(option));
    if !fits || twice {
        return Err(Code::InvalidPoll);
    }
    let options = options.into_iter().map(str::to_owned).collect();
    Ok(Body::Poll { question: question.to_owned(), options, multiple, closed: false })
}

/// What is chosen of a poll, ascending and each once.
///
/// # Errors
/// `invalid_vote` for what the poll does not have, or for several where one alone may be chosen.
pub fn vote(mut chosen: Vec<u32>, options: usize, multiple: bool) -> Result<Vec<u32>, Code> {
    chosen.sort_unstable();
    chosen.dedup();
    let there = chosen.last().is_none_or(|last| (*last as usize) < options);
    if there && (multiple || chosen.len() <= 1) { Ok(chosen) } else { Err(Code::InvalidVote) }
}

/// A group's title, trimmed.
///
/// # Errors
/// `invalid_title` unless 1-64 characters are left and none is a control character.
pub fn title(text: &str) -> Result<String, Code> {
    display_name(text).map_err(|_| Code::InvalidTitle)
}

/// A group's description, trimmed; `None` for an empty one.
///
/// # Errors
/// `invalid_description` when it has more than 500 characters, or control characters other than line breaks.
pub fn description(text: &str) -> Result<Option<String>, Code> {
    let text = text.trim();
    let strange = |c: char| c.is_control() && c != '\n';
    if text.chars().count() > limits::DESCRIPTION_CHARS || text.chars().any(strange) {
        return Err(Code::InvalidDescription);
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// After how many milliseconds messages disappear.
///
/// # Errors
/// `invalid_timer` unless it is 5 seconds to a year.
pub fn timer(after: Millis) -> Result<(), Code> {
    let fits = |after: u128| limits::TIMER.contains(&std::time::Duration::from_millis(after as u64));
    if u128::try_from(after).is_ok_and(fits) { Ok(()) } else { Err(Code::InvalidTimer) }
}

/// # Errors
/// `invalid_emoji` for what is too long to be one, or has letters, spaces or control characters in it.
pub fn emoji(text: &str) -> Result<(), Code> {
    let strange = |c: char| c.is_ascii_alphabetic() || c.is_whitespace() || c.is_control();
    let fits = (1..=limits::EMOJI_BYTES).contains(&text.len());
    if fits && !text.is_ascii() && !text.chars().any(strange) { Ok(()) } else { Err(Code::InvalidEmoji) }
}

/// # Errors
/// `invalid_setting` unless the key has 1-80 of `a-z 0-9 _ - /` and the value at most 16 KiB.
pub fn setting(key: &str, value: Option<&str>) -> Result<(), Code> {
    let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'_' | b'-' | b'/');
    let key_fits = (1..=limits::SETTING_KEY_BYTES).contains(&key.len()) && key.bytes().all(allowed);
    let value_fits = value.is_none_or(|value| value.len() <= limits::SETTING_VALUE_BYTES);
    if key_fits && value_fits { Ok(()) } else { Err(Code::InvalidSetting) }
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
        Body::text(text)
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
    fn a_description_may_have_lines_or_be_none_at_all() {
        assert_eq!(
            description(" Saturdays.\nBring a kite. "),
            Ok(Some("Saturdays.\nBring a kite.".to_owned()))
        );
        assert_eq!(description(" \n"), Ok(None));
        for bad in ["a\u{7}b", &"x".repeat(501)] {
            assert_eq!(description(bad), Err(Code::InvalidDescription), "{bad:?}");
        }
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

    fn carrying(text: &str, files: Vec<Attachment>) -> Body {
        Body::Text { text: text.to_owned(), reply_to: None, forwarded: false, files, preview: None }
    }

    fn attachment(byte: u8) -> Attachment {
        let text = format!(r#"{{"file": "{}", "name": "a.png"}}"#, crate::FileId([byte; 32]));
        crate::json::read(&text).unwrap()
    }

    #[test]
    fn a_message_with_files_needs_no_text() {
        assert_eq!(body(carrying(" ", vec![attachment(1)])), Ok(carrying("", vec![attachment(1)])));
        let eleven = (0..11).map(attachment).collect();
        for files in [eleven, vec![attachment(1), attachment(1)]] {
            assert_eq!(body(carrying("look", files)), Err(Code::InvalidAttachment));
        }
    }

    #[test]
    fn what_is_said_of_a_file_fits() {
        let with = |change: &dyn Fn(&mut Attachment)| {
            let mut file = attachment(1);
            change(&mut file);
            body(carrying("", vec![file]))
        };
        assert!(with(&|file| file.waveform = Some("AAAA".repeat(33))).is_ok());
        for change in [
            &(|file: &mut Attachment| file.waveform = Some("AAAA".repeat(34))) as &dyn Fn(&mut Attachment),
            &|file| file.thumbhash = Some("<b>".to_owned()),
            &|file| file.duration = Some(-1),
            &|file| file.width = Some(7),
            &|file| (file.width, file.height) = (Some(0), Some(7)),
        ] {
            assert_eq!(with(change), Err(Code::InvalidAttachment));
        }
    }

    #[test]
    fn a_files_name_can_be_saved_and_shows_what_it_is() {
        for (name, plain) in [
            ("photo.jpg", "photo.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\mia\\cat.png", "cat.png"),
            ("\u{202e}gpj.exe", "gpj.exe"),
            ("تقرير\u{200f}.pdf", "تقرير.pdf"),
            (" a\u{0}b\n.txt ", "ab.txt"),
            ("", "file"),
            ("..", "file"),
            (".bashrc", "bashrc"),
        ] {
            assert_eq!(file_name(name), plain, "{name:?}");
        }
        let long = file_name(&format!("{}.tar.gz", "é".repeat(300)));
        assert_eq!((long.chars().count(), long.ends_with(".gz")), (200, true));
        assert_eq!(file_name(&format!("a.{}", "b".repeat(300))).chars().count(), 200);
    }

    fn asks(question: &str, options: &[&str]) -> Result<Body, Code> {
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        body(Body::Poll { question: question.to_owned(), options, multiple: true, closed: true })
    }

    #[test]
    fn a_poll_has_a_question_and_different_options_and_begins_open() {
        let options = vec!["By train".to_owned(), "By boat".to_owned()];
        let open = Body::Poll { question: "How?".to_owned(), options, multiple: true, closed: false };
        assert_eq!(asks(" How? ", &["By train", " By boat\n"]), Ok(open));
        let long = "x".repeat(101);
        for (question, options) in [
            (" ", &["a", "b"][..]),
            (&"x".repeat(301), &["a", "b"]),
            ("How?", &["a"]),
            ("How?", &["a", " a "]),
            ("How?", &["a", " "]),
            ("How?", &["a", &long]),
            ("How?", &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"]),
        ] {
            assert_eq!(asks(question, options), Err(Code::InvalidPoll), "{question:?} {options:?}");
        }
    }

    #[test]
    fn a_vote_is_of_options_there_are() {
        assert_eq!(vote(vec![2, 0, 2], 3, true), Ok(vec![0, 2]));
        assert_eq!(vote(Vec::new(), 3, false), Ok(Vec::new()));
        for (chosen, multiple) in [(vec![3], true), (vec![0, 1], false), (vec![0, u32::MAX], true)] {
            assert_eq!(vote(chosen.clone(), 3, multiple), Err(Code::InvalidVote), "{chosen:?}");
        }
    }

    #[test]
    fn an_emoji_is_one_and_not_a_word() {
        for good in ["👍", "👩‍🚀", "❤️", "1️⃣"] {
            assert_eq!(emoji(good), Ok(()), "{good}");
        }
        for bad in ["", "ok", "👍 ", "👍a", "7", &"👍".repeat(9)] {
            assert_eq!(emoji(bad), Err(Code::InvalidEmoji), "{bad:?}");
        }
    }

    #[test]
    fn a_setting_has_a_plain_name_and_room_for_a_draft() {
        assert_eq!(setting("draft/0190d3a2-7b1c-7e4f-8a55-0123456789ab", Some(&"x".repeat(16_000))), Ok(()));
        for (key, value) in [("", None), ("Theme", None), ("a b", None), ("theme", Some("x".repeat(20_000)))]
        {
            assert_eq!(setting(key, value.as_deref()), Err(Code::InvalidSetting), "{key:?}");
        }
    }

    #[test]
    fn a_token_can_stand_in_an_address_as_it_is() {
        assert!(invitation_token("AbCdEfGhIjKlMnOpQrSt-_").is_ok());
        assert!(invitation_token("../../../../etc/passwd").is_err());
    }
}
