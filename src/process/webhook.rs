//! Maps events to alert drafts by the pack of their source.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::retry;
use crate::db::{Attempt, WorkItem};
use crate::ops::Ops;
use crate::provider::{Action, Draft};
use crate::sources::{Found, LoadedSource};

/// An event with the alert drafts that its pack made of it.
#[derive(Debug)]
pub struct MappedEvent {
    /// `webhook_events.id`.
    pub id: i64,
    /// The fencing token of this attempt.
    pub attempt: Attempt,
    /// Whether it is being reprocessed.
    pub is_replay: bool,
    /// Time of receipt, Unix milliseconds.
    pub created_at: i64,
    /// The source as it was when the event was mapped.
    pub source: Arc<LoadedSource>,
    /// In the order of the payload; a draft's index is its position.
    pub drafts: Vec<Draft>,
    /// Why the body could not be parsed.
    pub unreadable: Option<String>,
}

/// Mapping pauses for a commit once it has made this many drafts or taken this long.
const DRAFTS: usize = 1_000;
const SPAN: Duration = Duration::from_secs(2);

/// Bodies above this size, in bytes, are parsed one at a time: parsed JSON takes many times the memory of the body.
const LARGE: usize = 1024 * 1024;
static LARGE_BODIES: Semaphore = Semaphore::const_new(1);

/// Events whose source can be loaded, with these sources.
#[derive(Debug)]
pub struct Usable {
    pub events: Vec<WorkItem>,
    sources: Vec<Arc<LoadedSource>>,
}

impl Usable {
    /// A batch of the event at this index alone.
    pub fn only(&self, at: usize) -> Self {
        Self { events: vec![self.events[at].clone()], sources: vec![self.sources[at].clone()] }
    }
}

/// Events whose source can be loaded. The others are postponed until the source is repaired, without spending an
/// attempt.
pub async fn usable(ops: &Ops, events: Vec<WorkItem>) -> crate::db::Result<Arc<Usable>> {
    let mut usable = Usable { events: Vec::with_capacity(events.len()), sources: Vec::with_capacity(events.len()) };
    for event in events {
        match ops.sources.get(event.webhook_source_id).await? {
            Some(Found::Ready(source)) => {
                usable.events.push(event);
                usable.sources.push(source);
            }
            Some(Found::Broken(source)) => retry::postpone(ops, &event, &source.why).await,
            None => retry::postpone(ops, &event, "its source was deleted").await,
        }
    }
    Ok(Arc::new(usable))
}

/// Maps events from `at` until there is enough for a transaction, the time is over or the node stops. Runs on the
/// blocking pool, since a large payload may take long and a faulty template may panic.
pub async fn map(batch: Arc<Usable>, at: usize, stop: CancellationToken) -> anyhow::Result<Vec<MappedEvent>> {
    let is_large = batch.events[at..].iter().any(|event| event.payload.len() > LARGE);
    let alone = if is_large { Some(LARGE_BODIES.acquire().await?) } else { None };
    let map_some = move || {
        let _alone = alone;
        let (began, mut drafts, mut mapped) = (Instant::now(), 0, Vec::new());
        for (event, source) in batch.events[at..].iter().zip(&batch.sources[at..]) {
            let is_enough = drafts >= DRAFTS || (began.elapsed() > SPAN && !mapped.is_empty());
            if stop.is_cancelled() || is_enough {
                break;
            }
            let event = map_one(event, source.clone());
            drafts += event.drafts.len();
            mapped.push(event);
        }
        mapped
    };
    tokio::task::spawn_blocking(map_some).await.context("the mapping panicked")
}

fn map_one(event: &WorkItem, source: Arc<LoadedSource>) -> MappedEvent {
    let (mut drafts, unreadable) = source.pack.mapper.map(&source.delivery(event, &source.settings.words));
    if let Some(least) = source.settings.alert_from {
        drafts.retain(|draft| draft.severity >= least || draft.action != Action::Open);
    }
    let WorkItem { id, attempt, is_replay, created_at, .. } = *event;
    MappedEvent { id, attempt, is_replay, created_at, source, drafts, unreadable }
}
