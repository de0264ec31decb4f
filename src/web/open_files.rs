//! How many connections the system lets us have.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Connections at once, however many files there may be.
const MOST: u64 = 8192;

/// Raises the limit of open files (RLIMIT_NOFILE) as far as we may; a quarter of them is left for the database, for files and
/// for outgoing requests.
pub fn most_connections() -> usize {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::warn!("the limit of open files stays as it is: {error}");
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    (files - files / 4).min(MOST) as usize
}
