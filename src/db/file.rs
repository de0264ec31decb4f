//! The file of an embedded database: made for us alone, locked by one server, and watched, since what is deleted while it is
//! open takes every write all the same.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::Result;

/// Which files were opened. They keep their numbers for as long as they are open, whatever becomes of their names.
#[derive(Debug)]
pub struct DatabaseFile {
    /// As configured: what the next start would open.
    named: (PathBuf, Identity),
    wal: (PathBuf, Identity),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
}

impl DatabaseFile {
    /// The files of a database that a connection has open and will not close.
    pub fn of_open(named: PathBuf, real: &Path) -> io::Result<Self> {
        let wal = beside(real, "-wal");
        let opened = (Identity::of(&named)?, Identity::of(&wal)?);
        Ok(Self { named: (named, opened.0), wal: (wal, opened.1) })
    }

    /// Whether what is written is found at the next start.
    pub fn check(&self) -> Result<()> {
        let is_there = |(path, opened): &(PathBuf, Identity)| Identity::of(path).is_ok_and(|now| now == *opened);
        if is_there(&self.named) && is_there(&self.wal) {
            return Ok(());
        }
        let why = "the database file or its WAL was deleted or replaced under the server";
        Err(io::Error::new(io::ErrorKind::NotFound, why).into())
    }

    /// How large the WAL has become.
    pub fn wal_bytes(&self) -> u64 {
        std::fs::metadata(&self.wal.0).map_or(0, |file| file.len())
    }
}

impl Identity {
    /// Asks without opening: closing any descriptor of the file would let go of the locks that SQLite has on it.
    fn of(path: &Path) -> io::Result<Self> {
        let file = std::fs::metadata(path)?;
        Ok(Self { device: file.dev(), inode: file.ino() })
    }
}

/// Makes the file where there is none, for us alone, since it holds payloads; returns where it really is.
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

/// One server per database, until the process ends. Never closed, not even if it is another's: see [`Identity::of`].
pub fn lock(real: &Path) -> anyhow::Result<()> {
    let cannot = || format!("cannot lock {}", real.display());
    let file: &'static File = Box::leak(Box::new(to_lock(real).with_context(cannot)?));
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => bail!("another server is using this database ({})", real.display()),
        Err(TryLockError::Error(error)) => Err(error).with_context(cannot),
    }
}

/// The database itself: on Linux `flock` and the locks of SQLite (`fcntl`) know nothing of each other.
#[cfg(target_os = "linux")]
fn to_lock(real: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open(real)
}

/// A file beside it: elsewhere the two kinds of lock are one.
#[cfg(not(target_os = "linux"))]
fn to_lock(real: &Path) -> io::Result<File> {
    File::create(beside(real, "-lock"))
}

pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
