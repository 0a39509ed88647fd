//! What is brought to this device without being asked for, and how much of it stays.

use kith_shared::media::{Attachment, FileKind};
use kith_shared::read_by_fields;
use serde::Serialize;

/// The settings of this device, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rules {
    /// Up to what size each kind comes by itself.
    pub photos: i64,
    pub sounds: i64,
    pub videos: i64,
    pub files: i64,
    /// How much stays.
    pub budget: i64,
}

read_by_fields!(Rules { photos, sounds, videos, files, budget });

const MIB: i64 = 1 << 20;

/// What one can choose from, for what comes by itself; with the first, nothing does.
pub const SIZES: [i64; 4] = [0, MIB, 8 * MIB, 64 * MIB];
/// And for how much stays.
pub const BUDGETS: [i64; 4] = [64 * MIB, 256 * MIB, 512 * MIB, 2048 * MIB];

/// Larger ones are not kept: their hash could be checked only with all of them in memory.
pub const LARGEST: i64 = 64 * MIB;

impl Rules {
    /// What stands until the user says otherwise. `quota`: what the browser lets Kith store, if it says.
    pub fn new(quota: Option<i64>) -> Self {
        let budget = quota.map_or(BUDGETS[2], |quota| BUDGETS[2].min(quota / 10));
        Self { photos: 8 * MIB, sounds: 8 * MIB, videos: 0, files: 0, budget }
    }

    /// Whether a file comes by itself. `saves`: the user has asked the browser to save data.
    pub fn brings(&self, file: &Attachment, saves: bool) -> bool {
        let most = match file.kind {
            FileKind::Photo => self.photos,
            FileKind::Audio | FileKind::Voice => self.sounds,
            FileKind::Video => self.videos,
            FileKind::File => self.files,
        };
        !saves && file.size <= most.min(LARGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_by_itself_where_its_kind_and_size_may_and_no_data_is_saved() {
        let text = format!(
            r#"{{"file": "{}", "name": "a", "kind": "photo", "size": {}}}"#,
            kith_shared::FileId([7; 32]),
            2 * MIB
        );
        let photo: Attachment = kith_shared::json::read(&text).unwrap();
        let rules = Rules::new(None);
        assert!(rules.brings(&photo, false) && !rules.brings(&photo, true));
        assert!(!Rules { photos: MIB, ..rules }.brings(&photo, false));
        assert!(!rules.brings(&Attachment { kind: FileKind::File, ..photo.clone() }, false));
        assert!(
            !Rules { files: i64::MAX, ..rules }
                .brings(&Attachment { kind: FileKind::File, size: LARGEST + 1, ..photo }, false)
        );
    }

    #[test]
    fn a_small_disk_is_not_filled() {
        assert_eq!(Rules::new(Some(1_000 * MIB)).budget, 100 * MIB);
        assert_eq!(Rules::new(Some(1_000_000 * MIB)).budget, 512 * MIB);
        assert_eq!(Rules::new(None).budget, 512 * MIB);
    }
}
