//! Ingest: from a request to a durable row. `receive` finds, bounds, verifies, identifies; `record` commits.
//!
//! Ingest does not know what an event means; that is `process`.

mod headers;
mod intake;
pub mod receive;
mod record;
mod refusal;
mod verify;

pub use intake::{Intake, Taken};
pub use record::Recorder;
pub use refusal::Refusal;
pub use verify::{Request, Verified, verify};
