//! Sources: the senders of webhooks and how their deliveries are verified.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::text_enum::text_enum;

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
    /// Whether the secret that the provider issues is still to be entered. Until then its deliveries are rejected.
    pub awaits_secret: bool,
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
    /// If empty or absent, a secret is generated. If the provider issues the secret, deliveries are rejected until it is set.
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

text_enum! {
    /// Groups of providers in the form that adds a source.
    #[derive(Default)]
    pub enum ProviderGroup {
        /// Code hosting and CI.
        Code = "code",
        /// Monitoring, errors and incidents.
        Monitoring = "monitoring",
        /// Payments and shops.
        Payments = "payments",
        /// Chat, mail and tickets.
        Chat = "chat",
        /// Cloud and hosting.
        Cloud = "cloud",
        /// Senders of your own, and formats shared by many.
        #[default]
        Yours = "yours",
    }
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
    /// Where the form that adds a source lists it.
    pub group: ProviderGroup,
    /// What the provider calls the secret that it issues; `None` if it takes ours.
    pub issues: Option<String>,
    /// How to have a delivery sent again at the provider, an imperative sentence without a full stop; `None` if unknown.
    pub resend: Option<String>,
    /// Event type of the test event; `None` if only the provider can sign.
    pub sample: Option<String>,
}

/// `base`, or `base-2`, `base-3` and so on if that is taken. At most 63 characters, as slugs are.
pub fn free_slug(base: &str, taken: &[String]) -> String {
    let is_free = |slug: &String| !taken.contains(slug) && slug != "new";
    let numbered = |n: usize| {
        let end = format!("-{n}");
        let base: String = base.chars().take(63 - end.len()).collect();
        base + &end
    };
    let first = std::iter::once(base.chars().take(63).collect());
    first.chain((2..).map(numbered)).find(is_free).unwrap_or_default()
}

/// A name as a slug: lower case, and a dash for everything but a–z and 0–9. Empty if nothing is left.
pub fn slug_of(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").chars().take(63).collect()
}

#[cfg(test)]
mod tests {
    use super::{free_slug, slug_of};

    #[test]
    fn a_slug_is_numbered_until_it_is_free() {
        let taken = ["github", "github-2", "new"].map(str::to_owned);
        assert_eq!(free_slug("github", &taken), "github-3");
        assert_eq!(free_slug("stripe", &taken), "stripe");
        assert_eq!(free_slug("new", &[]), "new-2");
        let long = "a".repeat(63);
        assert_eq!(free_slug(&long, std::slice::from_ref(&long)), format!("{}-2", "a".repeat(61)));
    }

    #[test]
    fn a_name_becomes_a_slug() {
        assert_eq!(slug_of("GitHub: Acme & Söhne"), "github-acme-s-hne");
        assert_eq!(slug_of(" !? "), "");
    }
}
