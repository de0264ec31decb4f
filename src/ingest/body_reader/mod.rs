//! Reads request bodies with limits on size, time and total memory. The memory for a body is reserved before any of it
//! is read.
//!
//! `ledger` does the accounting, `share` is the reservation of one body, `admission` decides which bodies are admitted or
//! evicted, `wait` queues requests until there is room.

mod admission;
mod ledger;
mod share;
mod wait;

use std::time::Duration;

use axum::body::{Body, Bytes};
use futures::StreamExt;
use http_body::Body as _;

use super::RejectReason;
pub use admission::Party;
use ledger::Ledger;
use share::Share;

/// A body must be complete within this time.
const PATIENCE: Duration = Duration::from_secs(30);

/// Initial reservation, in bytes, for a body without a Content-Length.
const FIRST: u64 = 64 * 1024;

/// Limits the memory that all bodies use together.
#[derive(Clone, Debug, Default)]
pub struct BodyReader {
    ledger: Ledger,
}

/// A complete body together with its share of the budget. The share lives as long as the bytes do, in the event writer
/// or in quarantine, and is released when the last reference is dropped.
struct Paid {
    bytes: Vec<u8>,
    _share: Share,
}

impl AsRef<[u8]> for Paid {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl BodyReader {
    /// Reads the whole body. Fails with `TooLarge` above `limit` bytes, with `OverCapacity` if there is no room in memory,
    /// and with `Interrupted` if the client aborts or takes longer than 30 s.
    pub async fn read(&self, party: Party, body: Body, limit: u64) -> Result<Bytes, RejectReason> {
        let length = body.size_hint().exact();
        if length.is_some_and(|length| length > limit) {
            return Err(RejectReason::TooLarge(limit));
        }
        let share = self.ledger.take(party, length.unwrap_or(FIRST.min(limit))).await?;
        let whole = tokio::select! {
            whole = collect(body, limit, &share) => whole?,
            () = share.taken_back() => return Err(RejectReason::OverCapacity),
            () = tokio::time::sleep(PATIENCE) => return Err(RejectReason::Interrupted("it took too long".to_owned())),
        };
        share.settle()?;
        Ok(Bytes::from_owner(Paid { bytes: whole, _share: share }))
    }

    /// Whether the load is too high to keep rejected bodies.
    pub fn is_busy(&self) -> bool {
        self.ledger.is_busy()
    }
}

/// Reads into one buffer of the announced size; without a Content-Length the buffer grows, and the share with it.
async fn collect(body: Body, limit: u64, share: &Share) -> Result<Vec<u8>, RejectReason> {
    let room = body.size_hint().exact().unwrap_or(FIRST.min(limit)) as usize;
    let mut whole = Vec::with_capacity(room);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| RejectReason::Interrupted(error.to_string()))?;
        if (whole.len() + chunk.len()) as u64 > limit {
            return Err(RejectReason::TooLarge(limit));
        }
        make_room(&mut whole, chunk.len(), limit, share)?;
        whole.extend_from_slice(&chunk);
        share.received(chunk.len() as u64);
    }
    Ok(whole)
}

/// Doubles the buffer rather than reserve `limit` bytes at once: a body without a Content-Length may be small.
fn make_room(whole: &mut Vec<u8>, more: usize, limit: u64, share: &Share) -> Result<(), RejectReason> {
    let have = whole.capacity();
    if whole.len() + more > have {
        let want = (have * 2).max(whole.len() + more).min(limit as usize);
        share.grow((want - have) as u64)?;
        whole.reserve_exact(want - whole.len());
    }
    Ok(())
}
