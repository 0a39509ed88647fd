//! Setting one of a user's settings, over REST or the socket: the user's devices hear of it.

use kith_shared::frame::ServerFrame;
use kith_shared::setting::{PRESENCE, SetSetting, Setting};
use kith_shared::{ClientId, UserId, validate};

use crate::app::App;
use crate::bus::Event;
use crate::error::{Error, Result};
use crate::presence;

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
    revise(app, user, key, client_id, move |_| Ok(value)).await
}

/// Sets a setting to what is made of what it was; see [`set`].
///
/// # Errors
/// `too_many`, and what `revise` refuses.
pub async fn revise(
    app: &App,
    user: UserId,
    key: String,
    client_id: Option<ClientId>,
    revise: impl FnOnce(Option<&str>) -> Result<Option<String>> + Send + 'static,
) -> Result<Outcome> {
    let (of, app) = (app.clone(), app.clone());
    let setting = of.sessions.spawn(async move {
        let (setting, told) = app.store.set(user, &key, revise).await?;
        if told {
            obey(&app, user, &setting).await;
            let frame = ServerFrame::Setting { setting: setting.clone(), client_id };
            app.bus.publish(Event::Users { users: vec![user], frame });
        }
        Ok(Outcome { setting, told })
    });
    setting.await.map_err(|_| Error::GoingDown)?
}

/// What the user wants told or not is so before they are answered.
async fn obey(app: &App, user: UserId, setting: &Setting) {
    app.hub.learn(user, setting);
    if setting.key == PRESENCE {
        presence::announce(app, user).await;
    }
}
