//! Which fields of a source's payloads become its alerts, and what other fields would make of the newest events.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use app::Error;
use app::types::{
    Actor, ChosenFields, EventQuery, FIELDS, FieldMapping, FieldPart, MappedAlert, Severity, SourceUpdate, TriedEvent,
};

use super::wrong_setting;
use crate::dashboard::Dashboard;
use crate::db::WorkItem;
use crate::error::Result;
use crate::provider::{Action, Delivery, MappedPart, Settings};
use crate::sources::{Found, LoadedSource};

/// Events that are tried.
const TRIED: i64 = 20;

/// Larger bodies, in bytes, are left out.
const LARGEST: i64 = 256 * 1024;

type Words = BTreeMap<String, String>;

impl Dashboard {
    pub(super) async fn field_mapping(&self, slug: &str, fields: ChosenFields) -> Result<FieldMapping> {
        let source = self.source(slug).await?;
        let ready = self.ops.sources.get(source.id).await?.and_then(Found::ready);
        let ready = ready.ok_or_else(|| Error::invalid("slug", "belongs to a source that cannot be used"))?;
        let words = chosen(&ready.settings.words, fields)?;
        Settings::read(&ready.pack, words.clone()).map_err(wrong_setting)?;
        let query = EventQuery { source: Some(slug.to_owned()), ..EventQuery::default() };
        let newest: Vec<i64> = self
            .ops
            .db
            .list_events(&query, None, TRIED)
            .await?
            .into_iter()
            .take(TRIED as usize)
            .map(|e| e.id)
            .collect();
        let events = self.ops.db.list_event_bodies(&newest, LARGEST).await?;
        // A template may take long.
        let tried = tokio::task::spawn_blocking(move || tried(&ready, &events, &words)).await;
        Ok(tried.context("the mapping panicked")?)
    }

    /// Stores the fields with the other settings of the source.
    pub(super) async fn choose(&self, actor: &Actor, slug: &str, fields: ChosenFields) -> Result<()> {
        let row = self.source_row(slug).await?;
        let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let stored: Words = row.settings.iter().map(|(name, value)| (name.clone(), text(value))).collect();
        let settings = Some(chosen(&stored, fields)?);
        self.update_row(actor, row, SourceUpdate { settings, ..SourceUpdate::default() }).await.map(drop)
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

/// `events` must be in descending order.
fn tried(source: &Arc<LoadedSource>, events: &[WorkItem], words: &Words) -> FieldMapping {
    let Some(newest) = events.first() else { return FieldMapping::default() };
    let tried = |event: &WorkItem| TriedEvent {
        id: event.id,
        created_at: event.created_at,
        now: mapped(source, event, &source.settings.words),
        then: mapped(source, event, words),
    };
    let (payload, parts) = source.pack.mapper.explain(&delivery(source, newest, words)).unwrap_or_default();
    FieldMapping { payload, parts: parts.into_iter().map(part).collect(), tried: events.iter().map(tried).collect() }
}

fn part(part: MappedPart) -> FieldPart {
    FieldPart { setting: part.setting.to_owned(), text: part.text, paths: part.paths }
}

fn mapped(source: &LoadedSource, event: &WorkItem, words: &Words) -> MappedAlert {
    let (drafts, _) = source.pack.mapper.map(&delivery(source, event, words));
    let draft = drafts.into_iter().next();
    MappedAlert {
        title: draft.as_ref().map(|draft| draft.title.clone()).unwrap_or_default(),
        severity: draft.as_ref().map(|draft| draft.severity).unwrap_or(Severity::Info),
        resolves: draft.as_ref().is_some_and(|draft| draft.action == Action::Resolve),
        key: draft.and_then(|draft| draft.key).unwrap_or_default(),
    }
}

fn delivery<'a>(source: &'a LoadedSource, event: &'a WorkItem, words: &'a Words) -> Delivery<'a> {
    Delivery {
        event_type: &event.event_type,
        content_type: &event.content_type,
        payload: &event.payload,
        source: &source.name,
        settings: words,
        received: event.created_at,
    }
}
