//! Quarantine limits per client address.

use std::collections::HashMap;
use std::net::IpAddr;

use app::types::time::MINUTE;

use crate::network::network;

/// Most requests and bytes of one address per minute. 8 MiB admits one large push but not a flood of them.
const MAX_REQUESTS: u32 = 30;
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Most addresses tracked per minute; requests of further addresses are not kept.
const MAX_ADDRESSES: usize = 10_000;

/// Usage of the current minute, by address.
#[derive(Debug, Default)]
pub struct Limits {
    minute: i64,
    seen: HashMap<IpAddr, (u32, usize)>,
}

impl Limits {
    /// Counts a request of an address at `now` (Unix milliseconds); false if a limit is exceeded.
    pub fn take(&mut self, ip: IpAddr, bytes: usize, now: i64) -> bool {
        let minute = now / MINUTE;
        // A slow request counts in the current minute: switching back would reset the counts.
        if minute > self.minute {
            self.minute = minute;
            self.seen.clear();
        }
        let network = network(ip);
        if self.seen.len() >= MAX_ADDRESSES && !self.seen.contains_key(&network) {
            return false;
        }
        let (requests, size) = self.seen.entry(network).or_default();
        let fits = *requests < MAX_REQUESTS && *size + bytes <= MAX_BYTES;
        if fits {
            *requests += 1;
            *size += bytes;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_bring_only_so_much_in_a_minute() {
        let (mut limits, a, b) = (Limits::default(), IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        assert!((0..MAX_REQUESTS).all(|_| limits.take(a, 10, MINUTE)));
        assert!(!limits.take(a, 10, MINUTE));
        assert!(limits.take(b, MAX_BYTES, MINUTE) && !limits.take(b, 1, MINUTE));
        assert!(limits.take(a, 10, 2 * MINUTE));
    }

    #[test]
    fn a_late_request_does_not_start_the_minute_again() {
        let (mut limits, a) = (Limits::default(), IpAddr::from([192, 0, 2, 1]));
        let passed = (0..1_000).filter(|n| limits.take(a, 10, 2 * MINUTE - n % 2)).count();
        assert_eq!(passed, MAX_REQUESTS as usize);
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one() {
        let mut limits = Limits::default();
        let address = |n: u16| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, n]);
        assert!((0..MAX_REQUESTS as u16).all(|n| limits.take(address(n), 0, 0)));
        assert!(!limits.take(address(99), 0, 0));
    }
}
