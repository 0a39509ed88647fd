//! Files on their way to the server. A message waits in the outbox until it has all it carries; those behind it do not
//! wait with it.

use std::rc::Rc;

use kith_shared::media::Attachment;
use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::read_by_fields;
use kith_shared::{ClientId, FileId, UploadId};
use serde::Serialize;

use super::super::{Effect, Outgoing, State};

/// A file the server does not have yet.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Upload {
    /// How the message names it, and Device Storage: a name of this device's own until the server has given it one.
    pub file: FileId,
    /// Once the server has let it begin.
    pub upload: Option<UploadId>,
    /// So many bytes are there, as far as is known.
    pub sent: i64,
}

read_by_fields!(Upload { file, upload, sent });

impl Upload {
    pub fn new(file: FileId) -> Self {
        Self { file, upload: None, sent: 0 }
    }
}

/// What has come of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadStep {
    Begun(UploadId),
    /// So many bytes are there.
    Sent(i64),
    /// All of it is, and is named so from now on.
    Whole(FileId),
    /// The server knows nothing of it any more: it begins anew.
    Lost,
}

impl Outgoing {
    /// Whether it can be sent: the server has all it carries.
    pub fn is_complete(&self) -> bool {
        self.uploads.is_empty()
    }

    /// How much of a file is there, in hundredths; `None` once all of it is.
    pub fn progress(&self, file: &Attachment) -> Option<i64> {
        let upload = self.uploads.iter().find(|upload| upload.file == file.file)?;
        Some(upload.sent * 100 / file.size.max(1))
    }

    fn step(&mut self, file: FileId, step: UploadStep) {
        let Some(place) = self.uploads.iter().position(|upload| upload.file == file) else { return };
        let upload = &mut self.uploads[place];
        match step {
            UploadStep::Begun(id) => (upload.upload, upload.sent) = (Some(id), 0),
            UploadStep::Sent(sent) => upload.sent = sent,
            UploadStep::Lost => (upload.upload, upload.sent) = (None, 0),
            UploadStep::Whole(whole) => {
                self.uploads.remove(place);
                self.rename(file, whole);
            }
        }
    }

    /// A file's name is what is in it: one that was chosen twice is carried once.
    fn rename(&mut self, from: FileId, to: FileId) {
        let Body::Text { files, .. } = &mut self.body else { return };
        for attachment in files.iter_mut() {
            if attachment.file == from {
                attachment.file = to;
            }
            if attachment.thumb == Some(from) {
                attachment.thumb = Some(to);
            }
        }
        let mut seen = Vec::new();
        files.retain(|attachment| {
            let first = !seen.contains(&attachment.file);
            seen.push(attachment.file);
            first
        });
    }

    /// Has all it carries brought again: the server has forgotten some of it.
    pub(in crate::state) fn upload_again(&mut self) {
        for file in self.body.files().iter().flat_map(Attachment::files) {
            if self.uploads.iter().all(|upload| upload.file != file) {
                self.uploads.push(Upload::new(file));
            }
        }
    }
}

impl State {
    /// The file to bring next: of what was written first.
    pub fn next_upload(&self) -> Option<(Rc<Outgoing>, Upload)> {
        let waiting =
            self.outbox().into_iter().find(|outgoing| !outgoing.paused && !outgoing.is_complete())?;
        let upload = waiting.uploads.first()?.clone();
        Some((waiting, upload))
    }

    /// Whether a file is still to be brought, and not held up by the user.
    pub fn wants_upload(&self, client_id: ClientId, file: FileId) -> bool {
        let outgoing = self.conversations.values().flat_map(|view| &view.outgoing);
        let mut of_it =
            outgoing.filter(|outgoing| outgoing.client_id == client_id && outgoing.refused.is_none());
        of_it.any(|outgoing| !outgoing.paused && outgoing.uploads.iter().any(|upload| upload.file == file))
    }

    pub(in crate::state) fn uploading(
        &mut self,
        client_id: ClientId,
        file: FileId,
        step: UploadStep,
        effects: &mut Vec<Effect>,
    ) {
        let mut unimportant = Vec::new();
        // How far it is, the server knows: writing that down with every step would be the most of what is written.
        let kept = if matches!(step, UploadStep::Sent(_)) { &mut unimportant } else { &mut *effects };
        self.change_outgoing(client_id, kept, |outgoing| outgoing.step(file, step));
        effects.push(Effect::SendOutbox);
    }

    pub(in crate::state) fn pause(&mut self, client_id: ClientId, paused: bool, effects: &mut Vec<Effect>) {
        self.change_outgoing(client_id, effects, |outgoing| outgoing.paused = paused);
        effects.push(Effect::SendOutbox);
    }

    /// A file could not be brought: the message waits for the user.
    pub(in crate::state) fn refuse_upload(
        &mut self,
        client_id: ClientId,
        code: Code,
        effects: &mut Vec<Effect>,
    ) {
        self.change_outgoing(client_id, effects, |outgoing| outgoing.refused = Some(code));
        effects.push(Effect::SendOutbox);
    }
}
