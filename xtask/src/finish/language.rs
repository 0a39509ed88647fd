//! The texts of languages that the client does not bring in its module: a file each, for those who want it.

use std::path::Path;

use anyhow::{Context, Result};

use super::read;
use crate::client;

#[path = "../../../client/build/texts.rs"]
mod texts;

/// It is in the module.
const BUILT_IN: &str = "en";

/// Each other language of this folder: its name, and its texts as the client reads them.
pub fn others(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut others = Vec::new();
    for file in client::files(folder)? {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if name != BUILT_IN {
            let lines = texts::lines(&name, &read(&file)?);
            others.push((name, lines.with_context(|| format!("{} is no language", file.display()))?));
        }
    }
    Ok(others)
}
