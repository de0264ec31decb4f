//! A share of the memory budget, from the announcement of a body until it is stored.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::admission::Party;
use super::ledger::Ledger;
use crate::ingest::RejectReason;

/// A sender makes progress when it has delivered another this many bytes.
const STEP: u64 = 16 * 1024;

/// A share of the budget; released on drop.
#[derive(Debug)]
pub struct Share {
    pub(super) id: u64,
    pub(super) party: Party,
    pub(super) ledger: Ledger,
    pub(super) taken_back: Arc<Notify>,
}

impl Share {
    /// Enlarges the share by `bytes`; `OverCapacity` if there is no room or it was evicted.
    pub fn grow(&self, bytes: u64) -> Result<(), RejectReason> {
        let mut book = self.ledger.lock();
        book.make_room(Some(self.id), self.party, bytes)?;
        let entry = book.entries.get_mut(&self.id).ok_or(RejectReason::OverCapacity)?;
        entry.bytes += bytes;
        book.used += bytes;
        Ok(())
    }

    /// Records received bytes as progress.
    pub fn received(&self, bytes: u64) {
        let mut book = self.ledger.lock();
        if let Some(Some((at, since))) = book.entries.get_mut(&self.id).map(|entry| &mut entry.progress) {
            *since += bytes;
            if *since >= STEP {
                (*at, *since) = (Instant::now(), 0);
            }
        }
    }

    /// Marks the body as complete: it can no longer be evicted. Fails if it was evicted just before.
    pub fn settle(&self) -> Result<(), RejectReason> {
        let mut book = self.ledger.lock();
        book.entries.get_mut(&self.id).map(|entry| entry.progress = None).ok_or(RejectReason::OverCapacity)
    }

    /// Completes once this share is evicted for another body.
    pub async fn taken_back(&self) {
        self.taken_back.notified().await;
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.ledger.lock().take_back(self.id);
        self.ledger.freed.notify_one();
    }
}
