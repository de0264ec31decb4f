//! Serves the dashboard's pages and server functions: the integration with Leptos.

use std::net::SocketAddr;
use std::sync::Arc;

use app::Error;
use app::backend::Backend;
use app::types::{Actor, Shell};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use leptos::config::{Env, LeptosOptions};
use leptos::context::{provide_context, use_context};
use leptos::nonce::use_nonce;
use leptos::prelude::{AnyView, IntoAny};
use leptos_axum::{AxumRouteListing, ResponseOptions, generate_route_list};

use super::Web;
use super::api::answer;

/// Set in code rather than in Cargo.toml, so that the binary runs from any folder.
pub fn options(listen: SocketAddr) -> LeptosOptions {
    LeptosOptions::builder().output_name("opscenter").site_pkg_dir("pkg").site_addr(listen).env(Env::PROD).build()
}

/// The routes of the dashboard's pages.
pub fn routes() -> Vec<AxumRouteListing> {
    generate_route_list(app::App)
}

/// Provides the context of pages and server functions: the backend, the actor, the theme, and how cookies are set.
pub fn context(web: &Web) -> impl Fn() + Clone + Send + Sync + 'static {
    let backend: Arc<dyn Backend> = web.dashboard.clone();
    let https = app::api::flash::Https(super::auth::is_https(&web.ops));
    let name = app::AppName(web.ops.config.app_name());
    move || {
        provide_context(backend.clone());
        provide_context(https);
        provide_context(name.clone());
        provide_context(super::assets::OF_PAGES.clone());
        let Some(parts) = use_context::<Parts>() else { return };
        if let Some(actor) = parts.extensions.get::<Actor>() {
            provide_context(actor.clone());
        }
        if let Some(Some(shell)) = parts.extensions.get::<Option<Shell>>() {
            provide_context(shell.clone());
        }
        provide_context(app::Theme(theme_of(&parts)));
        provide_context(app::ListStyle::read(&app::cookies::plain(&parts.headers, "list").unwrap_or_default()));
    }
}

/// The document around every page, with its content security policy.
pub fn shell() -> AnyView {
    set_policy();
    app::document().into_any()
}

/// The 404 response: JSON for API clients, a page for browsers.
pub async fn not_found(State(web): State<Web>, request: Request<Body>) -> Response {
    if request.uri().path().starts_with("/api/") {
        return answer(Error::not_found("address"));
    }
    use axum::response::IntoResponse;
    let render = leptos_axum::render_app_async_with_context(context(&web), shell);
    let mut response = render(request).await.into_response();
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// Sets the CSP. Scripts need the nonce, or are imported by one that has it. No origin is trusted, not even `'self'`, since
/// webhook payloads can be downloaded from our own. Styles are limited to our own, plus the style attributes that charts set.
fn set_policy() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(value) = HeaderValue::from_str(&policy) {
        response.insert_header(HeaderName::from_static("content-security-policy"), value);
    }
}

/// Value of the theme cookie: `dark`, `light`, or none for the system's preference.
fn theme_of(parts: &Parts) -> Option<&'static str> {
    match app::cookies::plain(&parts.headers, "theme")?.as_str() {
        "dark" => Some("dark"),
        "light" => Some("light"),
        _ => None,
    }
}
