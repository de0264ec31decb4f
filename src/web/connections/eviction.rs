//! Selects the connections to close when the limit is reached.

use std::collections::{BinaryHeap, HashMap};
use std::net::IpAddr;
use std::time::Duration;

use super::connection::Phase;

/// A connection without progress for this long is slow.
const SLOW: Duration = Duration::from_secs(5);

/// Grace period for a new connection to send its headers.
const JUST_COME: Duration = Duration::from_secs(1);

/// A snapshot of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub id: u64,
    pub network: Option<IpAddr>,
    pub phase: Phase,
    /// Time since this phase began, or last made progress.
    pub age: Duration,
}

/// Eviction priority: the kind, then for how long, then the connection id.
type Useless = (u8, Duration, u64);

/// Selects up to `wanted` connections, each time the least useful one of the network with the most. If all are in active use,
/// selects one anyway.
pub fn choose_victims(seen: &[Seen], wanted: usize) -> Vec<u64> {
    let out = pick(seen, wanted, useless);
    if !out.is_empty() {
        return out;
    }
    let at_last = [just_come, under_way, long_at_work].map(|kind| pick(seen, 1, kind));
    at_last.into_iter().find(|out| !out.is_empty()).unwrap_or_default()
}

fn pick(seen: &[Seen], wanted: usize, rank: fn(&Seen) -> Option<u8>) -> Vec<u64> {
    let mut networks = by_network(seen, rank);
    let entry = |(i, (open, list)): (usize, &(usize, Vec<Useless>))| Some((*open, *list.last()?, i));
    let mut busiest: BinaryHeap<_> = networks.iter().enumerate().filter_map(entry).collect();
    let mut out = Vec::new();
    while out.len() < wanted
        && let Some((open, (_, _, id), i)) = busiest.pop()
    {
        out.push(id);
        networks[i].1.pop();
        busiest.extend(networks[i].1.last().map(|next| (open - 1, *next, i)));
    }
    out
}

/// For each network the number of connections, and those that may be closed, the least useful last. Connections that a proxy
/// keeps open between requests belong to no client; each counts as a network of its own.
fn by_network(seen: &[Seen], rank: fn(&Seen) -> Option<u8>) -> Vec<(usize, Vec<Useless>)> {
    let mut networks: HashMap<Result<IpAddr, u64>, (usize, Vec<Useless>)> = HashMap::new();
    for one in seen {
        let (open, list) = networks.entry(one.network.ok_or(one.id)).or_default();
        *open += 1;
        list.extend(rank(one).map(|kind| (kind, one.age, one.id)));
    }
    let mut networks: Vec<_> = networks.into_values().collect();
    networks.iter_mut().for_each(|(_, list)| list.sort_unstable());
    networks
}

fn useless(seen: &Seen) -> Option<u8> {
    match seen.phase {
        Phase::Idle => Some(3),
        Phase::Headers if seen.age > JUST_COME => Some(2),
        Phase::Body | Phase::Answer | Phase::Sent if seen.age > SLOW => Some(1),
        _ => None,
    }
}

fn just_come(seen: &Seen) -> Option<u8> {
    (seen.phase == Phase::Headers).then_some(0)
}

fn under_way(seen: &Seen) -> Option<u8> {
    matches!(seen.phase, Phase::Body | Phase::Answer | Phase::Sent).then_some(0)
}

fn long_at_work(seen: &Seen) -> Option<u8> {
    (seen.phase == Phase::Work && seen.age > SLOW).then_some(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(id: u64, network: u8, phase: Phase, seconds: u64) -> Seen {
        let network = (network > 0).then(|| IpAddr::from([192, 0, 2, network]));
        Seen { id, network, phase, age: Duration::from_secs(seconds) }
    }

    #[test]
    fn the_busiest_network_gives_up_its_idle_ones_first_then_headers_then_slow_bodies() {
        let busy = [
            seen(1, 1, Phase::Work, 1),
            seen(2, 1, Phase::Body, 9),
            seen(3, 1, Phase::Headers, 2),
            seen(4, 1, Phase::Idle, 3),
            seen(5, 1, Phase::Idle, 4),
            seen(6, 2, Phase::Idle, 60),
        ];
        assert_eq!(choose_victims(&busy, 1), [5]);
        assert_eq!(choose_victims(&busy, 9), [5, 4, 3, 2, 6]);
    }

    #[test]
    fn who_gets_on_or_has_only_come_stays_where_others_can_go() {
        let mut all = vec![seen(1, 1, Phase::Live, 999), seen(2, 1, Phase::Work, 4)];
        assert_eq!(choose_victims(&all, 9), [0; 0]);
        all.extend([seen(3, 1, Phase::Body, 3), seen(4, 1, Phase::Body, 4)]);
        assert_eq!(choose_victims(&all, 9), [4], "somebody must go");
        all.push(seen(5, 2, Phase::Headers, 0));
        assert_eq!(choose_victims(&all, 9), [5]);
        all.push(seen(6, 3, Phase::Idle, 0));
        assert_eq!(choose_victims(&all, 9), [6]);
    }

    #[test]
    fn what_a_proxy_keeps_open_is_nobody_s() {
        let mut all: Vec<Seen> = (0..50).map(|id| seen(id, 0, Phase::Idle, 90)).collect();
        all.extend((50..53).map(|id| seen(id, 7, Phase::Headers, 2)));
        assert_eq!(choose_victims(&all, 2), [52, 51]);
    }

    #[test]
    fn as_many_go_as_are_wanted() {
        let all: Vec<Seen> = (0..8192).map(|id| seen(id, (id % 250) as u8 + 1, Phase::Headers, 5)).collect();
        assert_eq!(choose_victims(&all, 128).len(), 128);
    }
}
