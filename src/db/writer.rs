//! Who writes: in which order, how durably and for how long.

use std::time::Duration;

/// Who writes, and so how urgent it is and how durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// A provider waits: goes first, and is on the disk when `commit` returns.
    Ingest,
    /// Somebody or a command waits: on the disk when `commit` returns.
    Person,
    /// What is worked out from stored events gives way to ingest, and its commits do not wait for the disk: a power cut
    /// may undo the last of them, and then the events they came from are pending still.
    Worker,
    /// What nobody waits for, as the words for the search: like a worker, and gives way for longer.
    Housekeeping,
    /// Housekeeping in turns so short that it need not give way for long.
    Sweeper,
}

impl Writer {
    pub const ALL: [Self; 5] = [Self::Ingest, Self::Person, Self::Worker, Self::Housekeeping, Self::Sweeper];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Person => "person",
            Self::Worker => "worker",
            Self::Housekeeping => "housekeeping",
            Self::Sweeper => "sweeper",
        }
    }

    /// SQLite takes its write lock at once, else an upgrade from reading fails mid-way.
    pub(super) const fn begin_sqlite(self) -> &'static str {
        match self {
            Self::Ingest | Self::Person => {
                "pragma wal_autocheckpoint = 1000; pragma synchronous = full; begin immediate"
            }
            Self::Worker => "pragma wal_autocheckpoint = 1000; pragma synchronous = normal; begin immediate",
            // A checkpoint within the commit would hold everybody up: see `Db::checkpoint`.
            Self::Housekeeping | Self::Sweeper => {
                "pragma wal_autocheckpoint = 0; pragma synchronous = normal; begin immediate"
            }
        }
    }

    /// PostgreSQL does not notice that we left while it waits for a lock: it has deadlines of its own, a little later than ours.
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

    /// How long a transaction may take, the wait for its turn included. A worker's ends before its lease does.
    pub(super) const fn deadline(self) -> Duration {
        Duration::from_secs(match self {
            Self::Ingest => 3,
            Self::Person => 8,
            Self::Worker => 15,
            Self::Housekeeping | Self::Sweeper => 10,
        })
    }
}
