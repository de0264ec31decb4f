//! The memory that inflated bodies may take together.

use std::time::Duration;

use axum::body::Bytes;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::ingest::RejectReason;

/// Memory for inflated bodies until they are stored, in KiB. Two of the largest fit.
static ROOM: Semaphore = Semaphore::const_new(64 * 1024);

/// How long a body waits for room.
const WAIT: Duration = Duration::from_secs(5);

/// A part of the memory; given back on drop.
pub struct Room(SemaphorePermit<'static>);

impl Room {
    /// Room for this many bytes; `OverCapacity` if there is none in time.
    pub async fn take(bytes: u64) -> Result<Self, RejectReason> {
        let room = timeout(WAIT, ROOM.acquire_many(kib(bytes))).await;
        room.ok().and_then(Result::ok).map(Self).ok_or(RejectReason::OverCapacity)
    }

    /// The bytes, with as much of the room as they need for as long as they live.
    pub fn hold(mut self, bytes: Vec<u8>) -> Bytes {
        let surplus = self.0.num_permits().saturating_sub(kib(bytes.len() as u64) as usize);
        drop(self.0.split(surplus));
        Bytes::from_owner(Held { bytes, _room: self })
    }
}

struct Held {
    bytes: Vec<u8>,
    _room: Room,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

fn kib(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX)
}
