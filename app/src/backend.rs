//! The dashboard's contract: what a page can ask of the server. Implemented by the server for its `Ops`,
//! so that this crate knows no driver and a page renders against a fake.
//!
//! Each method takes the actor first and checks the role itself.

use async_trait::async_trait;

use crate::api::sources::{SourceForm, SourceSetup};
use crate::error::Result;
use crate::types::{
    Actor, AlertChange, AlertDetail, AlertList, AlertQuery, CreatedSource, Event, EventDetail, EventQuery, NewSource,
    Overview, Page, ProviderInfo, Selection, Shell, Source, SourceStats,
};

/// Alerts.
#[async_trait]
pub trait Alerts {
    async fn list_alerts(&self, actor: &Actor, query: AlertQuery) -> Result<AlertList>;
    async fn get_alert(&self, actor: &Actor, id: i64) -> Result<AlertDetail>;
    /// Changes what is selected and not so already; returns how many.
    async fn change_alerts(&self, actor: &Actor, change: AlertChange, selection: Selection) -> Result<i64>;
}

/// Events.
#[async_trait]
pub trait Events {
    async fn list_events(&self, actor: &Actor, query: EventQuery) -> Result<Page<Event>>;
    async fn get_event(&self, actor: &Actor, id: i64) -> Result<EventDetail>;
}

/// Sources.
#[async_trait]
pub trait Sources {
    async fn list_sources(&self, actor: &Actor) -> Result<Vec<Source>>;
    /// Sources with what they received in 24 hours.
    async fn list_source_stats(&self, actor: &Actor) -> Result<Vec<SourceStats>>;
    /// The packs a source can be of.
    async fn list_providers(&self, actor: &Actor) -> Result<Vec<ProviderInfo>>;
    /// The packs, and a secret to begin with.
    async fn get_source_form(&self, actor: &Actor) -> Result<SourceForm>;
    /// What is left to do at the provider.
    async fn get_source_setup(&self, actor: &Actor, slug: &str) -> Result<SourceSetup>;
    async fn create_source(&self, actor: &Actor, new: NewSource) -> Result<CreatedSource>;
    async fn set_source_active(&self, actor: &Actor, slug: &str, active: bool) -> Result<()>;
}

/// The Overview and the shell around every page.
#[async_trait]
pub trait Overviews {
    async fn get_overview(&self, actor: &Actor) -> Result<Overview>;
    async fn get_shell(&self, actor: &Actor) -> Result<Shell>;
}

/// Everything a page can ask.
pub trait Backend: Alerts + Events + Sources + Overviews + Send + Sync {}
impl<T: Alerts + Events + Sources + Overviews + Send + Sync> Backend for T {}
