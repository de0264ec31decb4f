//! The transaction that stores a batch of events.

use std::collections::{BTreeMap, HashMap};

use super::{Answer, RecordError};
use crate::db::{Db, Layout, MinuteStats, NewEvent, Recorded, Tx, Writer};

/// Stores all in one transaction; if the database rejects a row, each in its own, so that a bad row fails alone.
pub async fn store_or_bisect(db: &Db, events: &[NewEvent]) -> HashMap<String, Answer> {
    // Retrying is idempotent because of the delivery id.
    let stored = db.once_more(|| store(db, events)).await;
    db.availability().note(&stored);
    match stored {
        Ok(recorded) => recorded.into_iter().map(|(request_id, recorded)| (request_id, Ok(recorded))).collect(),
        Err(error) if events.len() == 1 || !is_about_a_row(&error) => {
            tracing::error!(events = events.len(), "cannot store: {error}");
            events.iter().map(|event| (event.request_id.clone(), Err(answer_of(&error)))).collect()
        }
        Err(error) => {
            tracing::warn!(events = events.len(), "cannot store a batch, retrying each event individually: {error}");
            let mut answers = HashMap::with_capacity(events.len());
            for event in events {
                answers.extend(Box::pin(store_or_bisect(db, std::slice::from_ref(event))).await);
            }
            answers
        }
    }
}

/// Stores events in one transaction; those deduplicated by body must come last. Results are keyed by request id.
pub async fn store(db: &Db, events: &[NewEvent]) -> crate::db::Result<HashMap<String, Recorded>> {
    let mut tx = db.begin(Writer::Ingest).await?;
    let recorded = store_in(&mut tx, events, db.layout()).await?;
    tx.commit().await?;
    Ok(recorded)
}

/// The same within an existing transaction.
pub async fn store_in(
    tx: &mut Tx,
    events: &[NewEvent],
    layout: Layout,
) -> crate::db::Result<HashMap<String, Recorded>> {
    let (plain, checked) = events.split_at(events.partition_point(|event| event.dedup_by_body.is_none()));
    let mut recorded = tx.insert_events(plain, layout).await?;
    for event in checked {
        if let Some(dedup_by_body) = &event.dedup_by_body {
            let stored = tx.insert_unless_duplicate(event, dedup_by_body, layout).await?;
            recorded.insert(event.request_id.clone(), stored);
        }
    }
    tx.add_stats(&received(events, &recorded)).await?;
    Ok(recorded)
}

fn received(events: &[NewEvent], recorded: &HashMap<String, Recorded>) -> Vec<MinuteStats> {
    let mut stats = BTreeMap::new();
    for event in events.iter().filter(|e| recorded.get(&e.request_id).is_some_and(|r| !r.is_duplicate)) {
        MinuteStats::at(&mut stats, event.created_at, event.webhook_source_id).received += 1;
    }
    stats.into_values().collect()
}

/// Whether the database rejected the row (constraint or data, SQLSTATE classes 22 and 23), as opposed to being
/// unavailable.
fn is_about_a_row(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return matches!(error, sqlx::Error::Encode(_)) };
    let data = |code: &str| code.len() == 5 && (code.starts_with("22") || code.starts_with("23"));
    error.kind() != sqlx::error::ErrorKind::Other || error.code().is_some_and(|code| data(&code))
}

fn answer_of(error: &sqlx::Error) -> RecordError {
    if is_about_a_row(error) {
        RecordError::Refused(error.to_string())
    } else {
        RecordError::Unavailable(error.to_string())
    }
}
