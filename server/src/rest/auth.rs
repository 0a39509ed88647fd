//! Authentication: register, log in, log out, who am I.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kith_shared::auth::{LogIn, Register, Session, TokenTransport};
use kith_shared::problem::Code;
use kith_shared::user::User;
use kith_shared::{routes, validate};

use super::extract::Json;
use super::session::{Authenticated, clear_cookie, set_cookie};
use crate::agent::Agent;
use crate::app::App;
use crate::bus::Event;
use crate::error::Result;
use crate::token;

pub fn router() -> Router<App> {
    Router::new()
        .route(routes::REGISTER, post(register))
        .route(routes::LOG_IN, post(log_in))
        .route(routes::LOG_OUT, post(log_out))
        .route(routes::ME, get(me))
}

async fn register(
    State(app): State<App>,
    headers: HeaderMap,
    Json(body): Json<Register>,
) -> Result<Response> {
    let username = validate::username(&body.username)?;
    validate::password(&body.password)?;
    let display_name = validate::display_name(body.display_name.as_deref().unwrap_or(&body.username))?;
    let hash = app.passwords.hash(body.password).await?;
    let (names, invitation) = ((username.as_str(), display_name.as_str()), body.invitation.as_deref());
    let user = app.store.create_user(names, &hash, invitation).await?;
    Ok((StatusCode::CREATED, start(&app, &headers, (&user, &hash), body.transport).await?).into_response())
}

/// An unknown user and a wrong password get the same answer after the same work.
async fn log_in(State(app): State<App>, headers: HeaderMap, Json(body): Json<LogIn>) -> Result<Response> {
    let Ok(username) = validate::username(&body.username) else {
        // Nobody has such a name. There is nothing to remember, which bounds what a guesser can make us remember.
        app.passwords.verify(body.password, None).await?;
        return Err(Code::WrongCredentials.into());
    };
    app.attempts.check(&username)?;
    let (user, hash) = app.store.credentials(&username).await?.unzip();
    let fits = app.passwords.verify(body.password, hash.clone()).await?;
    let (true, Some(user), Some(hash)) = (fits, user, hash) else {
        app.attempts.failed(&username);
        return Err(Code::WrongCredentials.into());
    };
    app.attempts.succeeded(&username);
    start(&app, &headers, (&user, &hash), body.transport).await
}

async fn log_out(
    State(app): State<App>,
    headers: HeaderMap,
    Authenticated(session): Authenticated,
) -> Result<impl IntoResponse> {
    app.store.end_session(session.id).await?;
    app.bus.publish(Event::SessionEnded { session: session.id });
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, clear_cookie(&headers))]))
}

async fn me(Authenticated(session): Authenticated) -> Json<Session> {
    Json(session)
}

/// Starts a session; the token leaves the server here and nowhere else.
async fn start(
    app: &App,
    headers: &HeaderMap,
    proven: (&User, &str),
    transport: TokenTransport,
) -> Result<Response> {
    let token = token::session();
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).map(Agent::read);
    let hash = token::hash(&token);
    let mut session = app.store.create_session(proven, &hash, &agent.unwrap_or_default()).await?;
    Ok(match transport {
        TokenTransport::Cookie => {
            ([(header::SET_COOKIE, set_cookie(token, headers))], Json(session)).into_response()
        }
        TokenTransport::Bearer => {
            session.token = Some(token);
            Json(session).into_response()
        }
    })
}
