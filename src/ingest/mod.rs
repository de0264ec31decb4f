//! Ingest: from a request to a durable row. `receive` bounds the body, `genuine` verifies and identifies, `record`
//! commits, `quarantine` keeps what was refused.
//!
//! Ingest does not know what an event means; that is `process`.

mod genuine;
mod headers;
mod intake;
pub mod quarantine;
pub mod receive;
mod record;
mod refusal;
mod repeats;
mod subscription;
mod test_event;
mod verify;

pub use headers::header_bytes;
pub use intake::{Intake, Party};
pub use record::Recorder;
pub use refusal::Refusal;
pub use repeats::Repeats;
pub use test_event::send_test;
pub use verify::{Request, Verified, verify};
