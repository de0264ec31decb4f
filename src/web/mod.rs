//! The HTTP server. The router is the overview of the product.

pub mod api;
mod assets;
mod auth;
mod body_limit;
mod compatible;
mod compression;
mod connections;
mod csrf;
mod export;
mod health;
mod open_files;
mod pages;
mod peer;
mod router;
mod security_headers;
mod serve;
mod socket;
mod webhooks;

use std::ops::Deref;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::dashboard::Dashboard;
use crate::ingest::receiver::Receiver;
use crate::live::Hub;
use crate::ops::Ops;

pub use assets::are_built as assets_are_built;
pub use auth::{IDLE as IDLE_SESSION, setup_link};
pub use open_files::most_connections;
pub use router::{health_only, router};
pub use serve::serve;

/// State shared by handlers. Every layer of the router clones it for each request.
#[derive(Clone)]
pub struct Web(Arc<Shared>);

/// What handlers share.
pub struct Shared {
    pub ops: Arc<Ops>,
    pub dashboard: Arc<Dashboard>,
    pub receiver: Receiver,
    pub hub: Hub,
    /// Cancelled when the node stops reporting ready.
    pub draining: CancellationToken,
    pub stop: CancellationToken,
    leptos: leptos::config::LeptosOptions,
}

impl Web {
    pub fn new(
        ops: Arc<Ops>,
        receiver: Receiver,
        hub: Hub,
        draining: CancellationToken,
        stop: CancellationToken,
    ) -> Self {
        Self(Arc::new(Shared {
            dashboard: Arc::new(Dashboard::new(ops.clone())),
            leptos: pages::options(ops.config.listen),
            ops,
            receiver,
            hub,
            draining,
            stop,
        }))
    }
}

impl Deref for Web {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl axum::extract::FromRef<Web> for leptos::config::LeptosOptions {
    fn from_ref(web: &Web) -> Self {
        web.leptos.clone()
    }
}
