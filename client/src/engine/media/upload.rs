//! Bringing what waits in the outbox to the server, a slice at a time: what was brought is there after a reload, a lost
//! network or a crash.

use gloo_timers::future::TimeoutFuture;
use kith_shared::problem::Code;
use kith_shared::{ClientId, FileId, UploadId};
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, Blob};

use super::super::tabs::relay;
use super::super::{Engine, browser};
use super::tus::{self, Standing};
use crate::state::{Action, Failure, Outgoing, Upload, UploadStep};

/// Bytes of a slice: at first, so that one soon sees it move, and at most.
const FIRST_SLICE: i64 = 256 << 10;
const LARGEST_SLICE: i64 = 4 << 20;
/// A slice that took less than this, in milliseconds, may be larger.
const QUICK: i64 = 1_000;
/// How long a server that can't take more just now is left alone, in milliseconds.
const PAUSE: u32 = 3_000;

/// What becomes of an upload that did not come to its end.
enum Halt {
    /// The user wants it no more, or not now: what is next?
    Unwanted,
    /// It is tried again: with the next connection, or in a while.
    Later,
    Refused(Code),
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(
                code @ (Code::StorageFull | Code::QuotaReached | Code::FileTooLarge | Code::FileNotFound),
            ) => Self::Refused(code),
            Failure::Refused(Code::Busy | Code::Internal | Code::WrongOffset | Code::ChecksumMismatch)
            | Failure::Unreachable
            | Failure::Storage
            | Failure::Full
            | Failure::PushDenied
            | Failure::PushService
            | Failure::Picture
            | Failure::Microphone => Self::Later,
            Failure::Refused(code) => Self::Refused(code),
        }
    }
}

impl Engine {
    /// Brings what waits for it, one after the other.
    pub(in crate::engine) fn upload_soon(&self) {
        let due = || self.0.connection.is_welcome() && self.state().next_upload().is_some();
        if self.0.tabs.follows() || !due() || self.0.media.uploading.replace(true) {
            return;
        }
        let engine = self.clone();
        spawn_local(async move {
            let mut later = false;
            while !later && engine.0.connection.is_welcome() {
                let Some((outgoing, upload)) = engine.state().next_upload() else { break };
                later = engine.bring_next(&outgoing, &upload).await;
            }
            engine.0.media.uploading.set(false);
            if later {
                TimeoutFuture::new(PAUSE).await;
                engine.upload_soon();
            }
        });
    }

    /// Whether it has to be tried again in a while.
    async fn bring_next(&self, outgoing: &Outgoing, upload: &Upload) -> bool {
        let (client_id, file) = (outgoing.client_id, upload.file);
        match self.bring_file(client_id, upload).await {
            Ok(whole) => {
                self.name_file(file, whole).await;
                self.uploading(client_id, file, UploadStep::Whole(whole));
            }
            Err(Halt::Unwanted) => {}
            Err(Halt::Later) => return true,
            Err(Halt::Refused(Code::UploadNotFound)) => self.uploading(client_id, file, UploadStep::Lost),
            Err(Halt::Refused(code @ Code::Unauthorized)) => {
                self.heard_failure(Failure::Refused(code));
                return true;
            }
            Err(Halt::Refused(code)) => self.upload_refused(client_id, code),
        }
        false
    }

    async fn bring_file(&self, client_id: ClientId, upload: &Upload) -> Result<FileId, Halt> {
        let file = upload.file;
        let blob = self.kept_file(file).await.ok_or(Halt::Refused(Code::FileNotFound))?;
        let size = blob.size() as i64;
        let (id, mut standing) = match upload.upload {
            Some(id) => (id, tus::stands(id).await?),
            None => {
                let id = tus::begin(size).await?;
                self.uploading(client_id, file, UploadStep::Begun(id));
                (id, Standing { offset: 0, whole: None })
            }
        };
        let mut slice = FIRST_SLICE;
        loop {
            if let Some(whole) = standing.whole {
                return Ok(whole);
            }
            if !self.state().wants_upload(client_id, file) {
                return Err(Halt::Unwanted);
            }
            let begun = browser::now();
            standing = self.bring_slice(client_id, id, &blob, (standing.offset, slice)).await?;
            self.uploading(client_id, file, UploadStep::Sent(standing.offset));
            if browser::now() - begun < QUICK {
                slice = (slice * 2).min(LARGEST_SLICE);
            }
        }
    }

    async fn bring_slice(
        &self,
        client_id: ClientId,
        id: UploadId,
        blob: &Blob,
        (offset, length): (i64, i64),
    ) -> Result<Standing, Halt> {
        let end = (offset + length) as f64;
        let bytes = blob.slice_with_f64_and_f64(offset as f64, end).map_err(|_| Halt::Later)?;
        let abort = AbortController::new().map_err(|_| Halt::Later)?;
        *self.0.media.under_way.borrow_mut() = Some((client_id, abort.clone()));
        let answer = tus::append(id, offset, &bytes, &abort.signal()).await;
        self.0.media.under_way.take();
        match answer {
            // It stands elsewhere when an answer was lost, or another slice had to be written anew.
            Err(Failure::Refused(Code::WrongOffset)) => Ok(tus::stands(id).await?),
            answer => Ok(answer?),
        }
    }

    /// Ends what is under way for messages that are not to be brought now.
    pub(super) fn stop_upload(&self, of: impl Fn(ClientId) -> bool) {
        let under_way = self.0.media.under_way.borrow_mut().take_if(|(client_id, _)| of(*client_id));
        if let Some((_, abort)) = under_way {
            abort.abort();
        }
    }

    /// What the server calls a file, this device calls it too.
    async fn name_file(&self, from: FileId, to: FileId) {
        if let Some(device) = self.0.storage.device()
            && let Err(error) = device.rename_file(from, to).await
        {
            browser::warn(&error.to_string());
        }
        for (held, _) in self.0.media.held.borrow_mut().iter_mut().filter(|(held, _)| *held == from) {
            *held = to;
        }
        self.renamed(from, to);
    }

    fn uploading(&self, client_id: ClientId, file: FileId, step: UploadStep) {
        self.tell(relay::UPLOAD, &format!("{client_id} {file}"), &step_text(step));
        self.dispatch(Action::Uploading { client_id, file, step });
    }

    fn upload_refused(&self, client_id: ClientId, code: Code) {
        self.tell(relay::UPLOAD_REFUSED, &client_id.to_string(), code.as_str());
        self.dispatch(Action::UploadRefused { client_id, code });
    }
}

/// How other tabs are told.
fn step_text(step: UploadStep) -> String {
    match step {
        UploadStep::Begun(id) => format!("begun {id}"),
        UploadStep::Sent(sent) => format!("sent {sent}"),
        UploadStep::Whole(file) => format!("whole {file}"),
        UploadStep::Lost => "lost ".to_owned(),
    }
}

/// What [`step_text`] says, of a later version `None`.
pub(in crate::engine) fn step(text: &str) -> Option<UploadStep> {
    let (kind, of) = text.split_once(' ')?;
    match kind {
        "begun" => uuid::Uuid::try_parse(of).ok().map(|id| UploadStep::Begun(UploadId(id))),
        "sent" => of.parse().ok().map(UploadStep::Sent),
        "whole" => of.parse().ok().map(UploadStep::Whole),
        "lost" => Some(UploadStep::Lost),
        _ => None,
    }
}
