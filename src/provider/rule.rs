//! The rules of a pack, as in its TOML file.

use std::collections::BTreeMap;

use app::types::Severity;
use serde::Deserialize;

use super::draft::{Action, Kind};

/// Caps the severity at `severity` where `when` is true.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// An expression over the payload.
    pub when: String,
    pub severity: Severity,
}

/// Templates of an alert's fields. `None` renders empty, except for the severity, which is then `info`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    pub title: Option<String>,
    pub message: Option<String>,
    pub severity: Option<String>,
    pub key: Option<String>,
    /// Event time by the provider's clock: RFC 3339, or Unix seconds or milliseconds.
    pub at: Option<String>,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

/// Maps some event types to an alert.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Unique name, shown where the mapping is explained.
    pub name: String,
    /// Event types, exact or ending in `*`.
    pub event: Vec<String>,
    /// An expression over the payload; absent means always true.
    pub when: Option<String>,
    #[serde(default)]
    pub action: Action,
    /// Problem or notice; if absent, derived from key and severity.
    pub kind: Option<Kind>,
    title: Option<String>,
    message: Option<String>,
    severity: Option<String>,
    key: Option<String>,
    at: Option<String>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

impl Rule {
    /// The rule's fields, with the pack's default where a field is absent; the key is never inherited.
    pub fn fields_over(&self, default: &Fields) -> Fields {
        let or = |own: &Option<String>, default: &Option<String>| own.clone().or_else(|| default.clone());
        let mut metadata = default.metadata.clone();
        metadata.extend(self.metadata.clone());
        Fields {
            title: or(&self.title, &default.title),
            message: or(&self.message, &default.message),
            severity: or(&self.severity, &default.severity),
            key: self.key.clone(),
            at: or(&self.at, &default.at),
            metadata,
        }
    }
}
