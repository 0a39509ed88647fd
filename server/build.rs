//! Puts the built client into the server: each file of `dist/` as it is and compressed, ready to be sent.
//!
//! Without `dist/` the server builds all the same and says, when asked for a page, how the client is built.

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use sha2::{Digest, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    let dist = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../dist");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", dist.display());
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    if dist.is_dir() {
        walk(&dist, &mut files)?;
        files.sort();
    }
    let mut table = String::from("static ASSETS: &[Asset] = &[\n");
    for (index, file) in files.iter().enumerate() {
        println!("cargo::rerun-if-changed={}", file.display());
        table.push_str(&asset(&dist, file, &out.join(index.to_string()))?);
    }
    table.push_str("];\n");
    fs::write(out.join("assets.rs"), table)?;
    Ok(())
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // trunk builds in a hidden folder beside what it is done with.
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            continue;
        }
        if path.is_dir() { walk(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

/// The file's line in the table; its bytes and their compressed forms go beside `stem`.
fn asset(dist: &Path, file: &Path, stem: &Path) -> Result<String, Box<dyn Error>> {
    let bytes = fs::read(file)?;
    let name = file.strip_prefix(dist)?.to_string_lossy().replace('\\', "/");
    let hash = Sha256::digest(&bytes).iter().take(16).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let identity = stem.with_extension("raw");
    fs::write(&identity, &bytes)?;
    let brotli = smaller(&stem.with_extension("br"), &bytes, &compress_brotli(&bytes)?)?;
    let gzip = smaller(&stem.with_extension("gz"), &bytes, &compress_gzip(&bytes)?)?;
    Ok(format!(
        "    Asset {{ path: {:?}, etag: {:?}, identity: include_bytes!({identity:?}), brotli: {brotli}, gzip: {gzip} }},\n",
        format!("/{name}"),
        format!("\"{hash}\""),
    ))
}

/// Keeps a compressed form where it is worth it.
fn smaller(path: &Path, plain: &[u8], packed: &[u8]) -> Result<String, Box<dyn Error>> {
    if packed.len() * 10 > plain.len() * 9 {
        return Ok("None".to_owned());
    }
    fs::write(path, packed)?;
    Ok(format!("Some(include_bytes!({path:?}))"))
}

/// Quality 11 takes a second for the whole client; a debug build needn't wait for it.
fn compress_brotli(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let quality = if env::var("PROFILE")? == "release" { 11 } else { 4 };
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 64 * 1024, quality, 22);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(packed)
}

fn compress_gzip(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes)?;
    Ok(writer.finish()?)
}
