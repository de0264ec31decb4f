//! The live stream: `tail` follows the timeline, `hub` sends each frame, serialized once, to every socket of this node in
//! order, and `socket` serves one client.

mod hub;
pub mod socket;
mod tail;

pub use hub::{Hub, Wire};
pub use tail::follow;
