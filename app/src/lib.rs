//! The dashboard, and the types that server and browser share.
//!
//! `pages` load and arrange data, `ui` holds presentational components, `live` follows the live stream, `api` holds the
//! server functions that connect pages to the backend, and `read` deserializes what they return.

// The type of a Leptos view nests as deeply as the page does.
#![recursion_limit = "512"]

pub mod api;
#[cfg(feature = "ssr")]
pub mod cookies;
pub mod error;
pub mod live;
pub mod pages;
mod read;
#[cfg(feature = "hydrate")]
pub mod stopped;
pub mod types;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod backend;

pub use error::{Error, Result};
pub use pages::{App, Assets, Theme, document, load_part_of};
pub use ui::brand::AppName;
pub use ui::list_style::ListStyle;
