//! Which addresses are public. All others, such as private networks and cloud metadata services, must not be reachable by
//! outgoing requests (SSRF).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};
use reqwest::Url;

use super::{Allow, OutgoingError};

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6(a: u16, b: u16, bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), bits)
}

/// IANA's special-purpose registry (RFC 6890 and later), and multicast.
const NOT_PUBLIC_V4: [Ipv4Net; 15] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// In IPv6 only global unicast is public, except tunnels to IPv4 (6to4, Teredo) and documentation prefixes.
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 3);
const NOT_PUBLIC_V6: [Ipv6Net; 4] = [v6(0x2001, 0, 23), v6(0x2001, 0xdb8, 32), v6(0x2002, 0, 16), v6(0x3fff, 0, 20)];

/// Whether an address is public; an IPv4-mapped address counts as IPv4.
pub fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => !NOT_PUBLIC_V4.iter().any(|net| net.contains(&ip)),
        IpAddr::V6(ip) => GLOBAL_V6.contains(&ip) && !NOT_PUBLIC_V6.iter().any(|net| net.contains(&ip)),
    }
}

/// Rejects a URL that is not https or whose host is an address literal that is not public, unless it is exempt. Names are
/// checked when they are resolved.
pub fn check(url: &Url, allow: &Allow) -> Result<(), OutgoingError> {
    let refused = |why: &str| Err(OutgoingError::Refused(why.to_owned()));
    let Some(host) = url.host_str() else { return refused("the URL has no host") };
    let host = host.trim_matches(['[', ']']);
    if allow.host(host, url.port_or_known_default()) {
        return Ok(());
    }
    if url.scheme() != "https" {
        return refused("only https is allowed; add exceptions to OUTGOING_ALLOW");
    }
    match host.parse::<IpAddr>() {
        Ok(ip) if !is_public(ip) => refused("the address is not public; add exceptions to OUTGOING_ALLOW"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_public() {
        for ip in ["1.1.1.1", "8.8.8.8", "172.15.0.1", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
        let inside = ["127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"];
        let special = ["224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00:ec2::254", "::ffff:127.0.0.1"];
        let tunnels = ["2002:7f00:1::", "64:ff9b::7f00:1", "2001::1", "2001:db8::1", "::ffff:169.254.169.254"];
        for ip in inside.into_iter().chain(special).chain(tunnels) {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
    }

    #[test]
    fn a_url_is_refused_before_anything_is_looked_up() {
        let check = |url: &str, allow: &str| check(&Url::parse(url).unwrap(), &allow.parse().unwrap()).is_ok();
        assert!(check("https://hooks.slack.com/services/T/B/x", ""));
        assert!(check("https://8.8.8.8/", ""));
        let literals =
            ["https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/", "https://127.1/"];
        for url in literals.into_iter().chain(["http://example.com/", "https://[::ffff:10.0.0.1]/"]) {
            assert!(!check(url, ""), "{url}");
        }
        assert!(check("http://127.0.0.1:9000/x", "127.0.0.0/8"));
        assert!(check("http://hooks.internal/x", "hooks.internal"));
        assert!(!check("http://other.internal/x", "hooks.internal"));
        assert!(
            check("http://127.0.0.1:9000/", "127.0.0.1:9000") && !check("http://127.0.0.1:9001/", "127.0.0.1:9000")
        );
    }
}
