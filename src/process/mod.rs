//! Process: from a stored event to an alert. `worker` takes and claims events, one `slice` at a time; `hold` renews the
//! leases, `webhook` maps, `lifecycle` decides what a message changes, `finish` commits, `retry` handles failures,
//! `sweeper` finds lost events, `prune` removes old rows, `index` maintains the search index.
//!
//! Process does not know how an event was verified; that is `ingest`.

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

/// How long the claim of an event holds unless it is renewed, in milliseconds.
pub const LEASE: i64 = 30_000;
