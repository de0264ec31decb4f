//! The result of looking up a source by slug or id.

use std::sync::Arc;

use super::LoadedSource;
use crate::db::SourceRow;

/// A source, usable or not.
#[derive(Clone, Debug)]
pub enum Found {
    /// Its deliveries can be verified.
    Ready(Arc<LoadedSource>),
    /// Its deliveries are answered with 503.
    Broken(Arc<BrokenSource>),
}

/// A source whose deliveries cannot be verified until it is reconfigured: its pack is not loaded, or its secret does not
/// match the recipe.
#[derive(Debug)]
pub struct BrokenSource {
    /// `webhook_sources.id`.
    pub id: i64,
    /// Last segment of the webhook address.
    pub slug: String,
    /// False if it is paused or deleted: deliveries are answered as if it did not exist.
    pub is_active: bool,
    /// The error with its causes, for display.
    pub why: String,
}

impl BrokenSource {
    /// A row that could not be loaded, with the error.
    pub fn of(row: &SourceRow, why: &anyhow::Error) -> Self {
        Self { id: row.id, slug: row.slug.clone(), is_active: row.is_active, why: format!("{why:#}") }
    }
}

impl Found {
    /// Whether the source accepts deliveries; false if it is paused or deleted.
    pub fn is_active(&self) -> bool {
        match self {
            Self::Ready(source) => source.is_active,
            Self::Broken(source) => source.is_active,
        }
    }

    /// The source; `None` if it is broken.
    pub fn ready(self) -> Option<Arc<LoadedSource>> {
        match self {
            Self::Ready(source) => Some(source),
            Self::Broken(_) => None,
        }
    }

    /// Why it is broken; `None` if it is not.
    pub fn why_broken(&self) -> Option<&str> {
        match self {
            Self::Ready(_) => None,
            Self::Broken(source) => Some(&source.why),
        }
    }
}
