//! Waiting for room. Whoever waits holds nothing: none of the body is read.

use std::time::Duration;

use tokio::time::timeout;

use super::admission::Party;
use super::ledger::Ledger;
use super::share::Share;
use crate::ingest::RejectReason;

/// For how long a body may wait for room before any of it is read, and how often it looks whether others have become slow.
const WAIT: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(500);

/// Bodies that may wait, and those of one party.
const WAITING: usize = 128;
const WAITING_OF_ONE: usize = 32;

/// A place among those who wait, until dropped.
struct Waiter<'l>(&'l Ledger, Party);

impl Ledger {
    /// Room for a body, now or in a while.
    pub async fn take(&self, party: Party, bytes: u64) -> Result<Share, RejectReason> {
        let at_once = self.take_now(party, bytes);
        if at_once.is_ok() {
            return at_once;
        }
        let _turn = self.queue(party)?;
        let later = async {
            loop {
                let freed = self.freed.notified();
                if let Ok(share) = self.take_now(party, bytes) {
                    return share;
                }
                let _freed_or_somebody_is_slow = timeout(LOOK, freed).await;
            }
        };
        timeout(WAIT, later).await.map_err(|_| RejectReason::OverCapacity)
    }

    fn queue(&self, party: Party) -> Result<Waiter<'_>, RejectReason> {
        let mut book = self.lock();
        let own = book.waiting.iter().filter(|waiting| **waiting == party).count();
        if book.waiting.len() >= WAITING || own >= WAITING_OF_ONE {
            return Err(RejectReason::OverCapacity);
        }
        book.waiting.push(party);
        Ok(Waiter(self, party))
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let mut book = self.0.lock();
        if let Some(place) = book.waiting.iter().position(|waiting| *waiting == self.1) {
            book.waiting.swap_remove(place);
        }
    }
}
