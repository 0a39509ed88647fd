//! Uploads by the tus protocol, so that any program that speaks it brings files too:
//! <https://tus.io/protocols/resumable-upload>.

use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use kith_shared::media::tus;
use kith_shared::problem::Code;
use kith_shared::{UploadId, limits, routes};

use super::extract::Path;
use super::session::Authenticated;
use crate::app::App;
use crate::error::{Error, Result};
use crate::media::headers::{CHECKSUM, METADATA, checksum, metadata, number, said};
use crate::media::uploads::Incoming;
use crate::store::uploads::Upload;

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const FILE: HeaderName = HeaderName::from_static(tus::FILE);
/// For who can send no method but `POST`.
const METHOD: HeaderName = HeaderName::from_static("x-http-method-override");
const CONTENT_TYPE: &str = "application/offset+octet-stream";

pub fn router() -> Router<App> {
    Router::new()
        .route(routes::UPLOADS, post(begin).options(options))
        .route(routes::UPLOAD, post(instead).options(options).head(stands).patch(append).delete(give_up))
        .layer(axum::middleware::map_response(speaks_tus))
}

/// Every answer says which version it is.
async fn speaks_tus(mut response: Response) -> Response {
    let version = HeaderValue::from_static(tus::VERSION);
    if response.status() == StatusCode::PRECONDITION_FAILED {
        response.headers_mut().insert("tus-version", version.clone());
    }
    response.headers_mut().insert(RESUMABLE, version);
    response
}

/// What this server can do.
async fn options() -> impl IntoResponse {
    let headers = [
        ("tus-version", tus::VERSION.to_owned()),
        ("tus-extension", tus::EXTENSIONS.to_owned()),
        ("tus-checksum-algorithm", tus::CHECKSUMS.to_owned()),
        ("tus-max-size", limits::FILE_BYTES.to_string()),
    ];
    (StatusCode::NO_CONTENT, headers)
}

async fn begin(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    headers: HeaderMap,
) -> Result<Response> {
    expect_version(&headers)?;
    let length = number(&headers, &LENGTH)?;
    let metadata = said(&headers, &METADATA)?.map(metadata).transpose()?.map(str::to_owned);
    let upload = app.media.uploads.begin(session.user.id, length, metadata).await?;
    let location = [(header::LOCATION, routes::upload(upload.id))];
    Ok((StatusCode::CREATED, location, where_it_stands(&upload)).into_response())
}

async fn stands(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
) -> Result<Response> {
    expect_version(&headers)?;
    let upload = app.media.uploads.stands(session.user.id, id).await?;
    let mut answer = where_it_stands(&upload);
    answer.insert(LENGTH, HeaderValue::from(upload.length));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(metadata) = upload.metadata.as_deref().and_then(|said| HeaderValue::from_str(said).ok()) {
        answer.insert(METADATA, metadata);
    }
    Ok((StatusCode::OK, answer).into_response())
}

async fn append(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(id): Path<UploadId>,
    request: Request,
) -> Result<Response> {
    let headers = request.headers();
    expect_version(headers)?;
    if said(headers, &header::CONTENT_TYPE)? != Some(CONTENT_TYPE) {
        return Err(Error::refused(Code::UnsupportedMediaType, format_args!("it has to be {CONTENT_TYPE}")));
    }
    let incoming = Incoming {
        offset: number(headers, &OFFSET)?,
        checksum: said(headers, &CHECKSUM)?.map(checksum).transpose()?,
        length: said(headers, &header::CONTENT_LENGTH)?.and_then(|length| length.parse().ok()),
        body: request.into_body(),
    };
    let upload = app.media.uploads.append(session.user.id, id, incoming).await?;
    Ok((StatusCode::NO_CONTENT, where_it_stands(&upload)).into_response())
}

async fn give_up(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
) -> Result<StatusCode> {
    expect_version(&headers)?;
    app.media.uploads.give_up(session.user.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST` for another method, which it names.
async fn instead(
    app: State<App>,
    session: Authenticated,
    id: Path<UploadId>,
    request: Request,
) -> Result<Response> {
    match said(request.headers(), &METHOD)?.map(|method| method.parse()) {
        Some(Ok(Method::PATCH)) => append(app, session, id, request).await,
        Some(Ok(Method::DELETE)) => {
            give_up(app, session, id, request.headers().clone()).await.map(IntoResponse::into_response)
        }
        _ => Err(Code::MethodNotAllowed.into()),
    }
}

/// # Errors
/// `wrong_version`
fn expect_version(headers: &HeaderMap) -> Result<()> {
    match said(headers, &RESUMABLE)? {
        Some(tus::VERSION) => Ok(()),
        _ => Err(Code::WrongVersion.into()),
    }
}

fn where_it_stands(upload: &Upload) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(OFFSET, HeaderValue::from(upload.offset));
    let expires_at = UNIX_EPOCH + Duration::from_millis(u64::try_from(upload.expires_at).unwrap_or(0));
    let ends = HeaderValue::from_str(&httpdate::fmt_http_date(expires_at));
    headers.extend(ends.ok().map(|ends| (EXPIRES, ends)));
    let file = upload.hash.filter(|_| upload.whole).map(|file| HeaderValue::from_str(&file.to_string()));
    headers.extend(file.and_then(Result::ok).map(|file| (FILE, file)));
    headers
}
