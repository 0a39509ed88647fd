//! Staying connected: when to try, when to wait, when to stop.

use std::cell::{Cell, RefCell};

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use kith_shared::frame::{ClientFrame, ServerFrame, close};
use kith_shared::problem::Code;

use super::socket::Ended;
use super::{Engine, browser, rest, socket};
use crate::state::{Connection as Shown, Failure};

/// The first wait after a lost connection, in milliseconds; doubled with each failure, up to the longest.
const FIRST_WAIT: f64 = 500.0;
const LONGEST_WAIT: f64 = 30_000.0;

/// The engine's side of the socket.
#[derive(Default)]
pub(super) struct Connection {
    frames: RefCell<Option<UnboundedSender<ClientFrame>>>,
    welcome: Cell<bool>,
    /// Reaches whoever waits or is connected, to look at how things are now.
    poke: RefCell<Option<UnboundedSender<()>>>,
}

impl Connection {
    /// Whether the server has welcomed this connection: before, nothing is sent.
    pub(super) fn is_welcome(&self) -> bool {
        self.welcome.get()
    }

    /// Hands a frame to the socket; `false` when there is none to send it.
    pub(super) fn send(&self, frame: ClientFrame) -> bool {
        let frames = self.frames.borrow();
        self.welcome.get() && frames.as_ref().is_some_and(|frames| frames.unbounded_send(frame).is_ok())
    }

    fn poke(&self) {
        if let Some(poke) = &*self.poke.borrow() {
            let _ = poke.unbounded_send(());
        }
    }

    fn lost(&self) {
        self.welcome.set(false);
        self.frames.take();
    }
}

impl Engine {
    /// Connects, and connects again, as long as the app runs.
    pub(super) async fn stay_connected(&self) {
        let (poke, mut pokes) = unbounded();
        *self.0.connection.poke.borrow_mut() = Some(poke);
        let mut failures = 0;
        loop {
            while pokes.try_recv().is_ok() {}
            if !self.wants_connection() {
                if self.0.tabs.leads() {
                    self.show_connection(Shown::Offline);
                }
                pokes.next().await;
                failures = 0;
                continue;
            }
            self.show_connection(Shown::Connecting);
            let ended = self.connect_once(&mut pokes).await;
            let welcomed = self.0.connection.is_welcome();
            self.0.connection.lost();
            failures = if welcomed { 0 } else { failures + 1 };
            match ended {
                Ended::Closed(close::SESSION_ENDED) => self.session_ended(),
                Ended::Poked => {}
                Ended::Closed(_) | Ended::Silent => {
                    if !welcomed {
                        self.check_session().await;
                    }
                    self.wait(failures, &mut pokes).await;
                }
            }
        }
    }

    /// Whether there should be a connection now.
    fn wants_connection(&self) -> bool {
        self.state().me().is_some() && self.0.tabs.leads() && browser::online() && !self.0.logging_out.get()
    }

    /// The socket was let in: everything is caught up with from here.
    fn welcomed(&self) {
        self.0.connection.welcome.set(true);
        self.0.outbox.reset();
        self.0.settings.reset();
        self.0.elsewhere.take();
        self.tell_attention_anew();
        self.show_connection(Shown::CatchingUp);
    }

    /// What a frame means for this connection, before the state takes it.
    pub(super) fn heard_frame(&self, frame: &ServerFrame) {
        if matches!(frame, ServerFrame::Welcome { .. }) {
            self.welcomed();
        }
        self.retry_if_busy(frame);
    }

    /// Whether this tab, or the one it follows, is connected.
    pub(super) fn is_connected(&self) -> bool {
        if self.0.tabs.follows() {
            matches!(self.state().connection, Shown::CatchingUp | Shown::Online)
        } else {
            self.0.connection.is_welcome()
        }
    }

    /// Something changed that may make a connection possible, or pointless.
    pub(super) fn connect_now(&self) {
        self.0.connection.poke();
    }

    pub(super) fn disconnect(&self) {
        self.0.connection.lost();
        self.0.connection.poke();
    }

    async fn connect_once(&self, pokes: &mut UnboundedReceiver<()>) -> Ended {
        let (frames, outgoing) = unbounded();
        *self.0.connection.frames.borrow_mut() = Some(frames);
        let poked = async {
            loop {
                pokes.next().await;
                // A poke ends a connection only where there should be none.
                if !self.wants_connection() {
                    return Ended::Poked;
                }
            }
        };
        let run = socket::run(self, outgoing);
        futures::pin_mut!(poked, run);
        match select(poked, run).await {
            Either::Left((ended, _)) | Either::Right((ended, _)) => ended,
        }
    }

    /// A refused handshake looks like a lost network from here; REST can tell them apart.
    async fn check_session(&self) {
        if let Err(failure @ Failure::Refused(Code::Unauthorized)) = rest::me().await {
            self.heard_failure(failure);
        }
    }

    /// Waits longer with each failure, and not at the same moment as everybody else; a poke ends the wait.
    async fn wait(&self, failures: i32, pokes: &mut UnboundedReceiver<()>) {
        if !self.wants_connection() {
            return;
        }
        let longest =
            (FIRST_WAIT * f64::from(2_i32.saturating_pow(failures.clamp(0, 10) as u32))).min(LONGEST_WAIT);
        let wait = longest * (0.5 + js_sys::Math::random() / 2.0);
        self.show_connection(Shown::Waiting { until: self.now() + wait as i64 });
        select(TimeoutFuture::new(wait as u32), pokes.next()).await;
    }
}
