//! Files, for whoever may have them: by their session, or by an address that was signed for them and ends soon.

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use kith_shared::media::FileQuery;
use kith_shared::problem::Code;
use kith_shared::{FileId, routes};

use super::extract::{Path, Query};
use super::session::Authenticated;
use crate::app::App;
use crate::error::Result;
use crate::media::answer::{Asked, answer};
use crate::media::signature::Signed;
use crate::media::{Files, Media};
use crate::store::files::StoredFile;
use crate::time;

pub fn router() -> Router<App> {
    Router::new().route(routes::FILE, get(file)).merge(by_signature())
}

/// What a server of files alone has.
pub fn by_signature<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Files: FromRef<S>,
{
    Router::new().route(routes::MEDIA, get(signed))
}

async fn file(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(id): Path<FileId>,
    Query(FileQuery { name }): Query<FileQuery>,
    request: HeaderMap,
) -> Result<Response> {
    let file = app.store.file(session.user.id, id).await?.ok_or(Code::FileNotFound)?;
    if let Some(origin) = &app.media.origin {
        return elsewhere(&app.media, origin, &file, name.as_deref());
    }
    let asked = Asked {
        file: id,
        object: &file.object,
        size: u64::try_from(file.size).unwrap_or(0),
        content_type: &file.content_type,
        name: name.as_deref(),
        policy: "same-origin",
    };
    let mut response = answer(&app.media.files, asked, &request).await?;
    // Another user of the same browser asks anew.
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("cookie, authorization"));
    Ok(response)
}

/// To where it is served from, by an address that is good for a while.
fn elsewhere(media: &Media, origin: &str, file: &StoredFile, name: Option<&str>) -> Result<Response> {
    let address = media.files.signer.address(file, name.unwrap_or_default(), time::now())?;
    let mut response = Redirect::temporary(&format!("{origin}{address}")).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// No session and no database: what serves this may stand anywhere.
async fn signed(
    State(files): State<Files>,
    Path(object): Path<String>,
    Query(signed): Query<Signed>,
    request: HeaderMap,
) -> Result<Response> {
    files.signer.check(&object, &signed, time::now())?;
    let asked = Asked {
        file: signed.file,
        object: &object,
        size: files.storage.size(&object).await?,
        content_type: &signed.content_type,
        name: Some(&signed.name),
        policy: "cross-origin",
    };
    let mut response = answer(&files, asked, &request).await?;
    // The app reads it from its own origin; who has the address has the file.
    let anybody = HeaderName::from_static("access-control-allow-origin");
    response.headers_mut().insert(anybody, HeaderValue::from_static("*"));
    Ok(response)
}
