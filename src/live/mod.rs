//! Live: the tail follows the timeline and gives each frame, built once, to every socket of this node, in order.

mod hub;
pub mod socket;
mod tail;

pub use hub::{Hub, Wire};
pub use tail::follow;
