//! Ingest: from a request to a durable row. `receiver` runs the stages: `body_reader` bounds the body, `authenticate`
//! verifies and identifies, `record` commits, `quarantine` keeps rejected requests.
//!
//! Ingest does not know what an event means; that is `process`.

mod authenticate;
mod body_reader;
mod certificate;
mod headers;
mod inflate;
pub mod quarantine;
pub mod receiver;
mod record;
mod reject_reason;
mod repeats;
mod request;
mod subscription;
mod test_event;
mod verify;

pub use body_reader::{BodyReader, Party, Unread};
pub use headers::header_bytes;
pub use record::EventWriter;
pub use reject_reason::RejectReason;
pub use repeats::Repeats;
pub use test_event::send_test;
pub use verify::{Request, Verified, verify};
