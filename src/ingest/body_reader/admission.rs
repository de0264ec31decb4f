//! Admission control for request bodies: is there room, and which other bodies are evicted to make room.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::time::Duration;

use crate::provider::LARGEST_BODY;

/// Memory budget, in bytes, for all bodies until they are stored. The same amount again is needed for the copy that the
/// database writes and for the copy being processed.
pub const BUDGET: u64 = 128 * MIB;

/// Limit per party, in bytes, once half of the budget is in use. The largest possible body fits.
const SHARE: u64 = LARGEST_BODY;

/// A sender that has not delivered another 16 KiB for this long counts as slow.
const SLOW: Duration = Duration::from_secs(2);

/// One mebibyte, in bytes.
pub const MIB: u64 = 1024 * 1024;

/// Origin of a body: target source and client network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Party {
    /// `webhook_sources.id`.
    pub source: i64,
    /// The client's IPv4 address, or the /64 of its IPv6 address.
    pub network: IpAddr,
}

/// A body that occupies part of the budget.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    pub id: u64,
    pub party: Party,
    pub bytes: u64,
    /// Time since its last progress while it is being received; `None` once it is complete and cannot be evicted.
    pub quiet: Option<Duration>,
}

/// Whether there is room for a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Fits,
    /// Fits after these bodies (ids) are evicted.
    InPlaceOf(Vec<u64>),
    Full,
}

/// Decides whether a party may use `bytes` more. Below half of the budget everything is admitted. Above half, a party
/// that exceeds its share can only evict bodies of its own. When the budget is exhausted, slow senders are evicted first,
/// then bodies with a greater load than the new one.
pub fn admit(held: &[Held], party: Party, bytes: u64) -> Verdict {
    let used: u64 = held.iter().map(|held| held.bytes).sum();
    let own: u64 = held.iter().filter(|held| held.party == party).map(|held| held.bytes).sum();
    let is_greedy = own + bytes > SHARE;
    let room = if is_greedy { BUDGET / 2 } else { BUDGET };
    let missing = (used + bytes).saturating_sub(room).min(bytes);
    if missing == 0 {
        return Verdict::Fits;
    }
    let load = loads(held, party, bytes);
    let mine = load(party, bytes);
    let may_go = |held: &&Held| held.is_slow() || (held.quiet.is_some() && load(held.party, held.bytes) > mine);
    let mut others: Vec<&Held> = held.iter().filter(|held| !is_greedy || held.party == party).filter(may_go).collect();
    others.sort_by_key(|held| Reverse((held.is_slow(), load(held.party, held.bytes), held.quiet)));
    enough(&others, missing)
}

fn enough(others: &[&Held], missing: u64) -> Verdict {
    let (mut freed, mut out) = (0, Vec::new());
    for held in others {
        if freed < missing {
            freed += held.bytes;
            out.push(held.id);
        }
    }
    if freed < missing { Verdict::Full } else { Verdict::InPlaceOf(out) }
}

/// The load of a body: its own size plus all bytes of its network plus all bytes for its source, the new body included.
fn loads(held: &[Held], party: Party, bytes: u64) -> impl Fn(Party, u64) -> u64 {
    let all = || held.iter().map(|held| (held.party, held.bytes)).chain([(party, bytes)]);
    let by_network = sums(all().map(|(party, bytes)| (party.network, bytes)));
    let by_source = sums(all().map(|(party, bytes)| (party.source, bytes)));
    move |party, bytes| by_network[&party.network] + by_source[&party.source] + bytes
}

fn sums<K: Eq + Hash>(pairs: impl Iterator<Item = (K, u64)>) -> HashMap<K, u64> {
    let mut sums = HashMap::new();
    pairs.for_each(|(key, bytes)| *sums.entry(key).or_default() += bytes);
    sums
}

impl Held {
    fn is_slow(&self) -> bool {
        self.quiet.is_some_and(|quiet| quiet > SLOW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGE: u64 = 25 * MIB;

    fn party(source: i64, network: u8) -> Party {
        Party { source, network: IpAddr::from([192, 0, 2, network]) }
    }

    fn held(id: u64, party: Party, bytes: u64, quiet: u64) -> Held {
        Held { id, party, bytes, quiet: Some(Duration::from_secs(quiet)) }
    }

    /// Fills the budget with bodies of this size.
    fn crowd(parties: impl Fn(u64) -> Party, bytes: u64, quiet: u64) -> Vec<Held> {
        let mut all = Vec::new();
        for id in 0..10_000 {
            if admit(&all, parties(id), bytes) == Verdict::Fits {
                all.push(held(id, parties(id), bytes, quiet));
            }
        }
        all
    }

    fn passes(all: &[Held], party: Party, bytes: u64) -> bool {
        admit(all, party, bytes) != Verdict::Full
    }

    #[test]
    fn one_party_gets_half_and_others_the_rest() {
        let all = crowd(|_| party(1, 1), LARGE, 0);
        assert_eq!(all.len(), 2, "50 of 64 MiB");
        assert!(admit(&all, party(1, 2), LARGE) == Verdict::Fits && admit(&all, party(2, 1), LARGE) == Verdict::Fits);
        assert_eq!(admit(&all, party(1, 1), LARGE), Verdict::Full);
    }

    #[test]
    fn strangers_of_one_network_at_every_source_starve_nobody() {
        let all = crowd(|id| party(id as i64, 1), LARGE, 0);
        assert_eq!(all.len(), 5);
        for genuine in [party(3, 2), party(99, 2)] {
            assert!(passes(&all, genuine, LARGE) && passes(&all, genuine, 10_000));
        }
        assert!(passes(&all, party(99, 1), 10_000), "even from their own network");
    }

    #[test]
    fn strangers_of_many_networks_at_one_source_starve_no_other_source() {
        let all = crowd(|id| party(1, id as u8), LARGE, 0);
        assert!(passes(&all, party(2, 200), LARGE), "another source");
        assert!(passes(&all, party(1, 200), 5 * MIB), "less than each of them");
        assert!(!passes(&all, party(1, 200), LARGE), "as much as each of them");
        let slow = crowd(|id| party(1, id as u8), LARGE, 3);
        assert!(passes(&slow, party(1, 200), LARGE), "until they are slow");
    }

    #[test]
    fn the_slow_lose_first_and_no_more_than_are_needed() {
        let mut all = crowd(|id| party(id as i64, id as u8), LARGE, 0);
        all[3].quiet = Some(Duration::from_secs(9));
        assert_eq!(admit(&all, party(77, 77), 4 * MIB), Verdict::InPlaceOf(vec![3]));
    }

    #[test]
    fn what_is_whole_keeps_its_room() {
        let mut all = crowd(|id| party(1, id as u8), LARGE, 9);
        all.iter_mut().for_each(|held| held.quiet = None);
        assert_eq!(admit(&all, party(2, 99), 20 * MIB), Verdict::Full);
        assert_eq!(admit(&all, party(2, 99), MIB), Verdict::Fits, "3 MiB are left");
    }
}
