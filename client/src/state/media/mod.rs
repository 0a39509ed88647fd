//! Files: those on their way to the server, those kept on this device, how several are laid out.

mod crop;
mod kept;
mod rules;
mod upload;
#[cfg(test)]
mod upload_tests;
mod zoom;

pub use crop::{CLOSEST, Crop};
pub use kept::{Kept, room_for};
pub use rules::{BUDGETS, LARGEST, Rules, SIZES};
pub use upload::{Upload, UploadStep};
pub use zoom::Zoom;
