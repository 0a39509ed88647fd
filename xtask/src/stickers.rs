//! Making the stickers that come with Kith of their drawings.

use anyhow::Result;

use crate::{debian, process, project, say};

/// Draws those that are named, or all; or a sheet of them to look at, where a `.png` is named.
pub fn draw(names: &[&str]) -> Result<()> {
    if process::find("cc").is_none() && debian::is_here() {
        debian::install(&["gcc", "libc6-dev"])?;
    }
    let folder = project::root().join("server/stickers/draw");
    say::step("drawing the stickers");
    let manifest = folder.join("Cargo.toml");
    let build = &mut process::cargo();
    process::run(build.args(["run", "--release", "--manifest-path"]).arg(manifest).arg("--").args(names))
}
