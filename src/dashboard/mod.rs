//! Implements the dashboard's backend interface: one file per noun. `web/api` calls the same methods, so each operation
//! exists once.
//!
//! Every method checks the role, and writes the audit log in the transaction of the change.

mod access;
mod alerts;
mod channels;
mod chart;
mod events;
mod notifications;
mod overview;
mod quarantine;
mod saved_filters;
mod sources;

use std::sync::Arc;

use app::Error;
use app::types::{Actor, Cursor, Source, SourceName};
use serde_json::Value;

use crate::crypto::random_id;
use crate::db::{AuditEntry, Tx};
use crate::error;
use crate::ops::Ops;
use crate::words::words_of;

pub use access::{UserEdit, check_email, check_length, check_new_password, weakness};
pub use sources::check_slug;

/// The dashboard's backend, based on `Ops`.
#[derive(Clone, Debug)]
pub struct Dashboard {
    pub ops: Arc<Ops>,
}

impl Dashboard {
    pub const fn new(ops: Arc<Ops>) -> Self {
        Self { ops }
    }

    /// Adds an audit log entry in the transaction of the change.
    async fn audit(&self, tx: &mut Tx, actor: &Actor, action: &str, subject: &str, detail: Value) -> error::Result<()> {
        let entry = AuditEntry { actor: &actor.name, action, subject, detail, now: self.ops.now() };
        tx.insert_audit(&entry).await?;
        Ok(())
    }

    /// The sources that lists can be filtered by.
    async fn source_names(&self) -> error::Result<Vec<SourceName>> {
        let sources = self.ops.db.list_sources().await?;
        let name = |source: Source| SourceName { slug: source.slug, name: source.name, provider: source.provider };
        Ok(sources.into_iter().map(name).collect())
    }
}

/// Converts to a public error. Internal errors are logged under a new id; public ones are returned unchanged.
fn public_error<T>(result: error::Result<T>) -> app::Result<T> {
    result.map_err(|error| error.to_public(&random_id()))
}

/// Page size: 1 to 200, by default 50.
fn page_size(limit: Option<i64>) -> app::Result<i64> {
    match limit.unwrap_or(50) {
        limit @ 1..=200 => Ok(limit),
        _ => Err(Error::invalid("limit", "must be 1 to 200")),
    }
}

/// Maximum words and bytes of a search; each word costs a lookup of its own.
const MOST_SOUGHT: usize = 16;
const LONGEST_SEARCH: usize = 500;

/// Rejects a search that would be too expensive.
fn check_search(q: Option<&str>) -> app::Result<()> {
    let q = q.unwrap_or_default();
    if q.len() > LONGEST_SEARCH || words_of(q).len() > MOST_SOUGHT {
        return Err(Error::invalid("q", format!("accepts at most {MOST_SOUGHT} words and {LONGEST_SEARCH} bytes")));
    }
    Ok(())
}

fn cursor(text: Option<&str>) -> app::Result<Option<Cursor>> {
    text.map(|text| text.parse().map_err(|why: String| Error::invalid("cursor", why))).transpose()
}
