//! The webhook job: maps each event by the pack of its source.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::retry;
use crate::db::{Attempt, WorkItem};
use crate::ops::Ops;
use crate::provider::{Action, Delivery, Draft};
use crate::sources::{Found, LoadedSource};

/// An event with the alerts it is to become.
#[derive(Debug)]
pub struct MappedEvent {
    pub id: i64,
    pub attempt: Attempt,
    /// Whether it was worked off before.
    pub is_replay: bool,
    pub created_at: i64,
    pub source: Arc<LoadedSource>,
    pub drafts: Vec<Draft>,
    /// Why the body could not be read.
    pub unreadable: Option<String>,
}

/// Alerts that one transaction takes, and how long is mapped before what is mapped is committed.
const DRAFTS: usize = 1_000;
const SPAN: Duration = Duration::from_secs(2);

/// A body of more bytes is parsed while no other such body is: parsed it takes many times its size.
const LARGE: usize = 1024 * 1024;
static LARGE_BODIES: Semaphore = Semaphore::const_new(1);

/// Events with their sources, which can be used.
#[derive(Debug)]
pub struct Usable {
    pub events: Vec<WorkItem>,
    sources: Vec<Arc<LoadedSource>>,
}

impl Usable {
    /// One of them.
    pub fn only(&self, at: usize) -> Self {
        Self { events: vec![self.events[at].clone()], sources: vec![self.sources[at].clone()] }
    }
}

/// Those whose source can be used; the others are put off until somebody mended it, and lose no attempt by it.
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

/// Maps from `at` on until there is enough for a transaction, its time is over or the node stops: away from the async
/// threads, since a large payload may take long and a bad template may panic.
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
    let delivery = Delivery {
        event_type: &event.event_type,
        content_type: &event.content_type,
        payload: &event.payload,
        source: &source.name,
        settings: &source.settings.words,
    };
    let (mut drafts, unreadable) = source.pack.mapper.map(&delivery);
    if let Some(least) = source.settings.alert_from {
        drafts.retain(|draft| draft.severity >= least || draft.action != Action::Open);
    }
    let WorkItem { id, attempt, is_replay, created_at, .. } = *event;
    MappedEvent { id, attempt, is_replay, created_at, source, drafts, unreadable }
}
