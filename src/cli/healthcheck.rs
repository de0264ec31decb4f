//! `opscenter healthcheck`: for containers; asks the server on LISTEN.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::post::client;
use crate::config::Config;

/// Exit 0 if the server is ready.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    let url = format!("http://{}/readyz", reachable(config.listen));
    let response = client()?.get(&url).send().await.map_err(|_| anyhow::anyhow!("no server answers at {url}"))?;
    let (status, text) = (response.status(), response.text().await.unwrap_or_default());
    anyhow::ensure!(status.is_success(), "the server is not ready: {}", text.trim());
    say!("{}", text.trim());
    Ok(())
}

/// A server that listens everywhere is asked at home.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
