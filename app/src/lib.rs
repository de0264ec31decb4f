//! The dashboard, and the types that server and browser share.
//!
//! `pages` fetch and arrange, `ui` draws, `live` follows the stream, `api` is the wire between them and the server's
//! backend, and `read` takes types out of what came over it.

// A view is one type as deep as the page.
#![recursion_limit = "512"]

pub mod api;
pub mod error;
pub mod live;
pub mod pages;
mod read;
pub mod types;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod backend;

pub use error::{Error, Result};
pub use pages::{App, AssetVersion, Theme, document};
pub use ui::brand::AppName;
