//! Process: from a stored event to an alert. `worker` takes and claims, a `slice` at a time, `hold` renews
//! its leases, `webhook` maps, `finish` commits,
//! `retry` decides about what went wrong, `sweeper` finds what was lost, `prune` forgets what is old,
//! `index` writes the words that are searched.
//!
//! Process does not know how an event was verified; that was `ingest`.

mod finish;
mod hold;
mod index;
mod lifecycle;
mod prune;
mod retry;
mod slice;
mod sweeper;
mod webhook;
mod worker;

pub use index::index;
pub use prune::prune;
pub use sweeper::sweep;
pub use worker::work;

/// How long a claim holds, in milliseconds.
pub const LEASE: i64 = 30_000;
