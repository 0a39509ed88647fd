//! What a server keeps of a person themselves: nothing that lets anybody in, and nothing that is others'.

use std::path::Path;

use kith_shared::Millis;
use kith_shared::setting::Setting;
use kith_shared::user::User;
use serde::Serialize;

use super::files::Files;
use super::write_json;
use crate::error::Result;
use crate::store::Store;

#[derive(Serialize)]
struct Profile<'a> {
    #[serde(flatten)]
    user: &'a User,
    created_at: Millis,
}

/// A session without what a server knows of its connection only while it runs.
#[derive(Serialize)]
struct Session {
    id: kith_shared::SessionId,
    #[serde(skip_serializing_if = "Option::is_none")]
    browser: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<String>,
    created_at: Millis,
    used_at: Millis,
}

pub(super) async fn write(store: &Store, user: &User, files: &mut Files<'_>, folder: &Path) -> Result<()> {
    let profile = Profile { user, created_at: store.user_since(user.id).await? };
    write_json(&folder.join("profile.json"), &profile)?;
    if let Some(avatar) = user.avatar {
        files.bring(avatar).await?;
    }
    write_json(&folder.join("contacts.json"), &store.contacts(user.id).await?)?;
    let sessions = store.sessions(user.id).await?.into_iter().map(|own| Session {
        id: own.id,
        browser: own.browser,
        system: own.system,
        created_at: own.created_at,
        used_at: own.used_at,
    });
    write_json(&folder.join("sessions.json"), &sessions.collect::<Vec<_>>())?;
    write_json(&folder.join("settings.json"), &settings(store, user).await?)
}

/// All that are set.
async fn settings(store: &Store, user: &User) -> Result<Vec<Setting>> {
    let mut page = store.settings(user.id, None).await?;
    let mut settings = page.settings;
    while page.more {
        page = store.settings(user.id, Some(page.head)).await?;
        settings.append(&mut page.settings);
    }
    settings.retain(|setting| setting.value.is_some());
    Ok(settings)
}
