//! Setting one of a user's settings, over REST or the socket: the user's devices hear of it.

use kith_shared::frame::ServerFrame;
use kith_shared::setting::{SetSetting, Setting};
use kith_shared::{ClientId, UserId, validate};

use crate::app::App;
use crate::bus::Event;
use crate::error::{Error, Result};

/// How a setting stands after it was set.
pub struct Outcome {
    pub setting: Setting,
    /// Every device of the user's is told, the asking one among them; otherwise it was so already.
    pub told: bool,
}

/// Goes on to its end even when whoever asked goes away meanwhile: what is durable is published.
///
/// # Errors
/// `invalid_setting`, `too_many`
pub async fn set(app: &App, user: UserId, set: SetSetting, client_id: Option<ClientId>) -> Result<Outcome> {
    let SetSetting { key, value } = set;
    validate::setting(&key, value.as_deref())?;
    let (store, bus) = (app.store.clone(), app.bus.clone());
    let setting = app.sessions.spawn(async move {
        let (setting, told) = store.set(user, &key, value.as_deref()).await?;
        if told {
            let frame = ServerFrame::Setting { setting: setting.clone(), client_id };
            bus.publish(Event::Users { users: vec![user], frame });
        }
        Ok(Outcome { setting, told })
    });
    setting.await.map_err(|_| Error::GoingDown)?
}
