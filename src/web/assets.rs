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

/// What pages need to know of the files.
pub static OF_PAGES: LazyLock<app::Assets> = LazyLock::new(|| {
    let parts = Site::iter().filter(|name| name.ends_with(".wasm") && name != "opscenter_bg.wasm");
    app::Assets { version: VERSION.clone(), parts: parts.map(Into::into).collect() }
});

/// Cache-Control of versioned URLs, whose content never changes, of icons, which change with a release at most, and of all
/// others.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
const AN_HOUR: &str = "public, max-age=3600";
const ASK_AGAIN: &str = "no-cache";

/// Whether the dashboard was built.
pub fn are_built() -> bool {
    Site::get("opscenter.js").is_some()
}

/// `GET /pkg/{version}/{file}` and `GET /pkg/marks.svg?v={version of the marks}`, cacheable indefinitely, and `GET /pkg/{file}`.
/// Of another version only styles and icons are served: a page and its program must be of the same build.
pub async fn serve(Path(path): Path<String>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let (version, file) = path.split_once('/').map_or((None, path.as_str()), |(version, file)| (Some(version), file));
    let is_current = version == Some(VERSION.as_str());
    if version.is_some() && !is_current && is_program(file) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let has_own_version = file == "marks.svg" && query.is_some_and(|query| query.starts_with("v="));
    let mut response = find(file, &headers);
    if (is_current || has_own_version) && response.status() != StatusCode::NOT_FOUND {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(FOR_GOOD));
    }
    response
}

fn is_program(file: &str) -> bool {
    std::path::Path::new(file).extension().is_some_and(|extension| extension == "js" || extension == "wasm")
}

fn find(file: &str, headers: &HeaderMap) -> Response {
    // Compressed variants are selected by Accept-Encoding, not requested by name.
    if file.ends_with(".br") || file.ends_with(".gz") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for (encoding, suffix) in [("br", ".br"), ("gzip", ".gz")] {
        if accepts.contains(encoding)
            && let Some(asset) = Site::get(&format!("{file}{suffix}"))
        {
            let mut response = send(file, asset, headers);
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            return response;
        }
    }
    Site::get(file).map_or_else(|| StatusCode::NOT_FOUND.into_response(), |asset| send(file, asset, headers))
}

/// `GET /favicon.svg`.
pub async fn icon(headers: HeaderMap) -> Response {
    public("favicon.svg", &headers)
}

/// `GET /favicon-unread.svg`: the icon while there are unread alerts.
pub async fn unread_icon(headers: HeaderMap) -> Response {
    public("favicon-unread.svg", &headers)
}

/// `GET /icon-192.png`, for browsers that install the console.
pub async fn icon_192(headers: HeaderMap) -> Response {
    public("icon-192.png", &headers)
}

/// `GET /icon-512.png`.
pub async fn icon_512(headers: HeaderMap) -> Response {
    public("icon-512.png", &headers)
}

/// `GET /icon-maskable-512.png`: with a margin that may be cut off.
pub async fn maskable_icon(headers: HeaderMap) -> Response {
    public("icon-maskable-512.png", &headers)
}

/// `GET /apple-touch-icon.png`.
pub async fn apple_icon(headers: HeaderMap) -> Response {
    public("apple-touch-icon.png", &headers)
}

/// `GET /manifest.webmanifest`.
pub async fn manifest(headers: HeaderMap) -> Response {
    public("manifest.webmanifest", &headers)
}

/// `GET /sw.js`: the service worker that shows pushed alerts. Not cached, so that browsers notice a new one.
pub async fn service_worker(headers: HeaderMap) -> Response {
    let mut response = public("sw.js", &headers);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(ASK_AGAIN));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(OF_WORKER));
    response
}

/// What the service worker may load: it sends an acknowledgement to this server.
const OF_WORKER: &str = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'";

fn public(file: &str, headers: &HeaderMap) -> Response {
    let Some(asset) = Public::get(file) else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = send(file, asset, headers);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(AN_HOUR));
    response
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
