//! The search indexer: reads stored rows and writes their words in the background, at low priority.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::db::{EventText, Result, Searched, Tx, Writer};
use crate::ops::Ops;
use crate::provider::json_text;
use crate::words::words_of;

/// Rows per transaction. An event has about a thousand words, so a batch takes some 20 ms.
const BATCH: i64 = 64;

/// Pauses: with an empty queue, between batches, and between batches while events are waiting for a worker.
const IDLE: Duration = Duration::from_millis(500);
const BETWEEN: Duration = Duration::from_millis(20);
const BEHIND: Duration = Duration::from_millis(400);

/// Only the first part of a body is indexed, up to this many bytes.
const HEAD: i32 = 16 * 1024;

/// Indexes queued rows until `stop` is cancelled.
pub async fn index(ops: Arc<Ops>, stop: CancellationToken) {
    loop {
        let pause = match batch(&ops).await {
            Ok(0) => IDLE,
            Ok(_) if ops.signals.is_behind.load(Ordering::Relaxed) => BEHIND,
            Ok(_) => BETWEEN,
            Err(error) => {
                tracing::warn!("cannot write the search index: {error}");
                IDLE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = ops.signals.index.notified(), if pause == IDLE => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Indexes one batch of each kind; returns the number of rows.
async fn batch(ops: &Ops) -> Result<usize> {
    if !ops.db.search_waits().await? {
        return Ok(0);
    }
    let mut tx = ops.db.begin(Writer::Housekeeping).await?;
    let alerts = tx.take_search(Searched::Alert, BATCH).await?;
    for (id, title, message) in ops.db.list_alert_texts(&alerts).await? {
        tx.index_words(Searched::Alert, id, &words_of(&format!("{title} {message}"))).await?;
    }
    let events = tx.take_search(Searched::Event, BATCH).await?;
    index_events(&mut tx, ops.db.list_event_texts(&events, HEAD).await?).await?;
    tx.commit().await?;
    ops.db.merge_words(&[Searched::Alert, Searched::Event]).await?;
    ops.db.checkpoint().await?;
    Ok(alerts.len() + events.len())
}

async fn index_events(tx: &mut Tx, events: Vec<EventText>) -> Result<()> {
    for event in events {
        let EventText { id, event_type, delivery_id, content_type, head } = event;
        let body = json_text(&content_type, &head);
        let words = words_of(&format!("{event_type} {delivery_id} {}", String::from_utf8_lossy(&body)));
        tx.index_words(Searched::Event, id, &words).await?;
    }
    Ok(())
}
