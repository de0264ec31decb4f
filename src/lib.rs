//! OpsCenter: a webhook receiver and alert console in one binary.
//!
//! The way of one webhook, which is also the reading order: [`ingest`] verifies and stores it durably, [`queue`]
//! hints at it, [`process`] turns it into an alert, [`bus`] wakes everyone, [`live`] puts it on the screen, [`notify`] tells people.
//! [`provider`] knows what each provider's webhooks look like; [`db`] is the only truth; [`ops`] holds what all need.
//! `docs/ARCHITECTURE.md` walks one webhook through the code.

// A view is one type as deep as the page.
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
pub mod outgoing;
pub mod payload;
pub mod provider;
pub mod retention;
pub mod sources;
pub mod supervisor;

pub mod clock;
pub mod crypto;
pub mod error;
pub mod fresh;
pub mod metrics;
pub mod network;
pub mod telemetry;
pub mod throttle;
pub mod words;

/// Names this build; a page of another build offers to reload.
pub const fn build_id() -> &'static str {
    env!("OPSCENTER_BUILD")
}
