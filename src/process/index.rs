//! The search indexer: reads stored rows and writes their words in the background, at low priority.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::db::{EventText, Result, Searched, Writer};
use crate::ops::Ops;
use crate::provider::json_text;
use crate::words::words_of;

/// Rows of a kind per transaction, which takes some 3 ms.
const BATCH: i64 = 32;

/// Pauses: with an empty queue, between batches, and between batches while events are waiting for a worker.
const IDLE: Duration = Duration::from_millis(500);
const BETWEEN: Duration = Duration::from_millis(10);
const BEHIND: Duration = Duration::from_millis(200);

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

/// Indexes one batch of each kind; returns the number of rows. Only what must not change meanwhile is done in the transaction:
/// on SQLite every other writer waits for it.
async fn batch(ops: &Ops) -> Result<usize> {
    let (alerts, events) =
        (ops.db.list_search(Searched::Alert, BATCH).await?, ops.db.list_search(Searched::Event, BATCH).await?);
    if alerts.is_empty() && events.is_empty() {
        return Ok(0);
    }
    let words = words_of_events(ops.db.list_event_texts(&events, HEAD).await?);
    let mut tx = ops.db.begin(Writer::Housekeeping).await?;
    let taken = tx.take_search(Searched::Alert, &alerts).await?;
    let of_alerts = words_of_alerts(ops.db.list_alert_texts(&taken).await?);
    tx.index_words(Searched::Alert, &those(&taken, &of_alerts)).await?;
    let taken = tx.take_search(Searched::Event, &events).await?;
    tx.index_words(Searched::Event, &those(&taken, &words)).await?;
    tx.commit().await?;
    ops.db.merge_words(&[Searched::Alert, Searched::Event]).await?;
    ops.db.checkpoint().await?;
    Ok(alerts.len() + events.len())
}

type Words = HashMap<i64, BTreeSet<String>>;

fn those<'w>(ids: &[i64], words: &'w Words) -> Vec<(i64, &'w BTreeSet<String>)> {
    ids.iter().filter_map(|id| Some((*id, words.get(id)?))).collect()
}

fn words_of_alerts(alerts: Vec<(i64, String, String)>) -> Words {
    alerts.into_iter().map(|(id, title, message)| (id, words_of(&format!("{title} {message}")))).collect()
}

/// By event. An event's text never changes.
fn words_of_events(events: Vec<EventText>) -> Words {
    let words = |event: EventText| {
        let EventText { id, event_type, delivery_id, content_type, body } = event;
        let received = body.received().unwrap_or_default();
        let body = json_text(&content_type, &received[..received.len().min(HEAD as usize)]);
        (id, words_of(&format!("{event_type} {delivery_id} {}", String::from_utf8_lossy(&body))))
    };
    events.into_iter().map(words).collect()
}
