//! Files in Device Storage: to the byte, under the server's name once it has given one, and as long as they are needed.
#![cfg(target_arch = "wasm32")]
// clippy.toml allows it in tests, but does not know these for tests.
#![allow(clippy::unwrap_used)]

use js_sys::{Array, Uint8Array};
use kith_client::device::Device;
use kith_client::state::Kept;
use kith_shared::{ConversationId, FileId, UserId};
use uuid::Uuid;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Blob;

wasm_bindgen_test_configure!(run_in_browser);

/// Somebody nobody else is: each test has a database of its own.
fn somebody() -> UserId {
    UserId(Uuid::now_v7())
}

fn blob(bytes: &[u8]) -> Blob {
    Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes))).unwrap()
}

fn kept(name: u8, conversation: ConversationId, unsent: bool) -> Kept {
    Kept { file: FileId([name; 32]), size: 3, used: 5, conversation, thumb: false, unsent }
}

async fn bytes(device: &Device, file: FileId) -> Option<Vec<u8>> {
    let blob = device.file(file).await.unwrap()?;
    let buffer = JsFuture::from(blob.array_buffer()).await.unwrap();
    Some(Uint8Array::new(&buffer).to_vec())
}

async fn with_two(user: UserId) -> (Device, [Kept; 2]) {
    let conversation = ConversationId(Uuid::now_v7());
    let files = [kept(1, conversation, true), kept(2, conversation, false)];
    let device = Device::open(user).await.unwrap();
    let written = [(files[0].clone(), blob(&[1, 2, 255])), (files[1].clone(), blob(&[0]))];
    device.put_files(&written).await.unwrap();
    (device, files)
}

#[wasm_bindgen_test]
async fn a_file_comes_back_to_the_byte_after_reopening() {
    let user = somebody();
    let (device, files) = with_two(user).await;
    drop(device);
    let device = Device::open(user).await.unwrap();
    assert_eq!(bytes(&device, files[0].file).await, Some(vec![1, 2, 255]));
    assert_eq!(bytes(&device, FileId([9; 32])).await, None);
    assert_eq!(device.kept_files().await.unwrap(), files);
}

#[wasm_bindgen_test]
async fn a_file_is_found_under_the_name_the_server_gave_it_and_no_other() {
    let (device, files) = with_two(somebody()).await;
    let named = FileId([7; 32]);
    device.rename_file(files[0].file, named).await.unwrap();
    assert_eq!(bytes(&device, named).await, Some(vec![1, 2, 255]));
    assert_eq!(bytes(&device, files[0].file).await, None);
    let renamed = Kept { file: named, ..files[0].clone() };
    assert_eq!(device.kept_files().await.unwrap(), [files[1].clone(), renamed]);
    // One that is not there changes nothing.
    device.rename_file(FileId([9; 32]), FileId([8; 32])).await.unwrap();
    assert_eq!(device.kept_files().await.unwrap().len(), 2);
}

#[wasm_bindgen_test]
async fn what_is_known_of_a_file_changes_and_what_is_in_it_does_not() {
    let (device, files) = with_two(somebody()).await;
    let all = [files[0].file, files[1].file, FileId([9; 32])];
    device.note_files(&all, |kept| (kept.used, kept.unsent) = (80, false)).await.unwrap();
    let known: Vec<_> = device.kept_files().await.unwrap().iter().map(|it| (it.used, it.unsent)).collect();
    assert_eq!(known, [(80, false), (80, false)]);
    assert_eq!(bytes(&device, files[0].file).await, Some(vec![1, 2, 255]));
}

#[wasm_bindgen_test]
async fn clearing_leaves_what_is_unsent_and_wiping_leaves_nothing() {
    let user = somebody();
    let (device, files) = with_two(user).await;
    device.clear().await.unwrap();
    assert_eq!(device.kept_files().await.unwrap(), files[..1]);
    assert!(bytes(&device, files[0].file).await.is_some());
    assert_eq!(bytes(&device, files[1].file).await, None);
    device.drop_files(&[files[0].file]).await.unwrap();
    assert_eq!(bytes(&device, files[0].file).await, None);
    let (device, files) = with_two(user).await;
    device.wipe().await.unwrap();
    assert!(device.kept_files().await.unwrap_or_default().is_empty());
    assert_eq!(device.file(files[0].file).await.ok().flatten(), None);
}
