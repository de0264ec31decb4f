//! All routes, grouped by audience.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use axum::routing::{get, post};
use leptos_axum::LeptosRoutes;

use super::body_limit::{CALL, FORM, limited};
use super::{
    Web, api, assets, auth, compatible, compression, csrf, export, health, pages, security_headers, socket, webhooks,
};

/// The router of a node that serves the web.
pub fn router(web: Web) -> Router {
    Router::new()
        .merge(webhook_routes())
        .merge(compatible::routes())
        .merge(api_routes(&web))
        .merge(dashboard_routes(&web))
        .merge(health_routes())
        .fallback(pages::not_found)
        .layer(from_fn_with_state(auth::is_https(&web.ops), security_headers::set))
        .with_state(web)
}

/// The router of a worker: liveness, readiness and metrics.
pub fn health_only(web: Web) -> Router {
    health_routes().layer(from_fn_with_state(auth::is_https(&web.ops), security_headers::set)).with_state(web)
}

fn webhook_routes() -> Router<Web> {
    Router::new()
        .route(
            "/api/webhooks/{*source}",
            post(webhooks::receive).get(webhooks::challenge).fallback(webhooks::other_method),
        )
        .route(
            "//api/webhooks/{*source}",
            post(webhooks::receive).get(webhooks::challenge).fallback(webhooks::other_method),
        )
}

fn api_routes(web: &Web) -> Router<Web> {
    let api = api::routes()
        .fallback(api::no_such_address)
        .method_not_allowed_fallback(api::other_method)
        .layer(from_fn_with_state(CALL, limited))
        .layer(from_fn_with_state(web.clone(), auth::require_token));
    Router::new().nest("/api/v1", api).route("/api/openapi.json", get(api::openapi::document))
}

fn dashboard_routes(web: &Web) -> Router<Web> {
    let forms = Router::new()
        .route("/sign-in", post(auth::sign_in))
        .route("/sign-out", post(auth::sign_out))
        .route("/setup", post(auth::setup))
        .layer(from_fn_with_state(FORM, limited))
        .layer(from_fn_with_state(web.clone(), csrf::same_site));
    // Beside the pages, Leptos adds a route under /rpc for every server function.
    let pages = Router::new()
        .route("/download/alerts.csv", get(export::alerts))
        .route("/download/events/{id}", get(api::events::payload))
        .route("/download/refused/{id}", get(api::quarantine::payload))
        .leptos_routes_with_context(web, pages::routes(), pages::context(web), pages::shell)
        .layer(compression::layer())
        .layer(from_fn_with_state(CALL, limited))
        .layer(from_fn_with_state(web.clone(), auth::require_sign_in))
        .layer(from_fn_with_state(web.clone(), csrf::same_site));
    Router::new()
        .route("/admin", get(|| async { Redirect::to("/") }))
        .route("/ws/alerts", get(socket::connect))
        .route("/pkg/{*file}", get(assets::serve))
        .route("/favicon.svg", get(assets::icon))
        .route("/favicon-unread.svg", get(assets::unread_icon))
        .route("/icon-192.png", get(assets::icon_192))
        .route("/icon-512.png", get(assets::icon_512))
        .route("/icon-maskable-512.png", get(assets::maskable_icon))
        .route("/apple-touch-icon.png", get(assets::apple_icon))
        .route("/manifest.webmanifest", get(assets::manifest))
        .route("/sw.js", get(assets::service_worker))
        .merge(forms)
        .merge(pages)
}

fn health_routes() -> Router<Web> {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
}
