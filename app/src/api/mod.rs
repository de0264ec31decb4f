//! The wire between pages and server: server functions, one line each. Every one is a public endpoint under `/rpc`
//! and asks the backend as the actor of the request; the backend checks the role.

pub mod alerts;
pub mod overview;
pub mod sources;

#[cfg(feature = "ssr")]
fn asker() -> Result<(crate::types::Actor, std::sync::Arc<dyn crate::backend::Backend>), crate::Error> {
    use leptos::context::use_context;
    let actor = use_context().ok_or(crate::Error::Unauthorized)?;
    let backend = use_context().ok_or(crate::Error::Unavailable)?;
    Ok((actor, backend))
}
