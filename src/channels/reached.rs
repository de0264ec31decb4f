//! Whom a mail has reached that others must still be sent: by notification, in this process, for as long as it may be tried again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Notifications that are remembered; the one that is forgotten first is any.
const MOST: usize = 10_000;

/// Addresses that are done, and whether they were reached.
pub type Done = HashMap<String, bool>;

#[derive(Debug, Default)]
struct Partial {
    done: Done,
    tries: u32,
}

/// By the id of the notification.
#[derive(Debug, Default)]
pub struct Reached(Mutex<HashMap<i64, Partial>>);

impl Reached {
    /// Who needs no mail about these notifications any more: who is done with each of them.
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

    /// Notes that an address was reached, or never will be.
    pub fn note(&self, notifications: &[i64], address: &str, is_reached: bool) {
        let mut partial = self.lock();
        for id in notifications {
            if partial.len() >= MOST
                && let Some(other) = partial.keys().next().copied()
            {
                partial.remove(&other);
            }
            partial.entry(*id).or_default().done.insert(address.to_owned(), is_reached);
        }
    }

    /// Counts a try that reached some; returns how many there were.
    pub fn tried(&self, notifications: &[i64]) -> u32 {
        let mut partial = self.lock();
        let count = |id: &i64| {
            let partial = partial.entry(*id).or_default();
            partial.tries += 1;
            partial.tries
        };
        notifications.iter().map(count).max().unwrap_or(0)
    }

    /// Forgets notifications that are done.
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
