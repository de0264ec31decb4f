//! Committing what a batch means: event processed, alerts, roll-up and timeline in one transaction.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::Ordering;

use app::types::{ActivityKind, Severity};
use serde_json::{Map, Value};

use super::webhook::Meaning;
use crate::db::{MinuteStats, NewActivity, NewAlert, Opened, Tx, Writer};
use crate::ops::Ops;
use crate::provider::{Action, Draft};

/// Commits a batch and returns the ids of its timeline steps. Events that another worker took are left alone.
pub async fn finish(ops: &Ops, meanings: &[Meaning]) -> crate::db::Result<Vec<i64>> {
    let now = ops.now();
    let mut tx = ops.db.begin(Writer::Worker).await?;
    let ours = fence(&mut tx, meanings, now).await?;
    let ours: Vec<&Meaning> = meanings.iter().filter(|m| ours.contains(&m.id)).collect();
    for meaning in &ours {
        if let Some(reason) = &meaning.unreadable {
            tx.note_event(meaning.id, reason).await?;
        }
    }
    let mut steps = Steps { now, steps: Vec::with_capacity(ours.len()), stats: BTreeMap::new() };
    open_all(&mut tx, &ours, &mut steps).await?;
    ours.iter().for_each(|meaning| steps.took(meaning));
    tx.add_stats(&steps.stats.into_values().collect::<Vec<_>>()).await?;
    let ids = tx.insert_activity(&steps.steps).await?;
    tx.commit().await?;
    ops.metrics.events_processed.fetch_add(ours.len() as u64, Ordering::Relaxed);
    ops.metrics.last_job_at.store(now, Ordering::Relaxed);
    Ok(ids)
}

/// Marks the batch processed and returns what was still ours; one statement for each number of attempts in it.
async fn fence(tx: &mut Tx, meanings: &[Meaning], now: i64) -> crate::db::Result<HashSet<i64>> {
    let mut by_attempts: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for meaning in meanings {
        by_attempts.entry(meaning.attempts).or_default().push(meaning.id);
    }
    let mut ours = HashSet::with_capacity(meanings.len());
    for (attempts, ids) in by_attempts {
        ours.extend(tx.finish_events(&ids, attempts, now).await?);
    }
    Ok(ours)
}

/// One draft of one event, by reference.
struct Item<'a> {
    meaning: &'a Meaning,
    position: i64,
    draft: &'a Draft,
}

/// What the transaction will add at its end.
struct Steps {
    now: i64,
    steps: Vec<NewActivity>,
    stats: BTreeMap<(i64, i64), MinuteStats>,
}

/// Alerts without a key are all new and go in together; keyed ones one by one, in the order of their keys,
/// so that two nodes lock them in the same order, and within a key in the order of arrival.
async fn open_all(tx: &mut Tx, meanings: &[&Meaning], steps: &mut Steps) -> crate::db::Result<()> {
    let items = meanings.iter().flat_map(|meaning| {
        meaning.drafts.iter().enumerate().map(|(i, draft)| Item { meaning, position: i as i64, draft })
    });
    let (mut keyed, plain): (Vec<Item<'_>>, Vec<Item<'_>>) = items.partition(|item| item.draft.key.is_some());
    let alerts: Vec<NewAlert> = plain.iter().map(|item| item.alert(item.draft.severity, None)).collect();
    let opened = tx.insert_alerts(&alerts).await?;
    for item in &plain {
        if let Some(opened) = opened.iter().find(|opened| item.is_opened_as(opened)) {
            steps.add_opened(item, opened.id, item.draft.severity);
        }
    }
    keyed.sort_by_cached_key(|item| (item.key(), item.meaning.id));
    for item in &keyed {
        match item.draft.action {
            Action::Open => open(tx, item, steps).await?,
            Action::Resolve => resolve(tx, item, steps).await?,
        }
    }
    Ok(())
}

async fn open(tx: &mut Tx, item: &Item<'_>, steps: &mut Steps) -> crate::db::Result<()> {
    let opened = tx.upsert_alert(&item.alert(item.draft.severity, Some(item.key()))).await?;
    if item.is_opened_as(&opened) {
        steps.add_opened(item, opened.id, item.draft.severity);
    } else {
        steps.add_step(item, opened.id, ActivityKind::Repeated);
    }
    Ok(())
}

/// Closes the open alert; with none open, or only a newer one, says so in an info alert.
async fn resolve(tx: &mut Tx, item: &Item<'_>, steps: &mut Steps) -> crate::db::Result<()> {
    if let Some(id) = tx.resolve_alert(&item.key(), item.meaning.created_at, steps.now).await? {
        steps.add_step(item, id, ActivityKind::Resolved);
        return Ok(());
    }
    if item.meaning.source.settings.alert_from.is_some_and(|least| least > Severity::Info) {
        return Ok(());
    }
    let opened = tx.insert_alerts(&[item.alert(Severity::Info, None)]).await?;
    for opened in opened {
        steps.add_opened(item, opened.id, Severity::Info);
    }
    Ok(())
}

impl Item<'_> {
    /// A key belongs to its source.
    fn key(&self) -> String {
        format!("{}:{}", self.meaning.source.id, self.draft.key.as_deref().unwrap_or_default())
    }

    fn alert(&self, severity: Severity, dedup_key: Option<String>) -> NewAlert {
        NewAlert {
            webhook_event_id: self.meaning.id,
            position: self.position,
            webhook_source_id: self.meaning.source.id,
            title: self.draft.title.clone(),
            message: self.draft.message.clone(),
            severity,
            metadata: self.draft.metadata.clone(),
            dedup_key,
            seen_at: self.meaning.created_at,
        }
    }

    fn is_opened_as(&self, opened: &Opened) -> bool {
        opened.webhook_event_id == Some(self.meaning.id) && opened.position == self.position
    }

    /// What explains the mapping later.
    fn detail(&self) -> Map<String, Value> {
        let mut detail = Map::new();
        detail.extend(self.draft.rule.clone().map(|rule| ("rule".to_owned(), rule.into())));
        detail.extend(self.draft.fallback.clone().map(|reason| ("fallback".to_owned(), reason.into())));
        detail
    }
}

impl Steps {
    /// An alert that is new counts in the roll-up; a repeat of it does not.
    fn add_opened(&mut self, item: &Item<'_>, alert_id: i64, severity: Severity) {
        self.add_step(item, alert_id, ActivityKind::Opened);
        let row = MinuteStats::at(&mut self.stats, item.meaning.created_at, item.meaning.source.id);
        match severity {
            Severity::Info => row.info += 1,
            Severity::Warning => row.warning += 1,
            Severity::Error => row.error += 1,
            Severity::Critical => row.critical += 1,
        }
    }

    fn add_step(&mut self, item: &Item<'_>, alert_id: i64, kind: ActivityKind) {
        self.steps.push(NewActivity {
            alert_id,
            webhook_event_id: Some(item.meaning.id),
            kind,
            actor: item.meaning.source.slug.clone(),
            detail: item.detail(),
            created_at: self.now,
        });
    }

    fn took(&mut self, meaning: &Meaning) {
        let row = MinuteStats::at(&mut self.stats, meaning.created_at, meaning.source.id);
        row.took_ms += (self.now - meaning.created_at).max(0);
        row.took_count += 1;
    }
}
