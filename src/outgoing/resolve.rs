//! DNS resolution for the SSRF-safe client: addresses that are not public are dropped before connecting.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{Allow, address::is_public};

/// Every resolved address was dropped.
#[derive(Debug, thiserror::Error)]
#[error("the name resolves to no public address; add exceptions to OUTGOING_ALLOW")]
pub struct NoPublicAddress;

/// The system resolver, restricted to public addresses and those that `OUTGOING_ALLOW` exempts.
#[derive(Debug)]
pub struct Guarded {
    allow: Arc<Allow>,
}

impl Guarded {
    /// Creates a resolver with these exemptions.
    pub const fn new(allow: Arc<Allow>) -> Self {
        Self { allow }
    }
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let allow = self.allow.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let fits = |addr: &SocketAddr| is_public(addr.ip()) || allow.address(addr.ip());
            let public: Vec<SocketAddr> = found.filter(fits).collect();
            if public.is_empty() {
                return Err(Box::from(NoPublicAddress));
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}
