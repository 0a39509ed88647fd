//! Where an export is read from: a folder, a zip archive, or a file by itself. Nothing outside of it is ever opened,
//! whatever the export says.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::de::DeserializeOwned;
use zip::ZipArchive;

use crate::error::{Error, Result};

/// Bytes of one file of JSON: as much as is held in memory.
const JSON_BYTES: u64 = 4 << 30;

pub struct Source {
    inner: Inner,
    /// Where in an archive each file is, and the folder within it that they all lie in.
    names: BTreeMap<String, usize>,
    top: String,
}

enum Inner {
    Folder(PathBuf),
    Zip(Mutex<ZipArchive<File>>),
}

impl Source {
    /// Opens a folder, an archive, or the folder a file lies in.
    ///
    /// # Errors
    /// When there is nothing, or an archive holds what leads out of it.
    pub fn open(path: &Path) -> Result<Self> {
        let is_zip = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
        if path.is_file() && is_zip {
            return Self::archive(path);
        }
        let folder = match path.is_file() {
            true => path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")),
            false => path,
        };
        let folder = folder.canonicalize().map_err(|error| unread(&path.display().to_string(), error))?;
        Ok(Self { inner: Inner::Folder(folder), names: BTreeMap::new(), top: String::new() })
    }

    fn archive(path: &Path) -> Result<Self> {
        let broken = |error: zip::result::ZipError| {
            Error::Told(format!("{} is no archive that can be read: {error}", path.display()))
        };
        let file = File::open(path).map_err(|error| unread(&path.display().to_string(), error))?;
        let zip = ZipArchive::new(file).map_err(broken)?;
        for name in zip.file_names_raw() {
            inside(String::from_utf8_lossy(name).trim_end_matches('/'))?;
        }
        let named = zip.file_names().collect::<Result<Vec<_>, _>>().map_err(broken)?;
        let named = named.into_iter().map(Cow::into_owned).zip(0..);
        // Neither folders nor what a Mac puts beside files.
        let is_file = |name: &str| !name.ends_with('/') && !name.starts_with("__MACOSX/");
        let names: BTreeMap<String, usize> = named.filter(|(name, _)| is_file(name)).collect();
        let top = common_folder(&names);
        Ok(Self { inner: Inner::Zip(Mutex::new(zip)), names, top })
    }

    /// Whether there is such a file.
    ///
    /// # Errors
    /// When it leads out of the export.
    pub fn has(&self, name: &str) -> Result<bool> {
        let relative = inside(name)?;
        match &self.inner {
            Inner::Folder(_) => Ok(self.file(name, &relative)?.is_some_and(|file| file.is_file())),
            Inner::Zip(_) => Ok(self.names.contains_key(&format!("{}{name}", self.top))),
        }
    }

    /// The names of the files in a folder, ascending; none where there is no such folder.
    ///
    /// # Errors
    /// When it leads out of the export, or can't be read.
    pub fn list(&self, folder: &str) -> Result<Vec<String>> {
        let relative = if folder.is_empty() { PathBuf::new() } else { inside(folder)? };
        let mut names = match &self.inner {
            Inner::Folder(_) => match self.file(folder, &relative)? {
                Some(folder) if folder.is_dir() => listed(&folder)?,
                _ => Vec::new(),
            },
            Inner::Zip(_) => {
                let slash = if folder.is_empty() { "" } else { "/" };
                let before = format!("{}{folder}{slash}", self.top);
                let within = self.names.keys().filter_map(|name| name.strip_prefix(&before));
                within.filter(|name| !name.contains('/')).map(str::to_owned).collect()
            }
        };
        names.sort();
        Ok(names)
    }

    /// Reads a file of JSON; `None` where there is none.
    ///
    /// # Errors
    /// With its name and the line where it is not what it should be.
    pub fn json<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        if !self.has(name)? {
            return Ok(None);
        }
        let mut text = Vec::new();
        self.with(name, |from| from.take(JSON_BYTES).read_to_end(&mut text).map(drop))?;
        serde_json::from_slice(&text).map(Some).map_err(|error| broken(name, error.line(), &error))
    }

    /// Reads a file of JSON lines, and gives each to `take` with its number; empty ones are passed over.
    ///
    /// # Errors
    /// With its name and the line where it is not what it should be.
    pub fn json_lines<T: DeserializeOwned>(&self, name: &str, mut take: impl FnMut(T)) -> Result<()> {
        let mut failed = None;
        self.with(name, |from| {
            for (number, line) in (1..).zip(BufReader::new(from.take(JSON_BYTES)).lines()) {
                let line = line?;
                match serde_json::from_str(&line) {
                    _ if line.trim().is_empty() => {}
                    Ok(read) => take(read),
                    Err(error) => {
                        failed = Some(broken(name, number, &error));
                        break;
                    }
                }
            }
            Ok(())
        })?;
        failed.map_or(Ok(()), Err)
    }

    /// Copies a file.
    ///
    /// # Errors
    /// When it is not there or can't be read or written.
    pub fn copy(&self, name: &str, to: &mut dyn Write) -> Result<()> {
        self.with(name, |from| io::copy(from, to).map(drop))
    }

    fn with(&self, name: &str, read: impl FnOnce(&mut dyn Read) -> io::Result<()>) -> Result<()> {
        let relative = inside(name)?;
        match &self.inner {
            Inner::Folder(_) => {
                let file = self.file(name, &relative)?.ok_or(io::ErrorKind::NotFound.into());
                let done = file.and_then(File::open).and_then(|mut file| read(&mut file));
                done.map_err(|error| unread(name, error))
            }
            Inner::Zip(zip) => {
                let mut zip = zip.lock().unwrap_or_else(PoisonError::into_inner);
                let place = self.names.get(&format!("{}{name}", self.top)).copied();
                let place = place.ok_or_else(|| unread(name, io::ErrorKind::NotFound.into()))?;
                let entry = zip.by_index(place).map_err(io::Error::other);
                entry.and_then(|mut entry| read(&mut entry)).map_err(|error| unread(name, error))
            }
        }
    }

    /// Where a file of a folder really lies: a link may lead out of it too.
    fn file(&self, name: &str, relative: &Path) -> Result<Option<PathBuf>> {
        let Inner::Folder(root) = &self.inner else { return Ok(None) };
        match root.join(relative).canonicalize() {
            Ok(file) if file.starts_with(root) => Ok(Some(file)),
            Ok(_) => Err(leads_out(name)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unread(name, error)),
        }
    }
}

/// A name of the export's as a path within it.
fn inside(name: &str) -> Result<PathBuf> {
    let path = Path::new(name);
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    let strange = name.is_empty() || name.contains(['\0', '\\']);
    if plain && !strange { Ok(path.to_owned()) } else { Err(leads_out(name)) }
}

fn leads_out(name: &str) -> Error {
    Error::Told(format!("the export names {name:?}, which leads out of it: it is not imported"))
}

fn unread(name: &str, error: io::Error) -> Error {
    Error::Io(format!("{name} can't be read"), error)
}

fn broken(name: &str, line: usize, error: &serde_json::Error) -> Error {
    Error::Told(format!("{name}, line {line}: {error}"))
}

fn listed(folder: &Path) -> Result<Vec<String>> {
    let read = || -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                names.extend(entry.file_name().into_string().ok());
            }
        }
        Ok(names)
    };
    read().map_err(|error| unread(&folder.display().to_string(), error))
}

/// The folder that an archive's files all lie in, with a slash behind it, if there is such a one.
fn common_folder(names: &BTreeMap<String, usize>) -> String {
    let first =
        names.keys().next().and_then(|name| name.split_once('/')).map(|(folder, _)| format!("{folder}/"));
    first.filter(|folder| names.keys().all(|name| name.starts_with(folder))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_of_an_export_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("export")).unwrap();
        fs::write(folder.path().join("secret.json"), "[]").unwrap();
        std::os::unix::fs::symlink("../secret.json", folder.path().join("export/link.json")).unwrap();
        let source = Source::open(&folder.path().join("export")).unwrap();
        for name in
            ["../secret.json", "/etc/passwd", "a/../../secret.json", "link.json", "..\\secret.json", ""]
        {
            assert!(source.json::<Vec<u8>>(name).is_err(), "{name}");
        }
        assert_eq!(source.json::<Vec<u8>>("none.json").unwrap(), None);
    }
}
