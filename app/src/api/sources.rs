//! Sources.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::types::{ProviderInfo, Source, SourceStats};

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceRow {
    pub source: Source,
    pub stats: SourceStats,
}

/// What the form to add one needs. The secret is made anew each time and kept nowhere until it is sent back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceForm {
    pub providers: Vec<ProviderInfo>,
    pub secret: String,
}

/// A source with what is left to do at the provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceSetup {
    pub source: Source,
    pub provider: ProviderInfo,
    pub url: String,
    pub last_event_at: Option<i64>,
}

#[server(prefix = "/rpc", endpoint = "sources/list")]
pub async fn list_sources() -> Result<Vec<SourceRow>, Error> {
    let (actor, backend) = super::asker()?;
    let (sources, stats) = (backend.list_sources(&actor).await?, backend.list_source_stats(&actor).await?);
    let of = |slug: &str| stats.iter().find(|stats| stats.slug == slug).cloned().unwrap_or_default();
    Ok(sources.into_iter().map(|source| SourceRow { stats: of(&source.slug), source }).collect())
}

#[server(prefix = "/rpc", endpoint = "sources/form")]
pub async fn get_source_form() -> Result<SourceForm, Error> {
    let (actor, backend) = super::asker()?;
    super::told(backend.get_source_form(&actor).await)
}

#[server(prefix = "/rpc", endpoint = "sources/setup")]
pub async fn get_source_setup(slug: String) -> Result<SourceSetup, Error> {
    let (actor, backend) = super::asker()?;
    super::told(backend.get_source_setup(&actor, &slug).await)
}

/// Adds a source and goes on to its set-up steps, with and without scripts.
#[server(prefix = "/rpc", endpoint = "sources/create")]
pub async fn create_source(provider: String, name: String, slug: String, secret: String) -> Result<(), Error> {
    use crate::types::NewSource;
    let (actor, backend) = super::asker()?;
    let new = NewSource { slug, provider, name: Some(name), secret: Some(secret), ..NewSource::default() };
    let created = super::told(backend.create_source(&actor, new).await)?;
    leptos_axum::redirect(&format!("/sources/{}", created.source.slug));
    Ok(())
}

#[server(prefix = "/rpc", endpoint = "sources/set_active")]
pub async fn set_source_active(slug: String, active: bool) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::told(backend.set_source_active(&actor, &slug, active).await)
}
