//! A message that waits for what it carries, without a browser.

use std::rc::Rc;

use kith_shared::media::Attachment;
use kith_shared::message::Body;
use kith_shared::problem::Code;
use kith_shared::{ClientId, FileId, UploadId};
use uuid::Uuid;

use super::super::tests::{DIALOG, apply, opened};
use super::super::{Action, Effect, Outgoing, State};
use super::{Upload, UploadStep};

const ME: ClientId = ClientId(Uuid::from_u128(1));
const PLAIN: ClientId = ClientId(Uuid::from_u128(2));
const PHOTO: FileId = FileId([1; 32]);
const THUMB: FileId = FileId([2; 32]);

fn attachment(file: FileId, thumb: Option<FileId>) -> Attachment {
    let text = format!(r#"{{"file": "{file}", "name": "a.jpg", "kind": "photo", "size": 200}}"#);
    Attachment { thumb, ..kith_shared::json::read(&text).unwrap() }
}

/// One message with a photo and its small picture, and one after it that carries nothing.
fn written() -> State {
    let mut state = opened(0);
    let files = vec![attachment(PHOTO, Some(THUMB))];
    let body = Body::Text { text: String::new(), reply_to: None, forwarded: false, files, preview: None };
    let mut photo = Outgoing::new(DIALOG, ME, body, 5, 1);
    photo.uploads = vec![Upload::new(PHOTO), Upload::new(THUMB)];
    apply(&mut state, Action::Written(photo));
    apply(&mut state, Action::Written(Outgoing::new(DIALOG, PLAIN, Body::text("hi"), 6, 2)));
    state
}

fn step(state: &mut State, file: FileId, step: UploadStep) -> Vec<Effect> {
    apply(state, Action::Uploading { client_id: ME, file, step })
}

fn photo(state: &State) -> Rc<Outgoing> {
    state.outbox().into_iter().find(|outgoing| outgoing.client_id == ME).unwrap()
}

#[test]
fn a_message_is_complete_once_the_server_has_named_all_it_carries() {
    let mut state = written();
    let (outgoing, upload) = state.next_upload().unwrap();
    assert_eq!((outgoing.client_id, upload), (ME, Upload::new(PHOTO)));
    let id = UploadId(Uuid::from_u128(7));
    let effects = step(&mut state, PHOTO, UploadStep::Begun(id));
    assert!(matches!(&effects[..], [Effect::StoreOutgoing(_), Effect::SendOutbox]), "{effects:?}");
    let effects = step(&mut state, PHOTO, UploadStep::Sent(50));
    assert_eq!(effects, [Effect::SendOutbox], "how far it is, is not written down");
    assert_eq!(photo(&state).progress(&photo(&state).body.files()[0]), Some(25));
    step(&mut state, PHOTO, UploadStep::Whole(FileId([8; 32])));
    assert!(!photo(&state).is_complete());
    step(&mut state, THUMB, UploadStep::Whole(FileId([9; 32])));
    let photo = photo(&state);
    assert!(photo.is_complete() && state.next_upload().is_none());
    assert_eq!(photo.body.files(), [attachment(FileId([8; 32]), Some(FileId([9; 32])))]);
}

#[test]
fn an_upload_the_server_has_forgotten_begins_anew() {
    let mut state = written();
    step(&mut state, PHOTO, UploadStep::Begun(UploadId(Uuid::from_u128(7))));
    step(&mut state, PHOTO, UploadStep::Sent(50));
    step(&mut state, PHOTO, UploadStep::Lost);
    assert_eq!(state.next_upload().unwrap().1, Upload::new(PHOTO));
}

#[test]
fn what_is_paused_or_refused_is_not_brought_until_it_goes_on() {
    let mut state = written();
    assert!(state.wants_upload(ME, PHOTO));
    apply(&mut state, Action::Paused { client_id: ME, paused: true });
    assert!(state.next_upload().is_none() && !state.wants_upload(ME, PHOTO));
    apply(&mut state, Action::Paused { client_id: ME, paused: false });
    assert!(state.next_upload().is_some());
    apply(&mut state, Action::UploadRefused { client_id: ME, code: Code::StorageFull });
    assert!(state.next_upload().is_none() && !state.wants_upload(ME, PHOTO));
    apply(&mut state, Action::Retried(ME));
    assert!(state.wants_upload(ME, PHOTO));
}

#[test]
fn what_the_server_has_forgotten_of_a_message_is_brought_again() {
    let mut state = written();
    step(&mut state, PHOTO, UploadStep::Whole(FileId([8; 32])));
    step(&mut state, THUMB, UploadStep::Whole(FileId([9; 32])));
    apply(&mut state, Action::UploadRefused { client_id: ME, code: Code::FileNotFound });
    apply(&mut state, Action::Retried(ME));
    assert_eq!(photo(&state).uploads, [Upload::new(FileId([8; 32])), Upload::new(FileId([9; 32]))]);
}

#[test]
fn what_was_chosen_twice_is_carried_once() {
    let mut state = opened(0);
    let files = vec![attachment(PHOTO, None), attachment(THUMB, None)];
    let body = Body::Text { text: String::new(), reply_to: None, forwarded: false, files, preview: None };
    let mut outgoing = Outgoing::new(DIALOG, ME, body, 5, 1);
    outgoing.uploads = vec![Upload::new(PHOTO), Upload::new(THUMB)];
    apply(&mut state, Action::Written(outgoing));
    step(&mut state, PHOTO, UploadStep::Whole(FileId([8; 32])));
    step(&mut state, THUMB, UploadStep::Whole(FileId([8; 32])));
    assert_eq!(photo(&state).body.files(), [attachment(FileId([8; 32]), None)]);
}

#[test]
fn what_is_given_up_goes_with_its_files_and_what_was_sent_leaves_them() {
    let mut state = written();
    let given_up = photo(&state);
    let effects = apply(&mut state, Action::Discarded(ME));
    assert_eq!(effects, [Effect::DropOutgoing(ME), Effect::DropFiles(given_up)]);
    let effects = apply(&mut state, Action::Discarded(PLAIN));
    assert_eq!(effects, [Effect::DropOutgoing(PLAIN)], "it carried nothing");
}
