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

/// What is kept of a body that is too large, in bytes, and how long its sender may take for that.
const BEGINNING: u64 = 64 * 1024;
const BEGINNING_TIMEOUT: Duration = Duration::from_secs(2);

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

/// A body that was not read.
#[derive(Debug)]
pub struct Unread {
    /// Why.
    pub reason: RejectReason,
    /// Of one that is too large, the first 64 KiB.
    pub beginning: Option<Bytes>,
}

impl Unread {
    /// The beginning is a copy, since the body's share of the memory ends here.
    fn new(reason: RejectReason, bytes: &[u8]) -> Self {
        let is_too_large = matches!(reason, RejectReason::TooLarge(_));
        let beginning = &bytes[..bytes.len().min(BEGINNING as usize)];
        Self { reason, beginning: is_too_large.then(|| Bytes::copy_from_slice(beginning)) }
    }
}

impl From<RejectReason> for Unread {
    fn from(reason: RejectReason) -> Self {
        Self { reason, beginning: None }
    }
}

impl BodyReader {
    /// Reads the whole body. Fails with `TooLarge` above `limit` bytes, with `OverCapacity` if there is no room in memory,
    /// and with `Interrupted` if the client aborts or takes longer than 30 s.
    pub async fn read(&self, party: Party, body: Body, limit: u64) -> Result<Bytes, Unread> {
        let length = body.size_hint().exact();
        if length.is_some_and(|length| length > limit) {
            let read = self.read_up_to(party, body, BEGINNING.min(limit), BEGINNING_TIMEOUT).await;
            let beginning = read.err().and_then(|unread| unread.beginning);
            return Err(Unread { reason: RejectReason::TooLarge(limit), beginning });
        }
        self.read_up_to(party, body, limit, PATIENCE).await
    }

    async fn read_up_to(&self, party: Party, body: Body, most: u64, patience: Duration) -> Result<Bytes, Unread> {
        let first = body.size_hint().exact().unwrap_or(FIRST).min(most);
        let share = self.ledger.take(party, first).await?;
        let mut whole = Vec::with_capacity(first as usize);
        let read = tokio::select! {
            read = collect(body, most, &share, &mut whole) => read,
            () = share.taken_back() => Err(RejectReason::OverCapacity),
            () = tokio::time::sleep(patience) => Err(RejectReason::Interrupted("it took too long".to_owned())),
        };
        match read {
            Ok(()) => share.settle()?,
            Err(reason) => return Err(Unread::new(reason, &whole)),
        }
        Ok(Bytes::from_owner(Paid { bytes: whole, _share: share }))
    }

    /// Whether the load is too high to keep rejected bodies.
    pub fn is_busy(&self) -> bool {
        self.ledger.is_busy()
    }
}

/// Reads into one buffer, which grows unless it has room for the whole body, and the share with it. If the body is larger than
/// `limit`, the buffer has its beginning.
async fn collect(body: Body, limit: u64, share: &Share, whole: &mut Vec<u8>) -> Result<(), RejectReason> {
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| RejectReason::Interrupted(error.to_string()))?;
        let fits = chunk.len().min(limit as usize - whole.len());
        make_room(whole, fits, limit, share)?;
        whole.extend_from_slice(&chunk[..fits]);
        if fits < chunk.len() {
            return Err(RejectReason::TooLarge(limit));
        }
        share.received(chunk.len() as u64);
    }
    Ok(())
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
