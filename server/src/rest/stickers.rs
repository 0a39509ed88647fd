//! Packs of stickers: what there is, what one has installed, and making them.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use futures_util::{StreamExt, TryStreamExt, stream};
use kith_shared::problem::Code;
use kith_shared::sticker::{NamePack, OrderPacks, Pack, Packs, PacksQuery, PutSticker, reorder};
use kith_shared::{FileId, PackId, archive, limits, routes, validate};
use sha2::{Digest, Sha256};

use super::extract::{Json, Path, Query};
use super::session::Authenticated;
use crate::app::App;
use crate::error::{Error, Result};
use crate::media::Storage;
use crate::media::answer::{said, value};
use crate::media::headers::matches;
use crate::stickers;

pub fn router() -> Router<App> {
    Router::new()
        .route(routes::PACKS, get(list).post(create))
        .route(routes::PACK, get(pack).patch(rename).delete(remove))
        .route(routes::PACK_ARCHIVE, get(download))
        .route(routes::PACK_STICKER, put(put_sticker).delete(remove_sticker))
        .route(routes::INSTALLED, get(installed).put(order))
        .route(routes::INSTALLED_PACK, put(install).delete(uninstall))
}

async fn list(
    State(app): State<App>,
    _: Authenticated,
    Query(query): Query<PacksQuery>,
) -> Result<Json<Packs>> {
    if query.q.as_deref().is_some_and(|q| q.chars().count() > limits::SEARCH_CHARS) {
        return Err(Code::InvalidQuery.into());
    }
    ready(&app).await?;
    Ok(Json(app.store.packs(&query).await?))
}

async fn pack(State(app): State<App>, _: Authenticated, Path(id): Path<PackId>) -> Result<Json<Pack>> {
    ready(&app).await?;
    Ok(Json(app.store.pack(id).await?))
}

async fn create(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Json(NamePack { title }): Json<NamePack>,
) -> Result<(StatusCode, Json<Pack>)> {
    let pack = app.store.create_pack(session.user.id, &validate::title(&title)?).await?;
    Ok((StatusCode::CREATED, Json(pack)))
}

async fn rename(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(id): Path<PackId>,
    Json(NamePack { title }): Json<NamePack>,
) -> Result<Json<Pack>> {
    Ok(Json(app.store.rename_pack(session.user.id, id, &validate::title(&title)?).await?))
}

async fn remove(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(id): Path<PackId>,
) -> Result<StatusCode> {
    app.store.delete_pack(session.user.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn put_sticker(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path((id, file)): Path<(PackId, FileId)>,
    Json(PutSticker { emoji }): Json<PutSticker>,
) -> Result<Json<Pack>> {
    validate::emoji(&emoji)?;
    Ok(Json(app.store.put_sticker(session.user.id, id, file, &emoji).await?))
}

async fn remove_sticker(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path((id, file)): Path<(PackId, FileId)>,
) -> Result<Json<Pack>> {
    Ok(Json(app.store.remove_sticker(session.user.id, id, file).await?))
}

async fn installed(State(app): State<App>, Authenticated(session): Authenticated) -> Result<Json<Vec<Pack>>> {
    ready(&app).await?;
    let ids = stickers::installed_by(&app, session.user.id).await?;
    Ok(Json(app.store.packs_named(&ids).await?))
}

async fn order(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Json(OrderPacks { packs: wanted }): Json<OrderPacks>,
) -> Result<StatusCode> {
    stickers::change(&app, session.user.id, move |packs| reorder(packs, &wanted)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn install(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(id): Path<PackId>,
) -> Result<StatusCode> {
    ready(&app).await?;
    stickers::install(&app, session.user.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn uninstall(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(id): Path<PackId>,
) -> Result<StatusCode> {
    stickers::change(&app, session.user.id, move |packs| packs.retain(|pack| *pack != id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn ready(app: &App) -> Result<()> {
    app.own_stickers.are_there(&app.store, &app.media.files.storage).await
}

/// All of a pack: `pack.json` first, then each file by its name. The tag says what is in `pack.json`, which names the
/// files by what is in them.
async fn download(
    State(app): State<App>,
    _: Authenticated,
    Path(id): Path<PackId>,
    request: HeaderMap,
) -> Result<Response> {
    ready(&app).await?;
    let (pack, objects) = app.store.pack_files(id).await?;
    let about = serde_json::to_vec(&pack)?;
    let tag = format!("\"{}\"", FileId(Sha256::digest(&about).into()));
    let mut headers = HeaderMap::new();
    headers.insert(header::ETAG, value(&tag)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("cookie, authorization"));
    if said(&request, &header::IF_NONE_MATCH).is_some_and(|tags| matches(tags, &tag)) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let sizes = pack.stickers.iter().map(|sticker| sticker.size.unsigned_abs());
    let length = archive::length(sizes.chain([about.len() as u64]));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-tar"));
    let storage = app.media.files.storage.clone();
    let parts = stream::iter(parts(&pack, objects, about)).then(move |part| open(storage.clone(), part));
    // Ends with the server, as any file does.
    let bytes = parts.try_flatten().take_until(app.media.files.stop.clone().cancelled_owned());
    Ok((headers, Body::from_stream(bytes)).into_response())
}

/// A part of an archive.
enum Part {
    Bytes(Bytes),
    /// An object, and how many bytes it has.
    File(String, u64),
}

fn parts(pack: &Pack, objects: Vec<String>, about: Vec<u8>) -> Vec<Part> {
    let zeros = |size| Part::Bytes(Bytes::from_static(&archive::END[..archive::padding(size)]));
    let header = |name: &str, size| Part::Bytes(Bytes::copy_from_slice(&archive::header(name, size)));
    let size = about.len() as u64;
    let mut parts = vec![header("pack.json", size), Part::Bytes(about.into()), zeros(size)];
    for (sticker, object) in pack.stickers.iter().zip(objects) {
        let size = sticker.size.unsigned_abs();
        parts.extend([header(&sticker.file.to_string(), size), Part::File(object, size), zeros(size)]);
    }
    parts.push(Part::Bytes(Bytes::from_static(&archive::END)));
    parts
}

async fn open(
    storage: Storage,
    part: Part,
) -> Result<stream::BoxStream<'static, Result<Bytes, std::io::Error>>, std::io::Error> {
    match part {
        Part::Bytes(bytes) => Ok(stream::once(async move { Ok(bytes) }).boxed()),
        Part::File(object, size) => storage.read(&object, 0..size).await.map_err(|error: Error| {
            tracing::error!(%error, "a sticker can't be read");
            std::io::Error::other(error)
        }),
    }
}
