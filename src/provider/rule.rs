//! The rules of a pack as its TOML file writes them.

use std::collections::BTreeMap;

use app::types::Severity;
use serde::Deserialize;

use super::draft::{Action, Kind};

/// Where `when` holds, nothing is worse than `severity`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    pub when: String,
    pub severity: Severity,
}

/// Templates of an alert's parts.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    pub title: Option<String>,
    pub message: Option<String>,
    pub severity: Option<String>,
    pub key: Option<String>,
    /// When it happened by the provider's clock: RFC 3339, or Unix seconds or milliseconds.
    pub at: Option<String>,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

/// What some events mean.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Unique; shown where the mapping is explained.
    pub name: String,
    /// Event types, exact or ending in `*`.
    pub event: Vec<String>,
    /// An expression over the payload; absent, it always holds.
    pub when: Option<String>,
    #[serde(default)]
    pub action: Action,
    /// Problem or notice; absent, it follows from key and severity.
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
    /// The rule's own parts, and the pack's default for what it leaves out; a key is never inherited.
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
