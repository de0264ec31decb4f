//! Taking a body in: bounded in bytes, in time, and in what all bodies together may hold. Room is taken for all of it before
//! any of it is read.
//!
//! `ledger` knows who holds what, `admission` says who may have more, `wait` is for those who may not yet.

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

/// A body must be whole within this.
const PATIENCE: Duration = Duration::from_secs(30);

/// Room for a body that does not say its length, at first.
const FIRST: u64 = 64 * 1024;

/// Bounds what all bodies together may hold.
#[derive(Clone, Debug, Default)]
pub struct BodyReader {
    ledger: Ledger,
}

/// A whole body with its share of the budget, which goes wherever its bytes go: to the task that stores them, or to
/// quarantine. It is given back when the last who has the bytes lets go of them.
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
    /// The whole body, if it is no larger than `limit` bytes.
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

    /// Whether so much is under way that what is refused should not be kept.
    pub fn is_busy(&self) -> bool {
        self.ledger.is_busy()
    }
}

/// Into one buffer, made as large as the body says it is; else it grows, and the share with it.
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

/// Twice as much as before, since whoever says no length may send little.
fn make_room(whole: &mut Vec<u8>, more: usize, limit: u64, share: &Share) -> Result<(), RejectReason> {
    let have = whole.capacity();
    if whole.len() + more > have {
        let want = (have * 2).max(whole.len() + more).min(limit as usize);
        share.grow((want - have) as u64)?;
        whole.reserve_exact(want - whole.len());
    }
    Ok(())
}
