//! Avatars: a square of a picture, brought as all files are.

use kith_shared::ConversationId;
use kith_shared::user::SetAvatar;
use web_sys::File;

use super::super::{Engine, rest};
use super::picture::Picture;
use super::tus;
use crate::state::{Crop, Failure};

impl Engine {
    /// Gives the user another picture, or a group; without one, takes it away.
    ///
    /// # Errors
    /// What the server refused, or that it can't be reached; [`Failure::Picture`] for what the browser can't read.
    pub async fn set_avatar(
        &self,
        group: Option<ConversationId>,
        picture: Option<(File, Crop)>,
    ) -> Result<(), Failure> {
        let file = match picture {
            Some((file, crop)) => {
                let drawn = Picture::of(&file).await.ok_or(Failure::Picture)?;
                let square = drawn.cropped(crop).await.ok_or(Failure::Picture)?;
                Some(tus::bring(&square).await?)
            }
            None => None,
        };
        let body = SetAvatar { file };
        if let Some(group) = group {
            self.answered(rest::set_group_avatar(group, body).await?);
            return Ok(());
        }
        self.set_profile(rest::set_avatar(body).await?);
        Ok(())
    }
}
