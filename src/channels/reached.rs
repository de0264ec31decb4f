//! Recipients that need no further attempt of an email that is retried for others, by notification. In memory only: after a
//! restart in between, a recipient may get the email twice.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Maximum number of remembered notifications; above it an arbitrary one is evicted.
const MOST: usize = 10_000;

/// Addresses that need no further attempt: true if the email was accepted, false if it was rejected for good.
pub type Done = HashMap<String, bool>;

#[derive(Debug, Default)]
struct Partial {
    done: Done,
    tries: u32,
}

/// Finished recipients by `notification_logs.id`.
#[derive(Debug, Default)]
pub struct Reached(Mutex<HashMap<i64, Partial>>);

impl Reached {
    /// Addresses that are finished for every one of these notifications, which share one email.
    pub fn of(&self, notifications: &[i64]) -> Done {
        let partial = self.lock();
        let mut all = notifications.iter().map(|id| partial.get(id).map(|partial| &partial.done));
        let Some(Some(first)) = all.next() else { return Done::new() };
        let mut done = first.clone();
        for other in all {
            done.retain(|address, _| other.is_some_and(|other| other.contains_key(address)));
        }
        done
    }

    /// Records that an address was reached, or rejected for good.
    pub fn note(&self, notifications: &[i64], address: &str, is_reached: bool) {
        let mut partial = self.lock();
        for id in notifications {
            if !partial.contains_key(id)
                && partial.len() >= MOST
                && let Some(other) = partial.keys().next().copied()
            {
                partial.remove(&other);
            }
            partial.entry(*id).or_default().done.insert(address.to_owned(), is_reached);
        }
    }

    /// Counts an attempt that reached only some recipients; returns the highest count among these notifications.
    pub fn tried(&self, notifications: &[i64]) -> u32 {
        let mut partial = self.lock();
        let count = |id: &i64| {
            let partial = partial.entry(*id).or_default();
            partial.tries += 1;
            partial.tries
        };
        notifications.iter().map(count).max().unwrap_or(0)
    }

    /// Removes notifications that are not retried for single recipients any more.
    pub fn forget(&self, notifications: &[i64]) {
        let mut partial = self.lock();
        notifications.iter().for_each(|id| drop(partial.remove(id)));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Partial>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_reached_is_left_out_only_where_each_of_them_reached_him() {
        let reached = Reached::default();
        reached.note(&[1, 2], "a@example.com", true);
        reached.note(&[1], "b@example.com", false);
        assert_eq!(reached.of(&[1, 2]), Done::from([("a@example.com".to_owned(), true)]));
        assert_eq!(reached.of(&[1]).get("b@example.com"), Some(&false));
        assert!(reached.of(&[1, 3]).is_empty() && reached.of(&[]).is_empty());
        assert_eq!((reached.tried(&[1]), reached.tried(&[1, 2])), (1, 2));
        reached.forget(&[1]);
        assert!(reached.of(&[1]).is_empty() && !reached.of(&[2]).is_empty());
    }
}
