//! The running server: its parts, wired together, and the router over them.

use std::ops::Deref;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::http::HeaderValue;
use axum::routing::any;
use kith_shared::{limits, routes};
use tokio::sync::{Mutex, Notify, RwLock};
use tokio::task::{AbortHandle, JoinHandle};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_http::catch_panic::CatchPanicLayer;

use crate::bus::{Bus, Committed, InProcess};
use crate::login_attempts::LoginAttempts;
use crate::media::{Files, Media};
use crate::origins::Origins;
use crate::outgoing::Reach;
use crate::password::Passwords;
use crate::presence::Seen;
use crate::previews::Previews;
use crate::push::Pushes;
use crate::scheduler::{self, Scheduler};
use crate::socket::hub::Hub;
use crate::stickers::OwnStickers;
use crate::store::{Store, Writer};
use crate::{assets, expirer, indexer, openapi, outgoing, rest, revocations, security, socket};

/// What every handler can reach. Cloning shares it.
#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub store: Store,
    pub writer: Writer,
    pub bus: Arc<dyn Bus>,
    pub hub: Arc<Hub>,
    pub scheduler: Scheduler,
    pub media: Arc<Media>,
    pub previews: Previews,
    pub pushes: Pushes,
    /// Held while a group's members change, until all have heard of it: who came and who left is heard in the order it
    /// happened. A connection that joins its conversations shares it, so as to join none its user has just left.
    pub membership: RwLock<()>,
    /// Held while somebody's friends are told whether they are there.
    pub announcing: Mutex<()>,
    pub seen: Seen,
    pub passwords: Passwords,
    pub attempts: LoginAttempts,
    pub origins: Origins,
    /// Which addresses bots may have messages posted to, and browsers pushes.
    pub reach: Reach,
    pub own_stickers: OwnStickers,
    /// The sockets' tasks, waited for at the end.
    pub sessions: TaskTracker,
}

/// What works behind the handlers.
pub struct Tasks {
    /// Has a handle to the writer, and goes on until it is aborted.
    pub expiring: AbortHandle,
    /// Goes on until it is aborted.
    pub revoking: AbortHandle,
    /// Ends before the writer, which it hands messages to.
    pub scheduling: JoinHandle<()>,
    /// Ends with everything written.
    pub writing: JoinHandle<()>,
    /// Ends after the writer, which wakes it.
    pub indexing: JoinHandle<()>,
    /// Ends when it is stopped. It writes, so the writer ends after it.
    pub posting: JoinHandle<()>,
    /// Ends when that is stopped.
    pub pushing: JoinHandle<()>,
    pub stop_posting: CancellationToken,
    /// Ends with it written when everybody was last seen.
    pub seeing: JoinHandle<()>,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl FromRef<App> for Files {
    fn from_ref(app: &App) -> Self {
        app.media.files.clone()
    }
}

impl App {
    /// Starts the parts over an open store. Their tasks end after the last clone of the app.
    pub fn start(
        store: Store,
        media: Arc<Media>,
        previews: Previews,
        pushes: Pushes,
        origins: Origins,
        reach: Reach,
        sessions: TaskTracker,
    ) -> (Self, Tasks) {
        let hub = Arc::new(Hub::default());
        let bus: Arc<dyn Bus> = Arc::new(InProcess::new(hub.clone()));
        let (waker, indexing) = indexer::start(store.clone());
        let expirer = Arc::<Notify>::default();
        let (sender, stop_posting) = (Arc::new(Notify::new()), CancellationToken::new());
        let committed = Committed {
            bus: bus.clone(),
            indexer: waker,
            expirer: expirer.clone(),
            sender: sender.clone(),
            pushes: pushes.inbox(),
        };
        let (writer, writing) = Writer::start(store.clone(), Arc::new(committed));
        let expiring = tokio::spawn(expirer::run(store.clone(), writer.clone(), expirer)).abort_handle();
        let revoking = tokio::spawn(revocations::run(store.clone(), bus.clone())).abort_handle();
        let posting = outgoing::start(store.clone(), writer.clone(), reach, sender, stop_posting.clone());
        let pushing = pushes.start(hub.clone(), stop_posting.clone());
        let (seen, seeing) = Seen::start(store.clone());
        let (scheduler, scheduling) = scheduler::start(store.clone(), writer.clone(), bus.clone());
        let parts = Parts {
            store,
            writer,
            bus,
            hub,
            scheduler,
            media,
            previews,
            pushes,
            membership: RwLock::default(),
            announcing: Mutex::default(),
            seen,
            passwords: Passwords::default(),
            attempts: LoginAttempts::default(),
            origins,
            reach,
            own_stickers: OwnStickers::default(),
            sessions,
        };
        let tasks = Tasks {
            expiring,
            revoking,
            scheduling,
            writing,
            indexing,
            posting,
            pushing,
            stop_posting,
            seeing,
        };
        (Self(Arc::new(parts)), tasks)
    }

    /// Everything there is to ask the server; `policy` says what its pages may load.
    pub fn router(&self, policy: HeaderValue) -> Router {
        Router::new()
            .merge(rest::router())
            .merge(openapi::router())
            .route(routes::SOCKET, any(socket::upgrade))
            .fallback(assets::serve)
            .layer(DefaultBodyLimit::max(limits::BODY_BYTES))
            .layer(axum::middleware::from_fn_with_state(self.clone(), security::same_site))
            .layer(CatchPanicLayer::custom(security::panicked))
            .layer(axum::middleware::map_response_with_state(policy, security::headers))
            .with_state(self.clone())
    }
}
