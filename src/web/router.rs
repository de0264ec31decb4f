//! All routes, grouped by audience.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use axum::routing::{delete, get, patch, post};
use leptos_axum::LeptosRoutes;

use super::body_limit::{CALL, FORM, limited};
use super::{Web, api, assets, auth, csrf, health, pages, security_headers, socket, webhooks};

/// The router of a node that serves the web.
pub fn router(web: Web) -> Router {
    Router::new()
        .merge(webhook_routes())
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
    Router::new().route(
        "/api/webhooks/{source}",
        post(webhooks::receive).get(webhooks::challenge).fallback(webhooks::other_method),
    )
}

fn api_routes(web: &Web) -> Router<Web> {
    let api = Router::new()
        .route("/alerts", get(api::alerts::list))
        .route("/alerts/{id}", get(api::alerts::get).post(api::alerts::change))
        .route("/events", get(api::events::list))
        .route("/events/{id}", get(api::events::get))
        .route("/events/{id}/payload", get(api::events::payload))
        .route("/events/{id}/replay", post(api::events::reprocess))
        .route("/notifications", get(api::notifications::list))
        .route("/notifications/retry-untold", post(api::notifications::retry_undelivered))
        .route("/notifications/{id}/retry", post(api::notifications::retry))
        .route("/channels", get(api::notifications::channels).post(api::notifications::create))
        .route(
            "/channels/{id}",
            patch(api::notifications::update).put(api::notifications::update).delete(api::notifications::delete),
        )
        .route("/channels/{id}/test", post(api::notifications::test))
        .route("/quarantine", get(api::quarantine::list))
        .route("/quarantine/retry", post(api::quarantine::retry))
        .route("/quarantine/{id}", get(api::quarantine::get))
        .route("/quarantine/{id}/payload", get(api::quarantine::payload))
        .route("/sources", get(api::sources::list).post(api::sources::create))
        .route("/sources/{slug}", get(api::sources::get).patch(api::sources::update).delete(api::sources::delete))
        .route("/sources/{slug}/rotate", post(api::sources::rotate))
        .route("/sources/{slug}/test", post(api::sources::test))
        .route("/alerts/{id}/note", post(api::alerts::note))
        .route("/alerts/{id}/timeline", get(api::alerts::timeline))
        .route("/users", get(api::access::users).post(api::access::create_user))
        .route("/users/{id}", patch(api::access::update_user))
        .route("/tokens", get(api::access::tokens).post(api::access::create_token))
        .route("/tokens/{name}", delete(api::access::revoke_token))
        .route("/audit", get(api::access::audit))
        .route("/retention", get(api::access::retention).put(api::access::set_retention))
        .route("/stats", get(api::stats::get))
        .route("/health", get(api::stats::health))
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
        .route("/download/events/{id}", get(api::events::payload))
        .route("/download/refused/{id}", get(api::quarantine::payload))
        .leptos_routes_with_context(web, pages::routes(), pages::context(web), pages::shell)
        .layer(from_fn_with_state(CALL, limited))
        .layer(from_fn_with_state(web.clone(), auth::require_sign_in))
        .layer(from_fn_with_state(web.clone(), csrf::same_site));
    Router::new()
        .route("/admin", get(|| async { Redirect::to("/") }))
        .route("/ws/alerts", get(socket::connect))
        .route("/pkg/{*file}", get(assets::serve))
        .route("/favicon.svg", get(assets::icon))
        .route("/manifest.webmanifest", get(assets::manifest))
        .merge(forms)
        .merge(pages)
}

fn health_routes() -> Router<Web> {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
}
