//! Whom a mail has reached that others must still be sent: in this process, for as long as it may be tried again.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, Mutex, PoisonError};

/// Mails that are remembered; the one that is forgotten first is any.
const MOST: usize = 10_000;

/// Addresses, by mail.
static REACHED: LazyLock<Mutex<HashMap<String, HashSet<String>>>> = LazyLock::new(Mutex::default);

/// Whom a mail has reached already.
pub fn of(mail: &str) -> HashSet<String> {
    let reached = REACHED.lock().unwrap_or_else(PoisonError::into_inner);
    reached.get(mail).cloned().unwrap_or_default()
}

/// Notes that an address was reached, or never will be.
pub fn note(mail: &str, address: &str) {
    let mut reached = REACHED.lock().unwrap_or_else(PoisonError::into_inner);
    if reached.len() >= MOST
        && let Some(other) = reached.keys().next().cloned()
    {
        reached.remove(&other);
    }
    reached.entry(mail.to_owned()).or_default().insert(address.to_owned());
}

/// Forgets a mail that is done.
pub fn forget(mail: &str) {
    REACHED.lock().unwrap_or_else(PoisonError::into_inner).remove(mail);
}
