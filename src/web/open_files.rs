//! The maximum number of connections, derived from the limit of open files.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Maximum number of connections, whatever the limit of open files.
const MOST: u64 = 8192;

/// Raises the soft limit of open files (RLIMIT_NOFILE) to the hard limit; a quarter is reserved for the database, files and
/// outgoing requests.
pub fn most_connections() -> usize {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::warn!("cannot raise the open file limit: {error}");
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    (files - files / 4).min(MOST) as usize
}
