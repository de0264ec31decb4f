//! The result of looking up a source by slug or id.

use std::sync::Arc;

use super::LoadedSource;
use crate::db::SourceRow;

/// A source, usable or not.
#[derive(Clone, Debug)]
pub enum Found {
    Ready(Arc<LoadedSource>),
    Broken(Arc<BrokenSource>),
}

/// A source whose deliveries cannot be verified until it is reconfigured: its pack is not loaded, or its secret does not
/// match the recipe.
#[derive(Debug)]
pub struct BrokenSource {
    pub id: i64,
    pub slug: String,
    pub is_active: bool,
    pub why: String,
}

impl BrokenSource {
    pub fn of(row: &SourceRow, why: &anyhow::Error) -> Self {
        Self { id: row.id, slug: row.slug.clone(), is_active: row.is_active, why: format!("{why:#}") }
    }
}

impl Found {
    pub fn is_active(&self) -> bool {
        match self {
            Self::Ready(source) => source.is_active,
            Self::Broken(source) => source.is_active,
        }
    }

    /// The source, if it is usable.
    pub fn ready(self) -> Option<Arc<LoadedSource>> {
        match self {
            Self::Ready(source) => Some(source),
            Self::Broken(_) => None,
        }
    }

    /// Why it is not usable.
    pub fn why_broken(&self) -> Option<&str> {
        match self {
            Self::Ready(_) => None,
            Self::Broken(source) => Some(&source.why),
        }
    }
}
