//! What is asked of one store. Boxed: the steps of a request are in the program once, and not in each place that makes one.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use rexie::{KeyRange, Transaction};
use wasm_bindgen::JsValue;

use super::Result;

pub(super) type Answer<T> = Pin<Box<dyn Future<Output = Result<T>>>>;

/// The records of `range`, all without one, in the order of their keys.
pub(super) fn all(transaction: &Transaction, store: &str, range: Option<KeyRange>) -> Answer<Vec<JsValue>> {
    let store = transaction.store(store);
    Box::pin(async move { Ok(store?.get_all(range, None).await?) })
}

/// Several answers, in the order of their requests; all are asked for before the first is waited for.
/// By hand: what the library has for any number of futures is another kilobyte and a half for everybody to download.
pub(super) async fn each<T>(mut requests: Vec<Answer<T>>) -> Result<Vec<T>> {
    let mut answers: Vec<Option<T>> = requests.iter().map(|_| None).collect();
    poll_fn(|context| {
        let mut waits = false;
        for (request, answer) in requests.iter_mut().zip(&mut answers) {
            if answer.is_none() {
                match request.as_mut().poll(context) {
                    Poll::Ready(given) => *answer = Some(given?),
                    Poll::Pending => waits = true,
                }
            }
        }
        if waits { Poll::Pending } else { Poll::Ready(Result::Ok(())) }
    })
    .await?;
    Ok(answers.into_iter().flatten().collect())
}

/// One record.
pub(super) fn one(transaction: &Transaction, store: &str, key: &str) -> Answer<Option<JsValue>> {
    let (store, key) = (transaction.store(store), JsValue::from_str(key));
    Box::pin(async move { Ok(store?.get(key).await?) })
}

/// Their keys.
pub(super) fn keys(transaction: &Transaction, store: &str, range: Option<KeyRange>) -> Answer<Vec<JsValue>> {
    let store = transaction.store(store);
    Box::pin(async move { Ok(store?.get_all_keys(range, None).await?) })
}

/// Stores records, with their keys where they do not hold them.
pub(super) fn put(
    transaction: &Transaction,
    store: &str,
    records: Vec<(JsValue, Option<JsValue>)>,
) -> Answer<()> {
    let store = transaction.store(store);
    Box::pin(async move { Ok(store?.put_all(records.into_iter()).await?) })
}

/// Removes what has this key, or one of this range.
pub(super) fn delete(transaction: &Transaction, store: &str, key: JsValue) -> Answer<()> {
    let store = transaction.store(store);
    Box::pin(async move { Ok(store?.delete(key).await?) })
}
