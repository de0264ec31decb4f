//! The file of an embedded database: readable by its owner only, locked by one server, and checked before every write, since
//! a deleted file still accepts writes through open descriptors.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::Result;

/// The files that were opened. Device and inode identify them for as long as they are open, even if they are renamed.
#[derive(Debug)]
pub struct DatabaseFile {
    /// The configured path, which the next start would open.
    named: (PathBuf, Identity),
    wal: (PathBuf, Identity),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
}

impl DatabaseFile {
    /// Records the files of a database. A connection must have them open and stay open.
    pub fn of_open(named: PathBuf, real: &Path) -> io::Result<Self> {
        let wal = beside(real, "-wal");
        let opened = (Identity::of(&named)?, Identity::of(&wal)?);
        Ok(Self { named: (named, opened.0), wal: (wal, opened.1) })
    }

    /// Fails with `NotFound` if database or WAL were deleted or replaced, so that writes would be lost at the next start.
    pub fn check(&self) -> Result<()> {
        let is_there = |(path, opened): &(PathBuf, Identity)| Identity::of(path).is_ok_and(|now| now == *opened);
        if is_there(&self.named) && is_there(&self.wal) {
            return Ok(());
        }
        let why = "the database file or its WAL was deleted or replaced under the server";
        Err(io::Error::new(io::ErrorKind::NotFound, why).into())
    }

    /// Size of the WAL in bytes; 0 if it cannot be read.
    pub fn wal_bytes(&self) -> u64 {
        std::fs::metadata(&self.wal.0).map_or(0, |file| file.len())
    }
}

impl Identity {
    /// Uses `stat` rather than opening the file: closing any descriptor of it would release the locks that SQLite holds
    /// (POSIX `fcntl` locks belong to the process).
    fn of(path: &Path) -> io::Result<Self> {
        let file = std::fs::metadata(path)?;
        Ok(Self { device: file.dev(), inode: file.ino() })
    }
}

/// Creates the file and its directory if missing; the file with mode 0600, since it contains payloads. Returns its canonical
/// path.
pub fn make(named: &Path) -> anyhow::Result<PathBuf> {
    if let Some(folder) = named.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create directory {}", folder.display()))?;
    }
    let cannot = || format!("cannot create database {}", named.display());
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(named) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error).with_context(cannot),
        _ => named.canonicalize().with_context(cannot),
    }
}

/// Locks the database for this process, or fails if another server has it. The descriptor is never closed, not even on
/// failure: see [`Identity::of`].
pub fn lock(real: &Path) -> anyhow::Result<()> {
    let cannot = || format!("cannot lock {}", real.display());
    let file: &'static File = Box::leak(Box::new(to_lock(real).with_context(cannot)?));
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => bail!("another server is using this database ({})", real.display()),
        Err(TryLockError::Error(error)) => Err(error).with_context(cannot),
    }
}

/// The database file itself: on Linux, `flock` and SQLite's `fcntl` locks are independent.
#[cfg(target_os = "linux")]
fn to_lock(real: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(real)
}

/// A separate file: on other systems the two kinds of lock may conflict.
#[cfg(not(target_os = "linux"))]
fn to_lock(real: &Path) -> io::Result<File> {
    File::create(beside(real, "-lock"))
}

/// The path with a suffix appended to its file name, as SQLite names `-wal` and `-shm`.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
