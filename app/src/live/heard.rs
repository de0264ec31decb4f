//! What a frame carries, once it is known whose it is.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Arrival;
use crate::read;
use crate::types::{Frame, FrameKind};

/// Data of the first frame.
#[derive(Deserialize)]
pub struct Hello {
    pub build: String,
}

/// What it carries, if it is of that type.
pub fn data<T: DeserializeOwned>(frame: Frame) -> Option<T> {
    read::value(frame.data).ok()
}

/// The alert of which it tells.
pub fn arrival(frame: Frame) -> Option<Arrival> {
    let (seq, is_new) = (frame.seq, frame.kind == FrameKind::NewAlert);
    data(frame).map(|alert| Arrival { seq, is_new, alert })
}
