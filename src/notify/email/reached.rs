//! Whom a mail has reached that others must still be sent: by notification, in this process, for as long as it may be tried again.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// Notifications that are remembered; the one that is forgotten first is any.
const MOST: usize = 10_000;

/// Addresses that are done, and whether they were reached.
pub type Done = HashMap<String, bool>;

#[derive(Default)]
struct Partial {
    done: Done,
    tries: u32,
}

static PARTIAL: LazyLock<Mutex<HashMap<i64, Partial>>> = LazyLock::new(Mutex::default);

/// Who needs no mail about these notifications any more: who is done with each of them.
pub fn of(notifications: &[i64]) -> Done {
    let partial = lock();
    let mut all = notifications.iter().map(|id| partial.get(id).map(|partial| &partial.done));
    let Some(Some(first)) = all.next() else { return Done::new() };
    let mut done = first.clone();
    for other in all {
        done.retain(|address, _| other.is_some_and(|other| other.contains_key(address)));
    }
    done
}

/// Notes that an address was reached, or never will be.
pub fn note(notifications: &[i64], address: &str, is_reached: bool) {
    let mut partial = lock();
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
pub fn tried(notifications: &[i64]) -> u32 {
    let mut partial = lock();
    let count = |id: &i64| {
        let partial = partial.entry(*id).or_default();
        partial.tries += 1;
        partial.tries
    };
    notifications.iter().map(count).max().unwrap_or(0)
}

/// Forgets notifications that are done.
pub fn forget(notifications: &[i64]) {
    let mut partial = lock();
    notifications.iter().for_each(|id| drop(partial.remove(id)));
}

fn lock() -> MutexGuard<'static, HashMap<i64, Partial>> {
    PARTIAL.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_reached_is_left_out_only_where_each_of_them_reached_him() {
        // Ids that no other test of this process has.
        note(&[-1, -2], "a@example.com", true);
        note(&[-1], "b@example.com", false);
        assert_eq!(of(&[-1, -2]), Done::from([("a@example.com".to_owned(), true)]));
        assert_eq!(of(&[-1]).get("b@example.com"), Some(&false));
        assert!(of(&[-1, -3]).is_empty() && of(&[]).is_empty());
        assert_eq!((tried(&[-1]), tried(&[-1, -2])), (1, 2));
        forget(&[-1]);
        assert!(of(&[-1]).is_empty() && !of(&[-2]).is_empty());
    }
}
