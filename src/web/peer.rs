//! Who is at the other end.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::body::Body;
use axum::http::Request;

/// The other end of the connection, put into every request by `serve`.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The client's address: the peer, or what trusted proxies say, read from the right.
pub fn client_ip(request: &Request<Body>, trusted: &[IpAddr]) -> IpAddr {
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    if !trusted.contains(&peer) {
        return peer;
    }
    let forwarded = request.headers().get_all("x-forwarded-for");
    let hops: Vec<&str> =
        forwarded.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).collect();
    let stranger = |hop: &&str| hop.trim().parse().ok().filter(|ip| !trusted.contains(ip));
    hops.iter().rev().find_map(stranger).unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(peer: &str, forwarded: &str) -> Request<Body> {
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(Peer(SocketAddr::new(peer.parse().unwrap(), 1)));
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
        request
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let said = |peer, forwarded| client_ip(&request(peer, forwarded), &[proxy]).to_string();
        assert_eq!(said("203.0.113.9", "198.51.100.1"), "203.0.113.9");
        assert_eq!(said("10.0.0.1", "198.51.100.1"), "198.51.100.1");
        assert_eq!(said("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.1"), "198.51.100.1");
        assert_eq!(said("10.0.0.1", "nonsense"), "10.0.0.1");
    }
}
