//! Friends invitation by link; a link into a group is used here too.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use kith_shared::contact::{CreateInvitation, Invitation, InvitationPreview};
use kith_shared::problem::Code;
use kith_shared::{InvitationId, limits, routes, validate};

use super::contacts::changed;
use super::extract::{Json, Path};
use super::joining;
use super::session::Authenticated;
use crate::app::App;
use crate::error::Result;
use crate::store::invitations::Terms;
use crate::time::millis;

pub fn router() -> Router<App> {
    Router::new()
        .route(routes::INVITATIONS, get(list).post(create))
        .route(routes::INVITATION, delete(revoke))
        .route(routes::INVITATION_PREVIEW, get(preview))
        .route(routes::INVITATION_ACCEPT, post(accept))
}

async fn create(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Json(body): Json<CreateInvitation>,
) -> Result<(StatusCode, Json<Invitation>)> {
    let terms = terms(&body)?;
    if terms.approval {
        return Err(Code::InvalidInvitation.into());
    }
    let invitation = app.store.create_invitation(session.user.id, terms).await?;
    Ok((StatusCode::CREATED, Json(invitation)))
}

/// What a new link is like.
///
/// # Errors
/// `invalid_invitation`
pub(super) fn terms(body: &CreateInvitation) -> Result<Terms> {
    let max_uses = body.max_uses.unwrap_or(1);
    let life = body.life.unwrap_or(millis(limits::INVITATION_DEFAULT_LIFE));
    let fits = (1..=limits::INVITATION_USES).contains(&max_uses)
        && (1..=millis(limits::INVITATION_LIFE)).contains(&life);
    if fits {
        Ok(Terms { max_uses, life, approval: body.approval })
    } else {
        Err(Code::InvalidInvitation.into())
    }
}

async fn list(
    State(app): State<App>,
    Authenticated(session): Authenticated,
) -> Result<Json<Vec<Invitation>>> {
    Ok(Json(app.store.invitations(session.user.id).await?))
}

async fn revoke(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(id): Path<InvitationId>,
) -> Result<StatusCode> {
    app.store.delete_invitation(session.user.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whoever holds the link may see who made it, without an account: that is what the link is for.
async fn preview(
    State(app): State<App>,
    session: Result<Authenticated>,
    Path(token): Path<String>,
) -> Result<Json<InvitationPreview>> {
    let me = session.ok().map(|Authenticated(session)| session.user.id);
    Ok(Json(app.store.preview_invitation(me, validate::invitation_token(&token)?).await?))
}

async fn accept(
    State(app): State<App>,
    Authenticated(session): Authenticated,
    Path(token): Path<String>,
) -> Result<Response> {
    let me = session.user.id;
    validate::invitation_token(&token)?;
    if let Some(group) = app.store.group_of_link(&token).await? {
        return joining::enter(app, me, group, token).await;
    }
    let accepted = app.store.accept_invitation(me, &token).await?;
    changed(&app, me, accepted.inviter).await?;
    Ok(Json(app.store.conversation(me, accepted.conversation).await?).into_response())
}
