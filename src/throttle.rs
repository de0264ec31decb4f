//! Throttles password guessing: after a few failures each further attempt must wait, twice as long each time (OWASP
//! Authentication). An attempt counts as failed from its start, so that concurrent attempts cannot all pass; a successful one
//! is given back.
//!
//! Counted per process: with several web nodes the limits multiply.

use std::collections::HashMap;
use std::fmt::Display;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use app::Error;
use app::types::time::{HOUR, MINUTE, SECOND};

/// First and longest wait, in milliseconds.
const FIRST: i64 = SECOND;
const LONGEST: i64 = 15 * MINUTE;

/// A key without a failure for this long is forgotten; in milliseconds.
const FORGOTTEN: i64 = HOUR;

/// Maximum number of keys; those with the fewest failures are evicted.
const MAX_KEYS: usize = 50_000;

/// Failures before waiting starts: of an account from one network; of a network, which may be shared by an office; of an
/// account from everywhere, so high that an attacker cannot easily lock the owner out (NIST SP 800-63B, 5.2.2); of a known
/// device.
const PAIR: u32 = 5;
const NETWORK: u32 = 20;
const ACCOUNT: u32 = 100;
const DEVICE: u32 = 5;

/// A subject that failures are counted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    name: String,
    /// Failures before waiting starts.
    free: u32,
    /// Whether a successful attempt clears all failures; for shared keys it only gives back its own.
    is_own: bool,
}

impl Key {
    fn own(kind: &str, of: impl Display, free: u32) -> Self {
        Self { name: format!("{kind}:{of}"), free, is_own: true }
    }

    fn shared(kind: &str, of: impl Display, free: u32) -> Self {
        Self { name: format!("{kind}:{of}"), free, is_own: false }
    }
}

/// The keys of a sign-in attempt. A device that the owner has signed in with before has a key of its own only, so that
/// guesses from elsewhere cannot lock it out.
pub fn sign_in_keys(email: &str, network: IpAddr, device: Option<i64>) -> Vec<Key> {
    match device {
        Some(id) => vec![Key::own("device", id, DEVICE)],
        None => vec![
            Key::own("pair", format_args!("{network} {email}"), PAIR),
            Key::shared("network", network, NETWORK),
            Key::shared("account", email, ACCOUNT),
        ],
    }
}

/// The keys of an attempt to use the first-run link.
pub fn setup_keys(network: IpAddr) -> Vec<Key> {
    vec![Key::shared("setup", network, PAIR)]
}

/// The keys of a signed-in user's attempt to confirm the current password.
pub fn own_password_keys(email: &str) -> Vec<Key> {
    vec![Key::own("own", email, PAIR)]
}

/// Failures by key.
#[derive(Debug, Default)]
pub struct Throttle {
    failures: Mutex<HashMap<String, Failures>>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: i64,
}

impl Failures {
    /// Milliseconds until the next attempt is allowed; it is allowed now if not positive.
    fn wait(self, free: u32, now: i64) -> i64 {
        let doublings = self.count.saturating_sub(free);
        let wait = if doublings == 0 { 0 } else { (FIRST << doublings.min(20)).min(LONGEST) };
        self.last + wait - now
    }
}

impl Throttle {
    /// Counts an attempt as failed for every key. `TooManyAttempts` if one of them has to wait; nothing is counted then.
    pub fn enter(&self, keys: &[Key], now: i64) -> app::Result<()> {
        let mut failures = self.lock();
        let wait = keys.iter().filter_map(|key| Some(failures.get(&key.name)?.wait(key.free, now))).max();
        if let Some(ms) = wait.filter(|ms| *ms > 0) {
            return Err(Error::TooManyAttempts { seconds: (ms + 999) / 1000 });
        }
        make_room(&mut failures, keys.len(), now);
        for key in keys {
            let entry = failures.entry(key.name.clone()).or_insert(Failures { count: 0, last: now });
            *entry = Failures { count: entry.count + 1, last: now };
        }
        Ok(())
    }

    /// Gives the attempt back; keys that belong to the user alone are cleared of all failures.
    pub fn succeeded(&self, keys: &[Key]) {
        self.give_back(keys);
        let mut failures = self.lock();
        for key in keys.iter().filter(|key| key.is_own) {
            failures.remove(&key.name);
        }
    }

    /// Takes an attempt out of the counts again, such as one whose password could not be checked.
    pub fn give_back(&self, keys: &[Key]) {
        let mut failures = self.lock();
        for key in keys {
            if let Some(entry) = failures.get_mut(&key.name) {
                entry.count = entry.count.saturating_sub(1);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Failures>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Evicts old entries, then those with the fewest failures, so that a flood of new names evicts itself.
fn make_room(failures: &mut HashMap<String, Failures>, wanted: usize, now: i64) {
    if failures.len() + wanted <= MAX_KEYS {
        return;
    }
    failures.retain(|_, f| now - f.last < FORGOTTEN);
    let surplus = (failures.len() + wanted).saturating_sub(MAX_KEYS);
    if surplus > 0 {
        // Evicts a tenth at once, so that a flood does not sort the table for each of its names.
        let mut all: Vec<(u32, i64, String)> = failures.iter().map(|(key, f)| (f.count, f.last, key.clone())).collect();
        all.sort_unstable();
        for (.., key) in all.iter().take(surplus.max(MAX_KEYS / 10)) {
            failures.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(n: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, n])
    }

    fn keys(email: &str, n: u8) -> Vec<Key> {
        sign_in_keys(email, network(n), None)
    }

    #[test]
    fn guessing_gets_slower_also_at_once() {
        let throttle = Throttle::default();
        assert!((0..=PAIR).all(|_| throttle.enter(&keys("a", 1), 0).is_ok()));
        assert_eq!(throttle.enter(&keys("a", 1), 0), Err(Error::TooManyAttempts { seconds: 2 }));
        assert!(throttle.enter(&keys("a", 1), 2_000).is_ok());
        assert_eq!(throttle.enter(&keys("a", 1), 2_000), Err(Error::TooManyAttempts { seconds: 4 }));
    }

    #[test]
    fn a_network_is_one_guesser_whatever_the_account() {
        let throttle = Throttle::default();
        let passed = (0..400).filter(|n| throttle.enter(&keys(&format!("a{n}"), 1), 0).is_ok()).count();
        assert_eq!(passed, NETWORK as usize + 1);
        assert!(throttle.enter(&keys("a0", 2), 0).is_ok(), "another network goes on");
    }

    #[test]
    fn a_success_clears_what_is_ones_own() {
        let throttle = Throttle::default();
        (0..NETWORK).for_each(|n| throttle.enter(&keys(&format!("a{n}"), 1), 0).unwrap());
        throttle.enter(&keys("me", 1), 0).unwrap();
        throttle.succeeded(&keys("me", 1));
        throttle.enter(&keys("me", 1), 0).unwrap();
        assert!(throttle.enter(&keys("me", 1), 0).is_err(), "the network's failures stay");
    }

    #[test]
    fn strangers_do_not_lock_an_owner_out() {
        let throttle = Throttle::default();
        for n in 1..=20 {
            (0..PAIR).for_each(|_| throttle.enter(&keys("ann", n), 0).unwrap());
        }
        throttle.enter(&keys("ann", 99), 0).unwrap();
        assert!(throttle.enter(&keys("ann", 98), 0).is_err(), "the ceiling of the account");
        let known = sign_in_keys("ann", network(98), Some(1));
        assert!((0..=DEVICE).all(|_| throttle.enter(&known, 0).is_ok()) && throttle.enter(&known, 0).is_err());
    }

    #[test]
    fn a_try_that_was_none_is_given_back() {
        let throttle = Throttle::default();
        for _ in 0..50 {
            throttle.enter(&keys("a", 1), 0).unwrap();
            throttle.give_back(&keys("a", 1));
        }
    }

    #[test]
    fn new_names_do_not_push_out_who_failed_most() {
        let throttle = Throttle::default();
        let stubborn = [Key::own("x", "stubborn", 0)];
        (0..30).for_each(|n| drop(throttle.enter(&stubborn, n * LONGEST)));
        let now = 29 * LONGEST;
        for n in 0..MAX_KEYS + 10_000 {
            throttle.enter(&[Key::own("x", n, 5)], now).unwrap();
        }
        assert!(throttle.enter(&stubborn, now).is_err() && throttle.lock().len() <= MAX_KEYS);
    }
}
