//! Accounting of the memory budget.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::admission::{BUDGET, Held, Party, Verdict, admit};
use super::share::Share;
use crate::ingest::RejectReason;

/// The outstanding shares of the budget.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    book: Arc<Mutex<Book>>,
    /// Notified when a share is released.
    pub freed: Arc<Notify>,
}

/// The state of the ledger, behind its lock.
#[derive(Debug, Default)]
pub struct Book {
    last_id: u64,
    /// Bytes of the budget in use.
    pub used: u64,
    /// By the id of the share.
    pub entries: HashMap<u64, Entry>,
    /// Parties waiting for room.
    pub waiting: Vec<Party>,
}

/// An outstanding share.
#[derive(Debug)]
pub struct Entry {
    pub party: Party,
    pub bytes: u64,
    /// Time of the last progress and the bytes received since; `None` once the body is complete.
    pub progress: Option<(Instant, u64)>,
    taken_back: Arc<Notify>,
}

impl Ledger {
    /// Reserves `bytes` immediately, evicting other bodies if necessary; `OverCapacity` if there is no room.
    pub fn take_now(&self, party: Party, bytes: u64) -> Result<Share, RejectReason> {
        let mut book = self.lock();
        book.make_room(None, party, bytes)?;
        book.last_id += 1;
        let (id, taken_back) = (book.last_id, Arc::<Notify>::default());
        let entry = Entry { party, bytes, progress: Some((Instant::now(), 0)), taken_back: taken_back.clone() };
        book.entries.insert(id, entry);
        book.used += bytes;
        Ok(Share { id, party, ledger: self.clone(), taken_back })
    }

    /// Whether more than half of the budget is in use.
    pub fn is_busy(&self) -> bool {
        self.lock().used > BUDGET / 2
    }

    pub fn lock(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    /// Evicts other bodies as needed; `OverCapacity` if there is no room. A share that `grows` is not evicted itself.
    pub fn make_room(&mut self, grows: Option<u64>, party: Party, bytes: u64) -> Result<(), RejectReason> {
        // Fast path: below half of the budget no other share has to be examined.
        if self.used + bytes <= BUDGET / 2 {
            return Ok(());
        }
        let held = |(id, entry): (&u64, &Entry)| {
            let progress = entry.progress.filter(|_| grows != Some(*id));
            Held { id: *id, party: entry.party, bytes: entry.bytes, quiet: progress.map(|(at, _)| at.elapsed()) }
        };
        let held: Vec<Held> = self.entries.iter().map(held).collect();
        match admit(&held, party, bytes) {
            Verdict::Fits => {}
            Verdict::InPlaceOf(others) => others.iter().for_each(|id| self.take_back(*id)),
            Verdict::Full => return Err(RejectReason::OverCapacity),
        }
        Ok(())
    }

    /// Releases a share and notifies its reader, which stops if the body was evicted.
    pub fn take_back(&mut self, id: u64) {
        if let Some(entry) = self.entries.remove(&id) {
            self.used -= entry.bytes;
            entry.taken_back.notify_one();
        }
    }
}
