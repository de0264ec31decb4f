//! Frames of the live stream, on the WebSocket and on the bus.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The kind of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FrameKind {
    /// First frame of a connection; data holds the build id.
    Hello,
    /// An alert was opened; data is the alert.
    NewAlert,
    /// An alert changed in any other way; data is the alert.
    AlertUpdated,
    /// The figures of the Overview changed; data is [`Numbers`](super::Numbers). At most one a second.
    Stats,
    /// Heartbeat, every 8 s; no data.
    Ping,
    /// Too many timeline steps were missed to send them: the client must reload its data. Has `missed`, no data.
    Resync,
}

/// One frame, sent as JSON text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// `type` in JSON.
    #[serde(rename = "type")]
    pub kind: FrameKind,
    /// Sequence number of the stream, the id of the last timeline step; reconnect with `?after=` this.
    pub seq: i64,
    /// Time of the change, in Unix milliseconds.
    #[serde(default)]
    pub at: i64,
    /// Number of missed steps; only with `resync`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<i64>,
    /// The payload, by kind; `null` if there is none.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub data: Value,
}

impl Frame {
    /// A frame with data. `at` is the time of the change, in Unix milliseconds.
    pub const fn new(kind: FrameKind, seq: i64, at: i64, data: Value) -> Self {
        Self { kind, seq, at, missed: None, data }
    }

    /// A frame that makes the client reload, after `missed` steps.
    pub const fn resync(seq: i64, at: i64, missed: i64) -> Self {
        Self { kind: FrameKind::Resync, seq, at, missed: Some(missed), data: Value::Null }
    }

    /// The frame as JSON text.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
