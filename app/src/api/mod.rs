//! The server functions of the dashboard. Each is a public endpoint under `/rpc` and calls the backend as the actor of the
//! request; the backend checks the role and its documentation lists the errors.

pub mod access;
pub mod alerts;
pub mod call;
pub mod events;
pub mod flash;
pub mod notifications;
pub mod overview;
pub mod push;
pub mod saved;
pub mod sources;

/// The actor and the backend from the request context; `Unauthorized` without a session.
#[cfg(feature = "ssr")]
fn asker() -> Result<(crate::types::Actor, std::sync::Arc<dyn crate::backend::Backend>), crate::Error> {
    use leptos::context::use_context;
    let actor = use_context().ok_or(crate::Error::Unauthorized)?;
    let backend = use_context().ok_or(crate::Error::Unavailable)?;
    Ok((actor, backend))
}

/// Sets the HTTP status of an error, if this is a call under `/rpc`. Skipped for plain forms: they are redirected, and a
/// status would override that.
#[cfg(feature = "ssr")]
pub(crate) fn with_status<T>(result: Result<T, crate::Error>) -> Result<T, crate::Error> {
    use leptos::context::use_context;
    let parts = use_context::<http::request::Parts>();
    if let (Err(error), false, Some(response)) = (&result, is_form(), use_context::<leptos_axum::ResponseOptions>())
        && let Ok(status) = http::StatusCode::from_u16(error.status())
        && parts.is_some_and(|parts| parts.uri.path().starts_with("/rpc/"))
    {
        response.set_status(status);
    }
    result
}

/// Whether a browser without JavaScript posted this form and expects a redirect back to its page.
#[cfg(feature = "ssr")]
fn is_form() -> bool {
    let parts = leptos::context::use_context::<http::request::Parts>();
    let accept = parts.as_ref().and_then(|parts| parts.headers.get(http::header::ACCEPT)?.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}
