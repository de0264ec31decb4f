//! Waiting for room. A waiting request holds no memory: none of its body has been read.

use std::time::Duration;

use tokio::time::timeout;

use super::admission::Party;
use super::ledger::Ledger;
use super::share::Share;
use crate::ingest::RejectReason;

/// Longest wait for room before the body is read, and the interval at which waiters check for senders that became slow.
const WAIT: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(500);

/// Most waiting bodies, in total and per party.
const WAITING: usize = 128;
const WAITING_OF_ONE: usize = 32;

/// A slot among the waiting bodies; released on drop.
struct Waiter<'l>(&'l Ledger, Party);

impl Ledger {
    /// Reserves `bytes`, waiting up to 5 s for room; `OverCapacity` if there is none by then or too many are waiting.
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
