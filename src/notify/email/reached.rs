//! Whom a mail has reached that others must still be sent: in this process, for as long as it may be tried again.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::notify::Outcome;

/// Mails that are remembered; the one that is forgotten first is any.
const MOST: usize = 10_000;

/// Addresses, by mail.
static REACHED: LazyLock<Mutex<HashMap<String, HashSet<String>>>> = LazyLock::new(Mutex::default);

/// Whom a mail has reached already.
pub fn of(mail: &str) -> HashSet<String> {
    let reached = REACHED.lock().unwrap_or_else(PoisonError::into_inner);
    reached.get(mail).cloned().unwrap_or_default()
}

/// Notes what came of a mail by recipient: remembered only where somebody must wait.
pub fn note(mail: &str, outcomes: &[(String, Outcome)]) {
    let mut reached = REACHED.lock().unwrap_or_else(PoisonError::into_inner);
    if !outcomes.iter().any(|(_, outcome)| matches!(outcome, Outcome::Later { .. })) {
        reached.remove(mail);
        return;
    }
    if reached.len() >= MOST
        && let Some(other) = reached.keys().next().cloned()
    {
        reached.remove(&other);
    }
    let now = outcomes.iter().filter(|(_, outcome)| !matches!(outcome, Outcome::Later { .. }));
    reached.entry(mail.to_owned()).or_default().extend(now.map(|(address, _)| address.clone()));
}
