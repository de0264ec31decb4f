//! The webhook job: what each claimed event means, by its source's pack.

use std::sync::Arc;

use anyhow::Context;

use crate::db::Claimed;
use crate::ops::Ops;
use crate::provider::{Action, Delivery, Draft};
use crate::sources::ReadySource;

/// An event with the alerts it is to become.
#[derive(Debug)]
pub struct Meaning {
    pub id: i64,
    pub attempts: i64,
    /// Whether it was worked off before.
    pub is_replay: bool,
    pub created_at: i64,
    pub source: Arc<ReadySource>,
    pub drafts: Vec<Draft>,
    /// Why the body could not be read.
    pub unreadable: Option<String>,
}

/// Maps a batch, away from the async threads: a large payload may take long, a bad template may panic.
pub async fn map(ops: &Ops, batch: Arc<[Claimed]>) -> anyhow::Result<Vec<Meaning>> {
    let mut sources = Vec::with_capacity(batch.len());
    for event in batch.iter() {
        let source = ops.sources.get(event.webhook_source_id).await?;
        sources.push(source.context("its source was deleted, or the provider's pack is not loaded")?);
    }
    let map_all = move || batch.iter().zip(sources).map(|(event, source)| meaning(event, source)).collect();
    tokio::task::spawn_blocking(map_all).await.context("the mapping panicked")
}

fn meaning(event: &Claimed, source: Arc<ReadySource>) -> Meaning {
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
    let Claimed { id, attempts, is_replay, created_at, .. } = *event;
    Meaning { id, attempts, is_replay, created_at, source, drafts, unreadable }
}
