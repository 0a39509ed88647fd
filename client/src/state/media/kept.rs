//! Which files stay on this device: what was looked at last, as much as there is room for.

use kith_shared::read_by_fields;
use kith_shared::{ConversationId, FileId, Millis};
use serde::Serialize;

/// A file in Device Storage.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Kept {
    pub file: FileId,
    /// Bytes.
    pub size: i64,
    /// When it was last looked at.
    pub used: Millis,
    /// Where it was seen.
    pub conversation: ConversationId,
    /// A small picture. It stays longer than what it is of.
    pub thumb: bool,
    /// Of a message that was not sent yet: it is nowhere else.
    pub unsent: bool,
}

read_by_fields!(Kept { file, size, used, conversation, thumb, unsent });

/// Bytes of small pictures, which have their own room.
const THUMBS: i64 = 64 << 20;

/// What has to go so that no more than `budget` bytes stay, what was not looked at for longest first. What is unsent, and
/// what `stays` says, stays whatever it takes.
pub fn room_for(budget: i64, mut kept: Vec<Kept>, stays: impl Fn(&Kept) -> bool) -> Vec<FileId> {
    kept.sort_by_key(|file| std::cmp::Reverse(file.used));
    let (mut room, mut small) = (budget, THUMBS.min(budget));
    let mut gone = Vec::new();
    for file in kept {
        let room = if file.thumb { &mut small } else { &mut room };
        *room -= file.size;
        if *room < 0 && !file.unsent && !stays(&file) {
            // What goes takes no room from those that were looked at before it and are smaller.
            *room += file.size;
            gone.push(file.file);
        }
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(name: u8, size: i64, used: Millis) -> Kept {
        let conversation = ConversationId(uuid::Uuid::nil());
        Kept { file: FileId([name; 32]), size, used, conversation, thumb: false, unsent: false }
    }

    fn gone(budget: i64, files: Vec<Kept>) -> Vec<u8> {
        let pinned = |file: &Kept| file.file == FileId([9; 32]);
        room_for(budget, files, pinned).iter().map(|file| file.0[0]).collect()
    }

    #[test]
    fn what_was_not_looked_at_for_longest_goes_first() {
        let files = vec![kept(1, 40, 10), kept(2, 40, 30), kept(3, 40, 20)];
        assert_eq!(gone(120, files.clone()), [0; 0]);
        assert_eq!(gone(100, files.clone()), [1]);
        assert_eq!(gone(50, files.clone()), [3, 1]);
        assert_eq!(gone(0, files), [2, 3, 1]);
    }

    #[test]
    fn what_is_unsent_or_pinned_never_goes_and_small_pictures_stay_longer() {
        let unsent = Kept { unsent: true, ..kept(1, 500, 1) };
        let thumb = Kept { thumb: true, ..kept(2, 50, 2) };
        assert_eq!(gone(100, vec![unsent, kept(9, 50, 3), thumb, kept(3, 60, 90)]), [0; 0]);
    }

    #[test]
    fn what_is_too_large_alone_does_not_take_the_others_along() {
        assert_eq!(gone(100, vec![kept(1, 500, 9), kept(2, 50, 3), kept(3, 50, 2)]), [1]);
    }
}
