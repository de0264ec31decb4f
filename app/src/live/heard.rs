//! A frame as it is heard: its data stays text until it is known whose it is, and so each type has but one reader.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Arrival;
use crate::types::FrameKind;

#[derive(Clone, Copy, Deserialize)]
pub struct Heard<'text> {
    #[serde(rename = "type")]
    pub kind: FrameKind,
    pub seq: i64,
    #[serde(default)]
    pub at: i64,
    #[serde(borrow)]
    data: Option<&'text RawValue>,
}

/// Data of the first frame.
#[derive(Deserialize)]
pub struct Hello {
    pub build: String,
}

impl<'text> Heard<'text> {
    pub fn read(text: &'text str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// What it carries, if it is of that type.
    pub fn data<T: Deserialize<'text>>(&self) -> Option<T> {
        serde_json::from_str(self.data?.get()).ok()
    }

    /// The alert of which it tells.
    pub fn arrival(&self) -> Option<Arrival> {
        let is_new = match self.kind {
            FrameKind::NewAlert => true,
            FrameKind::AlertUpdated => false,
            _ => return None,
        };
        Some(Arrival { seq: self.seq, is_new, alert: self.data()? })
    }
}
