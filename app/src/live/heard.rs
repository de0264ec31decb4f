//! Decodes the payload of frames.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Arrival;
use crate::read;
use crate::types::{Frame, FrameKind};

/// Data of the `hello` frame.
#[derive(Deserialize)]
pub struct Hello {
    /// The server's build id.
    pub build: String,
}

/// The frame's data as a `T`; `None` if it does not match.
pub fn data<T: DeserializeOwned>(frame: Frame) -> Option<T> {
    read::value(frame.data).ok()
}

/// The alert in an alert frame; `None` if it does not match the type.
pub fn arrival(frame: Frame) -> Option<Arrival> {
    let (seq, is_new) = (frame.seq, frame.kind == FrameKind::NewAlert);
    data(frame).map(|alert| Arrival { seq, is_new, alert })
}
