//! Where one's pushes go.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{get, post, put};
use kith_shared::auth::Session;
use kith_shared::problem::Code;
use kith_shared::push::{PushState, PushTest, Subscribe};
use kith_shared::routes;

use super::extract::Json;
use super::session::Authenticated;
use crate::app::App;
use crate::error::Result;
use crate::outgoing::Target;
use crate::store::push::{Keys, Subscription};

/// Bytes of the address of the site a subscription was made at.
const SITE: usize = 255;

pub fn router() -> Router<App> {
    Router::new()
        .route(routes::PUSH, get(state))
        .route(routes::PUSH_SUBSCRIPTION, put(subscribe).delete(unsubscribe))
        .route(routes::PUSH_TEST, post(test))
}

async fn state(State(app): State<App>, Authenticated(session): Authenticated) -> Result<Json<PushState>> {
    let subscription = app.store.subscription(session.id).await?;
    let endpoint = subscription.map(|subscription| subscription.endpoint);
    Ok(Json(PushState { key: app.pushes.key().to_owned(), endpoint }))
}

async fn subscribe(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    headers: HeaderMap,
    Json(body): Json<Subscribe>,
) -> Result<StatusCode> {
    people_alone(&session)?;
    Target::parse(&body.endpoint, app.reach)?;
    let keys = Keys::of(&body)?;
    let (session, user) = (session.id, session.user.id);
    let subscription = Subscription { session, user, endpoint: body.endpoint, keys, site: site(&headers) };
    app.pushes.subscribe(&subscription).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn unsubscribe(State(app): State<App>, Authenticated(session): Authenticated) -> Result<StatusCode> {
    app.store.unsubscribe(session.id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn test(State(app): State<App>, Authenticated(session): Authenticated) -> Result<Json<PushTest>> {
    people_alone(&session)?;
    Ok(Json(app.pushes.test(session.id, session.user.id).await?))
}

/// # Errors
/// `not_for_bots`
fn people_alone(session: &Session) -> Result<(), Code> {
    if session.user.bot { Err(Code::NotForBots) } else { Ok(()) }
}

/// Where the browser is that asks: by it push services know whose pushes these are, where nobody was named.
fn site(headers: &HeaderMap) -> Option<String> {
    let origin = headers.get(header::ORIGIN)?.to_str().ok()?;
    (origin.starts_with("https://") && origin.len() <= SITE).then(|| origin.to_owned())
}
