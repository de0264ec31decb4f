//! Sources: who may send, and how it is known to be them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A webhook source as lists carry it; its secret never leaves the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Source {
    pub id: i64,
    pub name: String,
    /// Last part of the URL, `[a-z0-9][a-z0-9-]{0,62}`.
    pub slug: String,
    /// Name of the provider's pack.
    pub provider: String,
    #[cfg_attr(feature = "ssr", sqlx(json))]
    pub settings: Map<String, Value>,
    pub is_active: bool,
    pub created_at: i64,
    pub updated_at: i64,
}

/// What it takes to add a source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSource {
    pub slug: String,
    pub provider: String,
    /// Empty or absent: the provider's name.
    #[serde(default)]
    pub name: Option<String>,
    /// Empty or absent: one is generated.
    #[serde(default)]
    pub secret: Option<String>,
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
}

/// What may be changed of a source; what is None stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SourceUpdate {
    pub name: Option<String>,
    pub slug: Option<String>,
    pub is_active: Option<bool>,
    /// All of them, in place of those it had.
    pub settings: Option<BTreeMap<String, String>>,
}

/// What goes with a source when it is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct SourceContents {
    pub events: i64,
    pub alerts: i64,
}

/// A source just made, with the only showing of its secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct CreatedSource {
    #[serde(flatten)]
    pub source: Source,
    pub secret: String,
    /// Where the provider is to post.
    pub url: String,
    /// Remarks, such as a short secret.
    pub warnings: Vec<String>,
}

/// A pack as the form offers it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct ProviderInfo {
    /// What `provider` is set to.
    pub id: String,
    pub name: String,
    pub steps: Vec<String>,
    /// Whether verifier and mapping were seen at work with the provider's own signer and payloads.
    pub is_sound: bool,
    /// Settings it takes beside the common ones.
    pub settings: Vec<String>,
    /// An event type that a test event is of; None where only the provider can sign.
    pub sample: Option<String>,
}
