//! Static assets of the dashboard: embedded in release builds, read from the build folder in development.

use std::sync::LazyLock;

use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

/// Built by `cargo xtask build`; a server built without it logs that at startup.
#[derive(RustEmbed)]
#[folder = "target/site/pkg"]
#[allow_missing = true]
struct Site;

#[derive(RustEmbed)]
#[folder = "public"]
struct Public;

/// Hash of all assets: 16 hex digits.
pub static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut files: Vec<_> =
        Site::iter().filter_map(|name| Some((Site::get(&name)?.metadata.sha256_hash(), name))).collect();
    files.sort();
    let all =
        files.iter().fold(Sha256::new(), |all, (hash, name)| all.chain_update(name.as_bytes()).chain_update(hash));
    hex::encode(&all.finalize()[..8])
});

/// Cache-Control of versioned URLs, whose content never changes, and of all others.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

/// Whether the dashboard was built.
pub fn are_built() -> bool {
    Site::get("opscenter.js").is_some()
}

/// `GET /pkg/{file}`; cacheable indefinitely with `?v=` and [`VERSION`].
pub async fn serve(Path(file): Path<String>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let mut response = find(file, &headers);
    let is_named = query.as_deref().and_then(|query| query.strip_prefix("v=")) == Some(VERSION.as_str());
    if is_named && response.status() != StatusCode::NOT_FOUND {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(FOR_GOOD));
    }
    response
}

fn find(file: String, headers: &HeaderMap) -> Response {
    // Compressed variants are selected by Accept-Encoding, not requested by name.
    if file.ends_with(".br") || file.ends_with(".gz") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for (encoding, suffix) in [("br", ".br"), ("gzip", ".gz")] {
        if accepts.contains(encoding)
            && let Some(asset) = Site::get(&format!("{file}{suffix}"))
        {
            let mut response = send(&file, asset, headers);
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            return response;
        }
    }
    Site::get(&file).map_or_else(|| StatusCode::NOT_FOUND.into_response(), |asset| send(&file, asset, headers))
}

/// `GET /favicon.svg`.
pub async fn icon(headers: HeaderMap) -> Response {
    public("favicon.svg", &headers)
}

/// `GET /manifest.webmanifest`.
pub async fn manifest(headers: HeaderMap) -> Response {
    public("manifest.webmanifest", &headers)
}

fn public(file: &str, headers: &HeaderMap) -> Response {
    Public::get(file).map_or_else(|| StatusCode::NOT_FOUND.into_response(), |asset| send(file, asset, headers))
}

/// The file, or 304 if the browser's copy is current.
fn send(name: &str, asset: EmbeddedFile, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", hex::encode(&asset.metadata.sha256_hash()[..16]));
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let mut response = if headers.get(header::IF_NONE_MATCH).is_some_and(|have| have.as_bytes() == tag.as_bytes()) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        asset.data.into_response()
    };
    let common = [
        (header::ETAG, tag.as_str()),
        (header::CONTENT_TYPE, kind.as_ref()),
        (header::CACHE_CONTROL, ASK_AGAIN),
        (header::VARY, "accept-encoding"),
    ];
    for (name, value) in common {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
