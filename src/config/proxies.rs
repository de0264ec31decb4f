//! `TRUSTED_PROXIES`: the proxies whose `X-Forwarded-For` is trusted.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

/// Networks of trusted proxies.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Whether the address is a trusted proxy; an IPv4-mapped address such as `::ffff:10.0.0.1` counts as IPv4.
    pub fn contains(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.0.iter().any(|network| network.contains(&ip))
    }

    /// Whether there are no trusted proxies.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for Proxies {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        words.map(network).collect::<Result<_, _>>().map(Self)
    }
}

/// An address, or a network such as 10.0.0.0/8; IPv4-mapped addresses are converted to IPv4.
fn network(word: &str) -> Result<IpNet, String> {
    let wrong = || format!("'{word}' is neither an IP address nor a network such as 10.0.0.0/8");
    if let Ok(ip) = word.parse::<IpAddr>() {
        return Ok(ip.to_canonical().into());
    }
    let network: IpNet = word.parse().map_err(|_| wrong())?;
    match (network.addr().to_canonical(), network.prefix_len()) {
        (IpAddr::V4(ip), length @ 96..) if network.addr().is_ipv6() => {
            IpNet::new(ip.into(), length - 96).map_err(|_| wrong())
        }
        _ => Ok(network),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks_are_read() {
        let proxies: Proxies = "10.0.0.0/8, ::ffff:127.0.0.1,2001:db8::/32,::ffff:192.0.2.0/120".parse().unwrap();
        let trusted = |ip: &str| proxies.contains(ip.parse().unwrap());
        assert!(trusted("10.1.2.3") && trusted("::ffff:10.1.2.3") && trusted("127.0.0.1") && trusted("2001:db8::9"));
        assert!(trusted("192.0.2.7") && !trusted("192.0.3.7") && !trusted("11.0.0.1") && !trusted("::1"));
        assert!("10.0.0.0/33".parse::<Proxies>().is_err() && "proxy.example".parse::<Proxies>().is_err());
    }
}
