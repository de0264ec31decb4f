//! Events just stored by this process, for its own workers, which need not read them back. Bounded: an event that does not fit, or is
//! lost in a crash, is read from the database.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::db::WorkItem;

/// Most bytes of bodies, with an allowance for the rest of each event.
const MAX_BYTES: usize = 16 * 1024 * 1024;
const OVERHEAD: usize = 512;

/// Time in milliseconds after which nobody will ask for an event: its hint was lost, and another worker has found it.
const STALE: i64 = 60_000;

/// Clones share the events.
#[derive(Clone, Debug, Default)]
pub struct Handover {
    events: Arc<Mutex<Held>>,
    is_open: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct Held {
    by_id: BTreeMap<i64, WorkItem>,
    bytes: usize,
}

impl Handover {
    /// Begins to hold events. For a process whose own workers take what it stores.
    pub fn open(&self) {
        self.is_open.store(true, Ordering::Relaxed);
    }

    /// Holds committed events as far as there is room. The oldest are kept, since they are asked for first.
    pub fn put(&self, events: impl Iterator<Item = WorkItem>) {
        if self.is_open.load(Ordering::Relaxed) {
            let mut held = self.events.lock().unwrap_or_else(PoisonError::into_inner);
            events.for_each(|event| held.add(event));
        }
    }

    /// Removes and returns the held events among `ids`.
    pub fn take(&self, ids: &[i64]) -> Vec<WorkItem> {
        let mut held = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        ids.iter().filter_map(|id| held.remove(*id)).collect()
    }
}

impl Held {
    fn add(&mut self, event: WorkItem) {
        while self.oldest().is_some_and(|(_, created_at)| created_at < event.created_at - STALE) {
            self.oldest().and_then(|(id, _)| self.remove(id));
        }
        let bytes = size(&event);
        if self.bytes + bytes <= MAX_BYTES {
            self.bytes += bytes;
            self.by_id.insert(event.id, event);
        }
    }

    fn oldest(&self) -> Option<(i64, i64)> {
        self.by_id.first_key_value().map(|(id, event)| (*id, event.created_at))
    }

    fn remove(&mut self, id: i64) -> Option<WorkItem> {
        let event = self.by_id.remove(&id)?;
        self.bytes -= size(&event);
        Some(event)
    }
}

fn size(event: &WorkItem) -> usize {
    event.payload.len() + OVERHEAD
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::db::Attempt;

    fn event(id: i64, bytes: usize, created_at: i64) -> WorkItem {
        WorkItem {
            id,
            webhook_source_id: 1,
            event_type: "push".into(),
            payload: Bytes::from(vec![0; bytes]),
            content_type: "application/json".into(),
            attempt: Attempt::default(),
            is_replay: false,
            created_at,
        }
    }

    fn ids(events: &[WorkItem]) -> Vec<i64> {
        events.iter().map(|event| event.id).collect()
    }

    #[test]
    fn an_event_is_taken_once() {
        let handover = Handover::default();
        handover.put([event(1, 1, 0)].into_iter());
        assert!(handover.take(&[1]).is_empty(), "it is not open");
        handover.open();
        handover.put([event(1, 1, 0), event(2, 1, 0)].into_iter());
        assert_eq!(ids(&handover.take(&[2, 3])), [2]);
        assert_eq!(ids(&handover.take(&[1, 2])), [1]);
        assert_eq!(handover.events.lock().unwrap().bytes, 0);
    }

    #[test]
    fn what_finds_no_room_is_left_out_until_there_is_room() {
        let handover = Handover::default();
        handover.open();
        let large = MAX_BYTES - 2 * OVERHEAD - 1;
        handover.put([event(1, large, 0), event(2, 2, 0), event(3, 1, 0)].into_iter());
        assert_eq!(ids(&handover.take(&[1, 2, 3])), [1, 3]);
        handover.put([event(4, large, 0)].into_iter());
        handover.put([event(5, large, STALE), event(6, large, STALE + 1)].into_iter());
        assert_eq!(ids(&handover.take(&[4, 5, 6])), [6], "nobody asked for the first in a minute");
    }
}
