//! Classes of write transactions: their priority, durability and deadline.

use std::time::Duration;

/// The class of a write transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// A provider waits for the response: highest priority, durable when `commit` returns.
    Ingest,
    /// A user, a command or a notification outcome: does not yield to ingest, durable when `commit` returns.
    Person,
    /// Results of stored events: yields to ingest, and commits without waiting for the disk. A power failure may lose
    /// the last commits; their events are then still pending and are processed again.
    Worker,
    /// Background work such as the search index: like a worker, but yields for longer.
    Housekeeping,
    /// Housekeeping in short transactions, which therefore yields only briefly.
    Sweeper,
}

impl Writer {
    /// All classes, in declaration order, so that `writer as usize` is the index.
    pub const ALL: [Self; 5] = [Self::Ingest, Self::Person, Self::Worker, Self::Housekeeping, Self::Sweeper];

    /// The name used in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Person => "person",
            Self::Worker => "worker",
            Self::Housekeeping => "housekeeping",
            Self::Sweeper => "sweeper",
        }
    }

    /// `immediate` takes SQLite's write lock at once: upgrading a read transaction can fail with BUSY.
    pub(super) const fn begin_sqlite(self) -> &'static str {
        match self {
            Self::Ingest | Self::Person => {
                "pragma wal_autocheckpoint = 1000; pragma synchronous = full; begin immediate"
            }
            Self::Worker => "pragma wal_autocheckpoint = 1000; pragma synchronous = normal; begin immediate",
            // An automatic checkpoint within the commit would delay all writers: see `Db::checkpoint`.
            Self::Housekeeping | Self::Sweeper => {
                "pragma wal_autocheckpoint = 0; pragma synchronous = normal; begin immediate"
            }
        }
    }

    /// PostgreSQL does not notice a closed connection while a statement waits for a lock, so it gets timeouts of its
    /// own, longer than ours.
    pub(super) const fn begin_postgres(self) -> &'static str {
        match self {
            Self::Ingest | Self::Person => {
                "begin; set local statement_timeout = 10000; set local idle_in_transaction_session_timeout = 15000"
            }
            Self::Worker | Self::Housekeeping | Self::Sweeper => {
                "begin; set local synchronous_commit = off; set local statement_timeout = 20000; \
                 set local idle_in_transaction_session_timeout = 25000"
            }
        }
    }

    /// Deadline of a transaction, including the wait for the write permit. A worker's is shorter than its lease.
    pub(super) const fn deadline(self) -> Duration {
        Duration::from_secs(match self {
            Self::Ingest => 3,
            Self::Person => 8,
            Self::Worker => 15,
            Self::Housekeeping | Self::Sweeper => 10,
        })
    }
}
