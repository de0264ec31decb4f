//! Who holds how much of the budget.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::admission::{BUDGET, Held, Party, Verdict, admit};
use super::share::Share;
use crate::ingest::RejectReason;

/// The shares that are out.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    book: Arc<Mutex<Book>>,
    /// Rung when a share is given back.
    pub freed: Arc<Notify>,
}

#[derive(Debug, Default)]
pub struct Book {
    last_id: u64,
    pub used: u64,
    pub entries: HashMap<u64, Entry>,
    /// Who waits for room.
    pub waiting: Vec<Party>,
}

/// A share that is out.
#[derive(Debug)]
pub struct Entry {
    pub party: Party,
    pub bytes: u64,
    /// When it last got on, and how much came since; None when it is whole.
    pub progress: Option<(Instant, u64)>,
    taken_back: Arc<Notify>,
}

impl Ledger {
    /// Room for a body, at the cost of others if need be.
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

    /// Whether more than half is used.
    pub fn is_busy(&self) -> bool {
        self.lock().used > BUDGET / 2
    }

    pub fn lock(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    /// Makes others go, or says that there is no room.
    pub fn make_room(&mut self, grows: Option<u64>, party: Party, bytes: u64) -> Result<(), RejectReason> {
        // What everything fits into needs no look at the others.
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

    pub fn take_back(&mut self, id: u64) {
        if let Some(entry) = self.entries.remove(&id) {
            self.used -= entry.bytes;
            entry.taken_back.notify_one();
        }
    }
}
