//! Frames of the live stream, as the socket and the bus carry them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FrameKind {
    /// First frame of a connection; data names the build.
    Hello,
    /// Data is the alert that was just opened.
    NewAlert,
    /// Data is the alert after any other step of its timeline.
    AlertUpdated,
    /// Figures of the Overview have changed; data holds them for the UTC day.
    Stats,
    /// Nothing happened, and the connection is alive.
    Ping,
    /// Too much was missed to tell; reload what you show. Data-less, with `missed`.
    Resync,
}

/// One text frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    #[serde(rename = "type")]
    pub kind: FrameKind,
    /// Where the stream stands: reconnect with `?after=` this.
    pub seq: i64,
    /// When it happened, Unix milliseconds.
    #[serde(default)]
    pub at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<i64>,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub data: Value,
}

impl Frame {
    /// A frame that carries data.
    pub const fn new(kind: FrameKind, seq: i64, at: i64, data: Value) -> Self {
        Self { kind, seq, at, missed: None, data }
    }

    /// The order to reload, after `missed` steps.
    pub const fn resync(seq: i64, at: i64, missed: i64) -> Self {
        Self { kind: FrameKind::Resync, seq, at, missed: Some(missed), data: Value::Null }
    }

    /// The text that goes over the wire.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
