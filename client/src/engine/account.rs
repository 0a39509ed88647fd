//! Logging in and out, and opening the app as whoever used it last.

use kith_shared::UserId;
use kith_shared::auth::{LogIn, Register, Session, TokenTransport};
use kith_shared::problem::Code;
use kith_shared::user::{UpdateProfile, User};

use wasm_bindgen_futures::spawn_local;

use super::{Engine, look, rest};
use crate::device::{self, Device};
use crate::state::{Action, Failure, Notice, Phase, Route, Stored};

impl Engine {
    /// Shows what the device holds of whoever used it last; without anybody, asks the server who one is.
    pub(super) async fn open(&self) {
        if let Some(session) = device::recall() {
            self.show_first_screen(&session);
            self.enter(session).await;
            return;
        }
        match rest::me().await {
            Ok(session) => self.enter(session).await,
            Err(_) => self.dispatch(Action::LoggedOut),
        }
    }

    fn show_first_screen(&self, session: &Session) {
        if let Some(screen) = device::recall_screen(session.user.id) {
            self.dispatch(Action::Opening { session: session.clone(), screen });
        }
    }

    /// Keeps what the user sees for the next opening.
    pub(super) fn remember_first_screen(&self) {
        self.state().first_screen().iter().for_each(device::remember_screen);
    }

    /// Who came by an invitation link names it: there are servers where registering takes one.
    ///
    /// # Errors
    /// What the server refused, or that it can't be reached.
    pub async fn register(
        &self,
        username: String,
        password: String,
        display_name: Option<String>,
    ) -> Result<(), Failure> {
        let invitation = match &self.state().route {
            Route::Invitation(token) => Some(token.clone()),
            _ => None,
        };
        let transport = TokenTransport::Cookie;
        let body = Register { username, password, display_name, transport, invitation };
        let session = rest::register(&body).await?;
        self.enter(session).await;
        Ok(())
    }

    /// # Errors
    /// What the server refused, or that it can't be reached.
    pub async fn log_in(&self, username: String, password: String) -> Result<(), Failure> {
        let session = rest::log_in(&LogIn { username, password, transport: TokenTransport::Cookie }).await?;
        self.enter(session).await;
        Ok(())
    }

    /// Ends the session and removes everything of the user's from this device.
    ///
    /// # Errors
    /// When the server can't be reached: the session would live on, so nothing is removed.
    pub async fn log_out(&self) -> Result<(), Failure> {
        self.0.logging_out.set(true);
        self.connect_now();
        let answer = rest::log_out().await;
        if let Err(failure) = answer
            && failure != Failure::Refused(Code::Unauthorized)
        {
            self.0.logging_out.set(false);
            self.connect_now();
            return Err(failure);
        }
        // What was shared and not taken is nobody else's. Where no worker keeps any, nothing is there to be removed.
        let _ = rest::forget_shared().await;
        // The other tabs hear of it by this, and let go of the database too.
        look::forget_look();
        // Let go of first, so that nothing that is still on its way is written after it is wiped.
        let device = self.0.storage.device();
        self.0.storage.set_device(None);
        if let Some(device) = device
            && let Err(error) = device.wipe().await
        {
            self.storage_failed(&error);
        }
        self.leave();
        self.0.logging_out.set(false);
        Ok(())
    }

    /// # Errors
    /// What the server refused, or that it can't be reached.
    pub async fn update_profile(&self, display_name: String) -> Result<(), Failure> {
        let user = rest::update_profile(&UpdateProfile { display_name: Some(display_name) }).await?;
        self.set_profile(user);
        Ok(())
    }

    /// The user is another now in what everybody sees: so they are here, and when the app opens.
    pub(super) fn set_profile(&self, user: User) {
        self.dispatch(Action::Profile(user));
        if let Phase::LoggedIn(session) = &self.state().phase {
            device::remember(session);
        }
    }

    /// The server doesn't know the session any more. What the device holds stays, the outbox above all: it is there
    /// again when the same person logs in, and nobody else sees it.
    pub(super) fn session_ended(&self) {
        // The socket may hear of it before the answer to logging out comes, which still has the device to wipe.
        if !self.0.logging_out.get() {
            self.leave();
        }
    }

    /// What a request met, when nobody waits for its answer.
    pub(super) fn heard_failure(&self, failure: Failure) {
        match failure {
            Failure::Refused(Code::Unauthorized) => self.session_ended(),
            Failure::Unreachable => {}
            failure => self.dispatch(Action::Notice(Some(Notice::Failed(failure)))),
        }
    }

    pub(super) async fn enter(&self, session: Session) {
        self.join_tabs(session.user.id);
        let stored = self.open_device(session.user.id).await.unwrap_or_else(|error| {
            self.storage_failed(&error);
            Stored::default()
        });
        device::remember(&session);
        self.dispatch(Action::LoggedIn { session, stored });
        self.show_look();
        self.greet_tabs();
        self.attend();
        self.arrived();
        self.connect_now();
        self.index_soon();
        self.settle_files();
        self.leave_texts().await;
        self.take_pushed().await;
        self.look_whether_kept().await;
        self.heal_pushes().await;
    }

    async fn open_device(&self, user: UserId) -> device::Result<Stored> {
        let device = Device::open(user).await?;
        let stored = device.load().await?;
        self.0.storage.set_device(Some(device));
        self.expire_stored();
        Ok(stored)
    }

    pub(super) fn leave(&self) {
        look::forget_look();
        self.0.tabs.leave();
        self.0.storage.set_device(None);
        self.0.elsewhere.take();
        self.forget_files();
        self.forget_stickers();
        let engine = self.clone();
        spawn_local(async move { engine.unsubscribe().await });
        self.dispatch(Action::LoggedOut);
        self.disconnect();
    }
}
