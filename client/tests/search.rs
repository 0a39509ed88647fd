//! What is found among the stored messages, in a real browser.
#![cfg(target_arch = "wasm32")]
// clippy.toml allows it in tests, but does not know these for tests.
#![allow(clippy::unwrap_used)]

mod common;

use std::rc::Rc;

use common::{message, somebody};
use kith_client::device::{Device, Write};
use kith_client::state::BLOCK;
use kith_shared::message::{Body, Message};
use kith_shared::search::{Has, SearchQuery};
use kith_shared::{Change, ConversationId, UserId};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Somebody's device with these messages in one dialog, from `seq` 1 on, and all of it searchable.
async fn device(texts: &[&str]) -> (Device, ConversationId) {
    device_of(somebody(), texts).await
}

async fn device_of(user: UserId, texts: &[&str]) -> (Device, ConversationId) {
    let (device, dialog) = (Device::open(user).await.unwrap(), common::dialog());
    let messages = texts.iter().zip(1..).map(|(text, seq)| message(dialog, seq, text));
    write(&device, messages).await;
    device.index((dialog, 0)).await.unwrap();
    (device, dialog)
}

async fn write(device: &Device, messages: impl Iterator<Item = Message>) {
    let writes: Vec<_> = messages.map(|message| Write::Message(Rc::new(message))).collect();
    device.write(&writes).await.unwrap();
}

async fn find(device: &Device, query: SearchQuery) -> Vec<i64> {
    device.find(&query, 50).await.unwrap().iter().map(|message| message.seq.0).collect()
}

async fn words(device: &Device, words: &str) -> Vec<i64> {
    find(device, SearchQuery { q: words.to_owned(), ..SearchQuery::default() }).await
}

#[wasm_bindgen_test]
async fn a_word_is_found_by_its_beginning_whatever_the_case_and_the_accents() {
    let (device, _) = device(&["Meet at the harbour", "the café, at six", "HARBOUR café", "nothing"]).await;
    assert_eq!(words(&device, "harb").await, [3, 1], "newest first");
    assert_eq!(words(&device, "CAFE").await, [3, 2]);
    assert_eq!(words(&device, "cafe\u{301} har").await, [3], "every word of it");
    assert!(words(&device, "bour").await.is_empty(), "not by its middle");
    assert!(words(&device, "?").await.is_empty() && words(&device, "").await.is_empty());
}

#[wasm_bindgen_test]
async fn what_is_written_without_spaces_is_found_where_it_stands_together() {
    let (device, _) = device(&["我们明天见", "天明", "今日はカフェで", "明 天"]).await;
    assert_eq!(words(&device, "明天").await, [1]);
    assert_eq!(words(&device, "明").await, [4, 2, 1]);
    assert_eq!(words(&device, "カフェ").await, [3]);
}

#[wasm_bindgen_test]
async fn filters_leave_out_what_they_name() {
    let (device, dialog) = device(&["see https://example.org", "see you", "see httpbin"]).await;
    let leo = somebody();
    write(&device, [Message { sender: leo, ..message(dialog, 4, "see") }].into_iter()).await;
    device.index((dialog, 0)).await.unwrap();
    let see = SearchQuery { q: "see".to_owned(), ..SearchQuery::default() };
    assert_eq!(find(&device, SearchQuery { from: Some(leo), ..see.clone() }).await, [4]);
    assert_eq!(find(&device, SearchQuery { has: Some(Has::Link), ..see.clone() }).await, [1]);
    assert_eq!(find(&device, SearchQuery { after: Some(2), before: Some(4), ..see.clone() }).await, [3, 2]);
    let elsewhere = Some(common::dialog());
    assert!(find(&device, SearchQuery { conversation: elsewhere, ..see.clone() }).await.is_empty());
    assert_eq!(find(&device, SearchQuery { conversation: Some(dialog), ..see }).await, [4, 3, 2, 1]);
    assert_eq!(find(&device, SearchQuery { from: Some(leo), ..SearchQuery::default() }).await, [4]);
}

#[wasm_bindgen_test]
async fn what_was_edited_or_deleted_is_found_as_it_is_now() {
    let (device, dialog) = device(&["harbour", "harbour"]).await;
    let edited = Message { change: Change(3), ..message(dialog, 1, "station") };
    let deleted = Message { change: Change(4), body: Body::Deleted, ..message(dialog, 2, "") };
    write(&device, [edited, deleted].into_iter()).await;
    device.index((dialog, 0)).await.unwrap();
    assert!(words(&device, "harbour").await.is_empty());
    assert_eq!(words(&device, "station").await, [1]);
}

#[wasm_bindgen_test]
async fn a_block_that_was_written_to_is_read_anew_and_no_other_is() {
    let (device, dialog) = device(&["harbour"]).await;
    let blocks = || vec![(dialog, 1), (dialog, 0)];
    write(&device, [message(dialog, BLOCK, "harbour again")].into_iter()).await;
    assert_eq!(device.unindexed(blocks()).await.unwrap(), [(dialog, 1)]);
    device.index((dialog, 1)).await.unwrap();
    assert!(device.unindexed(blocks()).await.unwrap().is_empty());
    assert_eq!(words(&device, "harbour").await, [BLOCK, 1]);
    write(&device, [message(dialog, 2, "harbour")].into_iter()).await;
    assert_eq!(device.unindexed(blocks()).await.unwrap(), [(dialog, 0)]);
    device.index((dialog, 0)).await.unwrap();
    assert_eq!(words(&device, "harbour").await, [BLOCK, 2, 1]);
    device.write(&[Write::DropConversation(dialog)]).await.unwrap();
    assert_eq!(device.unindexed(blocks()).await.unwrap(), blocks());
    assert!(words(&device, "harbour").await.is_empty());
}

#[wasm_bindgen_test]
async fn what_another_tab_made_searchable_is_found_whatever_was_read_before() {
    let user = somebody();
    let (here, dialog) = device_of(user, &["harbour", "station"]).await;
    here.prepare_search().await.unwrap();
    assert_eq!(words(&here, "harbour").await, [1]);

    let there = Device::open(user).await.unwrap();
    write(&there, [message(dialog, 3, "harbour"), message(dialog, BLOCK, "harbour")].into_iter()).await;
    assert!(words(&here, "harbour").await.is_empty(), "what is no longer true is not told");
    there.index((dialog, 0)).await.unwrap();
    assert_eq!(words(&here, "harbour").await, [3, 1]);
    here.index((dialog, 1)).await.unwrap();
    assert_eq!(words(&here, "harbour").await, [BLOCK, 3, 1]);
    assert_eq!(words(&there, "harbour").await, [BLOCK, 3, 1]);
    here.forget_texts();
    assert_eq!(words(&here, "station").await, [2]);
}

#[wasm_bindgen_test]
async fn the_newest_of_many_that_have_a_word_are_found() {
    let (device, dialog) = device(&[]).await;
    let many = 3 * BLOCK;
    write(&device, (1..=many).map(|seq| message(dialog, seq, "and so on"))).await;
    for block in 0..=3 {
        device.index((dialog, block)).await.unwrap();
    }
    let newest: Vec<i64> = (0..50).map(|back| many - back).collect();
    assert_eq!(words(&device, "so").await, newest);
    let older = SearchQuery { q: "so".to_owned(), before: Some(BLOCK), ..SearchQuery::default() };
    assert_eq!(find(&device, older).await, (0..50).map(|back| BLOCK - 1 - back).collect::<Vec<_>>());
}
