//! Verifies a quarantined request again after the operator fixed the cause, and stores it if the signature is now
//! valid.

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

/// The result of verifying again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Id of the event that was stored, or of the existing duplicate.
    Event(i64),
    /// A handshake whose response is too late to matter; it is dropped.
    Handshake,
    /// The reason, for display.
    StillRefused(String),
}

/// Verifies with today's secrets as of the time of receipt. A valid request is stored once and processed like any
/// other.
pub async fn verify_again(ops: &Ops, refused: &Refused) -> Result<Verdict> {
    let source = match ops.sources.get(refused.webhook_source_id).await?.filter(Found::is_active) {
        Some(Found::Ready(source)) => source,
        Some(Found::Broken(source)) => {
            return Ok(Verdict::StillRefused(format!("its source is broken: {}", source.why)));
        }
        None => return Ok(Verdict::StillRefused("its source is not active".to_owned())),
    };
    let Some(sealed) = &refused.sealed else {
        return Ok(Verdict::StillRefused("its body was not stored as a whole".to_owned()));
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

/// Stores the event with its original time of receipt, so that it does not override newer events. Returns `None` if
/// another caller accepted it first; the transaction is then rolled back.
async fn accept(ops: &Ops, refused_id: i64, event: NewEvent) -> Result<Option<i64>> {
    let mut tx = ops.db.begin(Writer::Person).await?;
    let recorded = store_in(&mut tx, std::slice::from_ref(&event), ops.db.layout()).await?;
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
