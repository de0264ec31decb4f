//! Determines the client's address.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::{HeaderMap, Request};

use crate::config::Proxies;

/// The client's address, attached to every request by `serve`: the peer, or the address that trusted proxies forwarded.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub IpAddr);

/// The client of a request.
pub fn client_ip<B>(request: &Request<B>) -> IpAddr {
    request.extensions().get::<Client>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |client| client.0)
}

/// Reads `X-Forwarded-For` from the right, as long as the hop was added by a trusted proxy. Stops at an invalid address:
/// anything to the left of it could be forged.
pub fn forwarded_for(peer: IpAddr, headers: &HeaderMap, trusted: &Proxies) -> IpAddr {
    let values: Vec<&[u8]> = headers.get_all("x-forwarded-for").iter().map(|value| value.as_bytes()).collect();
    let mut hops = values.iter().rev().flat_map(|value| value.rsplit(|byte| *byte == b','));
    let mut client = peer.to_canonical();
    while trusted.contains(client) {
        match hops.next().and_then(address) {
            Some(hop) => client = hop,
            None => break,
        }
    }
    client
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`.
fn address(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop).ok()?.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let ip = bare.parse().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    ip.ok().map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn said(peer: &str, forwarded: &[&[u8]]) -> String {
        let trusted = "10.0.0.0/8, 127.0.0.1".parse().unwrap();
        let value = |bytes: &&[u8]| ("x-forwarded-for".parse().unwrap(), HeaderValue::from_bytes(bytes).unwrap());
        let headers: HeaderMap = forwarded.iter().map(value).collect();
        forwarded_for(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(said("203.0.113.9", &[b"198.51.100.1"]), "203.0.113.9");
        assert_eq!(said("10.0.0.1", &[b"198.51.100.1"]), "198.51.100.1");
        assert_eq!(said("10.0.0.1", &[b"6.6.6.6, 198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(said("10.0.0.1", &[b"6.6.6.6", b"198.51.100.1"]), "198.51.100.1");
        assert_eq!(said("10.0.0.1", &[b"10.0.0.7"]), "10.0.0.7", "a client inside");
        assert_eq!(said("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn a_port_is_left_off() {
        assert_eq!(said("10.0.0.1", &[b"6.6.6.6, 198.51.100.3:4711"]), "198.51.100.3");
        assert_eq!(said("10.0.0.1", &[b"6.6.6.6, [2001:db8::3]:4711"]), "2001:db8::3");
        assert_eq!(said("10.0.0.1", &[b"6.6.6.6, [2001:db8::3]"]), "2001:db8::3");
    }

    #[test]
    fn what_cannot_be_read_ends_the_reading() {
        for hop in ["unknown", "", "1.2.3.4.5", "[2001:db8::3", "198.51.100.3:99999", "\u{00fc}"] {
            assert_eq!(said("10.0.0.1", &[format!("6.6.6.6, {hop}").as_bytes()]), "10.0.0.1", "{hop}");
            assert_eq!(said("10.0.0.1", &[format!("6.6.6.6, {hop}, 10.0.0.2").as_bytes()]), "10.0.0.2", "{hop}");
        }
        assert_eq!(said("10.0.0.1", &[b"6.6.6.6\xff, 198.51.100.1"]), "198.51.100.1", "a strange byte further left");
    }

    #[test]
    fn mapped_addresses_are_ipv4() {
        assert_eq!(said("::ffff:127.0.0.1", &[b"::ffff:198.51.100.1"]), "198.51.100.1");
    }
}
