//! Changing what is sent later, over REST or the socket: the user's devices hear of it.

use std::future::Future;

use kith_shared::frame::ServerFrame;
use kith_shared::problem::Code;
use kith_shared::scheduled::Scheduled;
use kith_shared::{ClientId, UserId, limits, validate};

use crate::app::App;
use crate::bus::Event;
use crate::error::{Error, Result};
use crate::store::scheduled::Stands;
use crate::{media, time};

/// Keeps a message until its time. Answers what the asker is to be told besides what all of the user's devices hear.
///
/// # Errors
/// `invalid_time`, what a message's body is refused for, `conversation_not_found`, `not_writable`, `too_many`
pub async fn schedule(app: &App, user: UserId, mut message: Scheduled) -> Result<Option<ServerFrame>> {
    message.body = validate::body(message.body)?;
    media::attach(&app.store, user, &mut message.body).await?;
    app.previews.check(user, &mut message.body).await?;
    if message.at > time::now() + time::millis(limits::SCHEDULED_AHEAD) {
        return Err(Code::InvalidTime.into());
    }
    let client_id = message.client_id;
    to_its_end(app, async move |app: App| {
        Ok(match app.store.put_scheduled(user, message).await? {
            Stands::Waits(scheduled, change, true) => {
                tell(&app, user, ServerFrame::Scheduled { scheduled, change });
                None
            }
            Stands::Waits(scheduled, change, false) => Some(ServerFrame::Scheduled { scheduled, change }),
            Stands::Gone(change) => Some(ServerFrame::Unscheduled { client_id, change }),
            Stands::Sent(conversation, sent) => Some(sent.ack(conversation, client_id)),
        })
    })
    .await
}

/// # Errors
/// `scheduled_not_found`
pub async fn take_back(app: &App, user: UserId, client_id: ClientId) -> Result<()> {
    to_its_end(app, async move |app: App| {
        let change = app.store.take_back_scheduled(user, client_id).await?;
        tell(&app, user, ServerFrame::Unscheduled { client_id, change });
        Ok(())
    })
    .await
}

/// Its time is now; also that of one that was refused before.
///
/// # Errors
/// `scheduled_not_found`
pub async fn send_now(app: &App, user: UserId, client_id: ClientId) -> Result<()> {
    to_its_end(app, async move |app: App| {
        let (scheduled, change) = app.store.set_scheduled(user, client_id, Some(time::now()), None).await?;
        tell(&app, user, ServerFrame::Scheduled { scheduled, change });
        Ok(())
    })
    .await
}

/// Goes on to its end even when whoever asked goes away meanwhile: what is durable is published. Nothing is sent while it
/// lasts, and its changes are told in their order.
async fn to_its_end<T, F>(app: &App, change: impl FnOnce(App) -> F + Send + 'static) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send,
{
    let owned = app.clone();
    let done = app.sessions.spawn(async move {
        let sending = owned.scheduler.sending.clone();
        let _sending = sending.lock().await;
        change(owned).await
    });
    done.await.map_err(|_| Error::GoingDown)?
}

fn tell(app: &App, user: UserId, frame: ServerFrame) {
    app.bus.publish(Event::Users { users: vec![user], frame });
    app.scheduler.wake();
}
