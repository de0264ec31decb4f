//! Sources: the senders of webhooks and how their deliveries are verified.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A webhook source, without its secret. Times are in Unix milliseconds UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Source {
    /// Database id.
    pub id: i64,
    /// Display name.
    pub name: String,
    /// Last segment of the URL, `[a-z0-9][a-z0-9-]{0,62}`.
    pub slug: String,
    /// Id of the provider pack.
    pub provider: String,
    /// Settings by name: `max_body`, `public_url`, `replay_window`, `alert_from`, and those of the pack.
    #[cfg_attr(feature = "ssr", sqlx(json))]
    pub settings: Map<String, Value>,
    /// Whether webhooks are accepted; otherwise they are answered with 404.
    pub is_active: bool,
    /// Time of creation.
    pub created_at: i64,
    /// Time of the last change.
    pub updated_at: i64,
}

/// Body of a request to create a source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSource {
    /// Last segment of the URL, `[a-z0-9][a-z0-9-]{0,62}`, unused.
    pub slug: String,
    /// Id of the provider pack.
    pub provider: String,
    /// If empty or absent, the provider's name is used.
    #[serde(default)]
    pub name: Option<String>,
    /// If empty or absent, a secret is generated.
    #[serde(default)]
    pub secret: Option<String>,
    /// Settings by name: `max_body`, `public_url`, `replay_window`, `alert_from`, and those of the pack.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
}

/// Changes to a source; absent fields keep their value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SourceUpdate {
    /// New display name; blank keeps the current one.
    pub name: Option<String>,
    /// New slug; it changes the webhook URL.
    pub slug: Option<String>,
    /// Whether webhooks are accepted.
    pub is_active: Option<bool>,
    /// Replaces all settings.
    pub settings: Option<BTreeMap<String, String>>,
}

/// Numbers of rows that are deleted together with a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct SourceContents {
    /// Number of events; 10,001 means more than 10,000.
    pub events: i64,
    /// Number of alerts; 10,001 means more than 10,000.
    pub alerts: i64,
}

/// A newly created source; its secret is returned only here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct CreatedSource {
    /// The source.
    #[serde(flatten)]
    pub source: Source,
    /// The signing secret.
    pub secret: String,
    /// After a rotation, until when the previous secret is accepted too, in UTC milliseconds.
    pub previous_until: Option<i64>,
    /// The webhook URL to configure at the provider.
    pub url: String,
    /// Warnings, such as a short secret.
    pub warnings: Vec<String>,
}

/// A provider pack, as offered by the form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct ProviderInfo {
    /// The value for `provider`.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Set-up steps at the provider; `{url}` stands for the webhook URL, `**` and backticks mark text.
    pub steps: Vec<String>,
    /// Whether verification and mapping were tested with the provider's own signer and payloads.
    pub is_sound: bool,
    /// Settings of this pack in addition to the common ones.
    pub settings: Vec<String>,
    /// Event type of the test event; `None` if only the provider can sign.
    pub sample: Option<String>,
}
