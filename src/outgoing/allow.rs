//! `OUTGOING_ALLOW`: hosts and networks that may be private or use plain http.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

/// The exemptions, parsed from a comma-separated list of hosts, `host:port`, addresses and networks in CIDR notation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allow(Vec<Entry>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Entry {
    Network(IpNet),
    /// A host name or address, with an optional port that restricts the exemption.
    Host(String, Option<u16>),
}

impl Allow {
    /// Whether the host of a URL is exempt, by name or as an address literal. IPv6 literals are expected without brackets.
    pub fn host(&self, host: &str, port: Option<u16>) -> bool {
        self.names(host, port) || host.parse().is_ok_and(|ip| self.address(ip))
    }

    /// Whether a host is exempt by name, whatever it resolves to.
    pub fn names(&self, host: &str, port: Option<u16>) -> bool {
        let fits = |name: &str, only: Option<u16>| name.eq_ignore_ascii_case(host) && (only.is_none() || only == port);
        self.0.iter().any(|entry| matches!(entry, Entry::Host(name, only) if fits(name, *only)))
    }

    /// Whether the address is exempt, whichever name resolves to it.
    pub fn address(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.0.iter().any(|entry| matches!(entry, Entry::Network(network) if network.contains(&ip)))
    }
}

impl FromStr for Allow {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        words.map(entry).collect::<Result<_, _>>().map(Self)
    }
}

fn entry(word: &str) -> Result<Entry, String> {
    if let Ok(network) = word.parse() {
        return Ok(Entry::Network(network));
    }
    if let Ok(ip) = word.trim_matches(['[', ']']).parse::<IpAddr>() {
        return Ok(Entry::Network(ip.into()));
    }
    let (host, port) = match word.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().map_err(|_| format!("'{word}' has no valid port after ':'"))?)),
        None => (word, None),
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
    if host.is_empty() || !host.chars().all(fits) {
        return Err(format!("'{word}' is neither a host nor a network such as 10.0.0.0/8"));
    }
    Ok(Entry::Host(host.trim_matches(['[', ']']).to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_networks_are_read() {
        let allow: Allow = "10.0.0.0/8, smtp.internal,[::1]:8025".parse().unwrap();
        assert!(
            allow.host("10.2.3.4", Some(443)) && allow.host("SMTP.internal", None) && allow.host("::1", Some(8025))
        );
        assert!(!allow.host("11.2.3.4", Some(443)) && !allow.host("::1", Some(80)));
        assert!(allow.address("10.9.9.9".parse().unwrap()) && !allow.address("127.0.0.1".parse().unwrap()));
        assert!("http://x".parse::<Allow>().is_err());
    }
}
