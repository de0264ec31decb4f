//! How payloads become alerts by fields that an admin may choose. Not part of the REST API, where the fields are settings of the
//! source.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::alert::Severity;

/// Settings that choose a field for a part of the alert, each with the name of the part.
pub const FIELDS: [(&str, &str); 5] = [
    ("title_field", "Title"),
    ("message_field", "Message"),
    ("severity_field", "Severity"),
    ("state_field", "State"),
    ("key_field", "Deduplication key"),
];

/// Settings among [`FIELDS`], each with a JSONPath; an empty one means to look under the usual names.
pub type ChosenFields = BTreeMap<String, String>;

/// What the newest events of a source become.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FieldMapping {
    /// The parts of the newest event's alert, in the order of [`FIELDS`]; empty without one.
    pub parts: Vec<FieldPart>,
    /// The newest events, newest first.
    pub tried: Vec<TriedEvent>,
}

/// A part of an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldPart {
    /// One of [`FIELDS`].
    pub setting: String,
    /// Text of the field; empty without one.
    pub text: String,
    /// JSONPaths of the fields that it is made of.
    pub paths: Vec<String>,
}

/// An event, and what the fields make of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TriedEvent {
    /// Database id.
    pub id: i64,
    /// Time of receipt, Unix milliseconds.
    pub created_at: i64,
    /// With the stored settings.
    pub now: MappedAlert,
    /// With the chosen fields.
    pub then: MappedAlert,
}

/// The first alert that an event opens or changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MappedAlert {
    /// Its title.
    pub title: String,
    /// Its severity.
    pub severity: Severity,
    /// Whether it resolves the alert with this key.
    pub resolves: bool,
    /// Deduplication key; empty for none.
    pub key: String,
}
