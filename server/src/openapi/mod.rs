//! The API describes itself: an OpenAPI document made from the wire's types, and the same as a page to read.

mod call;
mod calls;
mod page;
mod schema;

use std::sync::LazyLock;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::get;
use kith_shared::bot::{Delivery, Reply};
use kith_shared::frame::{ClientFrame, ServerFrame};
use kith_shared::problem::Problem;
use kith_shared::push::Push;
use kith_shared::routes;
use kith_shared::search::Has;
use utoipa::openapi::schema::ComponentsBuilder;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Info, OpenApi, Paths};

use self::call::{BEARER, COOKIE, Schemas};
use crate::app::App;
use crate::error::Result;

const ABOUT: &str = "The REST API of a Kith server. What happens is told over the WebSocket, in the frames ClientFrame \
    and ServerFrame; docs/protocol.md says how the two go together. Errors are RFC 9457 problem details: act on `code`.";

static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(document);

pub fn router() -> Router<App> {
    Router::new()
        .route(routes::OPENAPI, get(json))
        .route(routes::DOCS, get(page))
        .route(routes::DOCS_STYLE, get(style))
}

async fn json() -> impl IntoResponse {
    axum::Json(&*DOCUMENT)
}

async fn page() -> Result<impl IntoResponse> {
    let document = serde_json::to_value(&*DOCUMENT)?;
    Ok(axum::response::Html(page::render(&document)))
}

async fn style() -> impl IntoResponse {
    let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"))];
    (content_type, include_str!("page.css"))
}

fn document() -> OpenApi {
    let mut info = Info::new("Kith", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.to_owned());
    let mut paths = Paths::new();
    let mut schemas = Schemas::default();
    schemas.add::<Problem>();
    schemas.add::<ClientFrame>();
    schemas.add::<ServerFrame>();
    // In queries, which bring no types of their own.
    schemas.add::<Has>();
    // What is posted to a bot's address, and may be answered.
    schemas.add::<Delivery>();
    schemas.add::<Reply>();
    // What a push says once it is decrypted.
    schemas.add::<Push>();
    for call in calls::all() {
        schemas.append(call.schemas);
        paths.add_path_operation(call.path, vec![call.method], call.operation);
    }
    let cookie = ApiKeyValue::with_description("kith_session", "Set at registering and logging in.");
    let components = ComponentsBuilder::new()
        .schemas_from_iter(schemas.0)
        .security_scheme(COOKIE, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)))
        .security_scheme(
            BEARER,
            SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()),
        );
    let mut document = OpenApi::new(info, paths);
    document.components = Some(components.build());
    document
}
