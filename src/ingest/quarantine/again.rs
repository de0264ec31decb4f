//! Verifying again what was refused, once its cause is mended, and storing what now holds.

use anyhow::Context;
use axum::body::Bytes;

use super::sealed;
use crate::db::{NewEvent, Refused, Writer};
use crate::error::Result;
use crate::ingest::authenticate::{Authenticated, authenticate};
use crate::ingest::record::store_in;
use crate::ingest::request::InboundRequest;
use crate::ops::Ops;
use crate::sources::Found;

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Stored as this event, or known as it already.
    Event(i64),
    /// It asked for an answer that came too late, and is dropped.
    Handshake,
    /// In words.
    StillRefused(String),
}

/// Verifies with the secrets of today at the time it came; what holds is stored once and worked off like any other.
pub async fn verify_again(ops: &Ops, refused: &Refused) -> Result<Verdict> {
    let source = match ops.sources.get(refused.webhook_source_id).await?.filter(Found::is_active) {
        Some(Found::Ready(source)) => source,
        Some(Found::Broken(source)) => {
            return Ok(Verdict::StillRefused(format!("its source is broken: {}", source.why)));
        }
        None => return Ok(Verdict::StillRefused("its source is not active".to_owned())),
    };
    let Some(sealed) = &refused.sealed else {
        return Ok(Verdict::StillRefused("its body was not stored".to_owned()));
    };
    let (headers, query) = sealed::open(&ops.crypto, &refused.request_id, sealed)?;
    let body = Bytes::from(refused.payload.clone());
    let ip = refused.ip_address.parse().context("the address of a refused request")?;
    let request_id = &refused.request_id;
    let at = refused.created_at;
    let inbound = InboundRequest { headers: &headers, query: query.as_deref(), body: &body, ip, request_id, at };
    match authenticate(ops, &source, &inbound).await {
        Ok(Authenticated::Event(event)) => Ok(match accept(ops, refused.id, *event).await? {
            Some(event_id) => Verdict::Event(event_id),
            None => Verdict::StillRefused("it was already accepted".to_owned()),
        }),
        Ok(Authenticated::Handshake(_)) => forget(ops, refused.id).await,
        Err(refusal) => Ok(Verdict::StillRefused(refusal.to_string())),
    }
}

/// Stores the event as received when it came, so that it overrides nothing that came after it. None where somebody else was
/// quicker: what was stored here is undone with its transaction.
async fn accept(ops: &Ops, refused_id: i64, event: NewEvent) -> Result<Option<i64>> {
    let mut tx = ops.db.begin(Writer::Person).await?;
    let recorded = store_in(&mut tx, std::slice::from_ref(&event)).await?;
    let recorded = *recorded.get(&event.request_id).context("an event without an answer")?;
    if !tx.mark_retried(refused_id, recorded.event_id).await? {
        return Ok(None);
    }
    tx.commit().await?;
    if !recorded.is_duplicate {
        ops.queue.push(&[recorded.event_id]);
    }
    Ok(Some(recorded.event_id))
}

async fn forget(ops: &Ops, refused_id: i64) -> Result<Verdict> {
    let mut tx = ops.db.begin(Writer::Person).await?;
    tx.delete_refused(refused_id).await?;
    tx.commit().await?;
    Ok(Verdict::Handshake)
}
