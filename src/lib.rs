//! OpsCenter: a webhook receiver and alert console in one binary.
//!
//! The pipeline of a webhook, which is also the reading order: [`ingest`] verifies and stores it durably, [`queue`] sends a
//! hint, [`process`] turns it into an alert, [`bus`] announces it to all nodes, [`live`] pushes it to browsers, [`notify`]
//! sends notifications. [`provider`] describes the webhooks of each provider; [`db`] is the only source of truth; [`ops`]
//! holds shared state. `docs/ARCHITECTURE.md` walks one webhook through the code.

// The type of a Leptos view nests as deeply as the page does.
#![recursion_limit = "512"]

pub mod cli;
pub mod config;
pub mod node;

pub mod web;

pub mod bus;
pub mod ingest;
pub mod live;
pub mod notify;
pub mod process;
pub mod queue;

pub mod dashboard;
pub mod overview;

pub mod changes;
pub mod channels;
pub mod db;
pub mod delivery;
pub mod limiter;
pub mod ops;
pub mod outbox;
pub mod outgoing;
pub mod payload;
pub mod provider;
pub mod reloading;
pub mod retention;
pub mod signals;
pub mod sources;
pub mod supervisor;

pub mod clock;
pub mod crypto;
pub mod error;
pub mod fresh;
pub mod handover;
pub mod metrics;
pub mod network;
pub mod telemetry;
pub mod throttle;
pub mod vapid;
pub mod words;

/// Identifies this build; a page of another build offers to reload.
pub const fn build_id() -> &'static str {
    env!("OPSCENTER_BUILD")
}
