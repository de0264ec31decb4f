//! Process: from a stored event to an alert. `worker` takes and claims, `webhook` maps, `finish` commits,
//! `retry` decides about what went wrong, `sweeper` finds what was lost.
//!
//! Process does not know how an event was verified; that was `ingest`.

mod finish;
mod retry;
mod sweeper;
mod webhook;
mod worker;

pub use sweeper::sweep;
pub use worker::work;

/// How long a claim holds, in milliseconds.
pub const LEASE: i64 = 30_000;
