//! Which fields of a source's payloads become its alerts, and what other fields would make of the newest events.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use app::Error;
use app::types::{
    Actor, ChosenFields, EventQuery, FIELDS, FieldMapping, MappedAlert, Severity, SourceUpdate, TriedEvent,
};

use super::wrong_setting;
use crate::dashboard::Dashboard;
use crate::db::WorkItem;
use crate::error::Result;
use crate::provider::{Action, Settings};
use crate::sources::{Found, LoadedSource};

/// Events that are tried.
const TRIED: i64 = 20;

/// Larger bodies, in bytes, are left out.
const LARGEST: i64 = 256 * 1024;

type Words = BTreeMap<String, String>;

impl Dashboard {
    pub(super) async fn field_mapping(&self, slug: &str, fields: ChosenFields) -> Result<FieldMapping> {
        let source = self.usable_source(slug).await?;
        let words = chosen(&source.settings.words, fields)?;
        Settings::read(&source.pack, words.clone()).map_err(wrong_setting)?;
        let events = self.newest_events(slug, TRIED).await?;
        // A template may take long.
        let mapping = tokio::task::spawn_blocking(move || mapping(&source, &events, &words)).await;
        Ok(mapping.context("the mapping panicked")?)
    }

    /// What the mapper sees of the newest event's body; empty without one.
    pub(super) async fn example_payload(&self, slug: &str) -> Result<String> {
        let source = self.usable_source(slug).await?;
        let events = self.newest_events(slug, 1).await?;
        let seen = |event: &WorkItem| source.pack.mapper.seen(&source.delivery(event, &source.settings.words));
        Ok(events.first().and_then(seen).unwrap_or_default())
    }

    /// Stores the fields with the other settings of the source.
    pub(super) async fn choose(&self, actor: &Actor, slug: &str, fields: ChosenFields) -> Result<()> {
        let row = self.source_row(slug).await?;
        let settings = Some(chosen(&Settings::words_of(&row.settings), fields)?);
        self.update_row(actor, row, SourceUpdate { settings, ..SourceUpdate::default() }).await.map(drop)
    }

    async fn usable_source(&self, slug: &str) -> Result<Arc<LoadedSource>> {
        let source = self.source(slug).await?;
        let usable = self.ops.sources.get(source.id).await?.and_then(Found::ready);
        Ok(usable.ok_or_else(|| Error::invalid("slug", "belongs to a source that cannot be used"))?)
    }

    /// With their bodies, newest first.
    async fn newest_events(&self, slug: &str, count: i64) -> Result<Vec<WorkItem>> {
        let query = EventQuery { source: Some(slug.to_owned()), ..EventQuery::default() };
        let listed = self.ops.db.list_events(&query, None, count).await?;
        let ids: Vec<i64> = listed.into_iter().take(count as usize).map(|event| event.id).collect();
        Ok(self.ops.db.list_event_bodies(&ids, LARGEST).await?)
    }
}

/// The settings with these fields; an empty one goes back to the usual names.
fn chosen(settings: &Words, fields: ChosenFields) -> app::Result<Words> {
    if let Some(name) = fields.keys().find(|name| !FIELDS.iter().any(|(field, _)| field == name)) {
        return Err(Error::invalid(format!("fields.{name}"), "is not a field that can be chosen"));
    }
    let mut words = settings.clone();
    words.extend(fields);
    words.retain(|_, word| !word.is_empty());
    Ok(words)
}

/// `events` must be newest first.
fn mapping(source: &LoadedSource, events: &[WorkItem], words: &Words) -> FieldMapping {
    let parts = |newest: &WorkItem| source.pack.mapper.explain(&source.delivery(newest, words));
    let tried = |event: &WorkItem| TriedEvent {
        id: event.id,
        created_at: event.created_at,
        now: mapped(source, event, &source.settings.words),
        then: mapped(source, event, words),
    };
    FieldMapping { parts: events.first().map(parts).unwrap_or_default(), tried: events.iter().map(tried).collect() }
}

fn mapped(source: &LoadedSource, event: &WorkItem, words: &Words) -> MappedAlert {
    let (drafts, _) = source.pack.mapper.map(&source.delivery(event, words));
    let draft = drafts.into_iter().next();
    MappedAlert {
        title: draft.as_ref().map(|draft| draft.title.clone()).unwrap_or_default(),
        severity: draft.as_ref().map(|draft| draft.severity).unwrap_or(Severity::Info),
        resolves: draft.as_ref().is_some_and(|draft| draft.action == Action::Resolve),
        key: draft.and_then(|draft| draft.key).unwrap_or_default(),
    }
}
