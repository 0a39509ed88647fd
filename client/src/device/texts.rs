//! The texts that are searched: reading them is most of a search, so they stay in memory while somebody types.

use futures::try_join;
use js_sys::{Array, JsString};
use kith_shared::Millis;
use rexie::Transaction;
use wasm_bindgen::{JsCast, JsValue};

use super::request::{all, keys, one, put};
use super::{Device, Result, schema};
use crate::state::Block;

/// A block's.
pub(super) struct Text {
    pub block: Block,
    pub lines: JsString,
    /// When the last message in it was sent.
    pub latest: Millis,
}

#[derive(Default)]
pub(super) struct Texts {
    /// Which state of the store they are; nothing was read without one.
    stamp: Option<f64>,
    /// Latest first.
    pub all: Vec<Text>,
}

impl Texts {
    fn insert(&mut self, block: Block, lines: JsString) {
        let latest = latest(&lines).unwrap_or(Millis::MIN);
        let place = self.all.partition_point(|text| text.latest > latest);
        self.all.insert(place, Text { block, lines, latest });
    }
}

impl Device {
    /// Brings what is in memory up to date with the store, which another tab may have written to.
    pub(super) async fn read_texts(&self, transaction: &Transaction) -> Result<()> {
        let (keys, stamp) = try_join!(keys(transaction, schema::SEARCH, None), stamp(transaction))?;
        if stamp.is_some() && self.texts.borrow().stamp == stamp {
            let known = searchable(&keys);
            self.texts.borrow_mut().all.retain(|text| known.binary_search(&text.block).is_ok());
            return Ok(());
        }
        let records = all(transaction, schema::SEARCH, None).await?;
        let mut texts = Texts { stamp, all: Vec::with_capacity(records.len()) };
        for (key, lines) in keys.iter().zip(records) {
            if let Some(block) = block(key) {
                texts.insert(block, lines.unchecked_into());
            }
        }
        self.texts.replace(texts);
        Ok(())
    }

    /// Stores a block's text, here and in memory.
    pub(super) async fn put_text(
        &self,
        transaction: &Transaction,
        block: Block,
        key: JsValue,
        lines: &str,
    ) -> Result<()> {
        let lines = JsString::from(lines);
        let before = stamp(transaction).await?;
        let now = js_sys::Math::random();
        put(transaction, schema::SEARCH, vec![(lines.clone().into(), Some(key))]).await?;
        put(transaction, schema::META, vec![(now.into(), Some(JsValue::from_str(schema::SEARCHABLE)))])
            .await?;
        let mut texts = self.texts.borrow_mut();
        if before.is_some() && texts.stamp == before {
            texts.stamp = Some(now);
            texts.all.retain(|text| text.block != block);
            texts.insert(block, lines);
        }
        Ok(())
    }

    /// Lets go of the memory: nobody searches any more.
    pub fn forget_texts(&self) {
        self.texts.take();
    }
}

async fn stamp(transaction: &Transaction) -> Result<Option<f64>> {
    Ok(one(transaction, schema::META, schema::SEARCHABLE).await?.and_then(|stamp| stamp.as_f64()))
}

/// Whose keys they are, in their order, which is that of the ids.
pub(super) fn searchable(keys: &[JsValue]) -> Vec<Block> {
    keys.iter().filter_map(block).collect()
}

fn block(key: &JsValue) -> Option<Block> {
    let key = key.dyn_ref::<Array>()?;
    Some((key.get(0).as_string()?.parse().ok()?, key.get(1).as_f64()? as i64))
}

fn latest(lines: &JsString) -> Option<Millis> {
    let end = lines.last_index_of("|", i32::MAX);
    let last = String::from(lines.slice(u32::try_from(end).ok()?, lines.length()));
    last.split(' ').nth(1)?.parse().ok()
}
