//! The encryption key of an embedded database: a file beside it, created on first start.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::{Crypto, random_id};

/// The file's name.
pub const KEY_FILE: &str = "opscenter.key";

/// The path of the key of a database file.
pub fn key_path(database: &Path) -> PathBuf {
    database.with_file_name(KEY_FILE)
}

/// Reads the key, base64 of 32 bytes; creates it if the file does not exist.
///
/// # Errors
///
/// If the file can be neither read nor created.
pub fn read_or_create(path: &Path) -> anyhow::Result<String> {
    match create(path) {
        Ok(key) => Ok(key),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            fs::read_to_string(path).with_context(|| format!("cannot read the key {}", path.display()))
        }
        Err(error) => Err(error).with_context(|| format!("cannot create key {}", path.display())),
    }
}

/// Writes the key to a temporary file and hard-links it into place, so that a concurrent command never reads a partial key
/// and an existing key is never replaced.
fn create(path: &Path) -> io::Result<String> {
    if path.exists() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let key = Crypto::generate_key();
    let draft = path.with_extension(format!("{}.new", random_id()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(key.as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    linked.map(|()| key)
}
