//! The dashboard, and the types that server and browser share.
//!
//! `pages` fetch and arrange, `ui` draws, `api` is the wire between them and the server's [`backend`].

pub mod error;
pub mod types;

#[cfg(feature = "ssr")]
pub mod backend;

pub use error::{Error, Result};

use leptos::prelude::*;

/// What the theme cookie says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Theme(pub Option<&'static str>);
#[component]
pub fn App() -> impl IntoView { view!{ <p>"x"</p> } }
pub fn document(_options: LeptosOptions) -> impl IntoView { view!{ <!DOCTYPE html><html><body><App/></body></html> } }
