//! Compression of pages and of what they load. Assets were compressed when they were built.

use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{And, DefaultPredicate, NotForContentType, Predicate};

/// Payloads of events are downloads, of any size, and many are compressed already.
type Compressible = And<DefaultPredicate, NotForContentType>;

/// Compression beside a secret can reveal it by the length of answers (BREACH) where an attacker's text is reflected next to
/// it. Pages that show a new secret reflect nothing, and requests from other sites carry no session (`SameSite`).
///
/// Brotli or gzip, whatever the client accepts. The fastest level: a page is 54 KB and is rendered once.
pub fn layer() -> CompressionLayer<Compressible> {
    let downloads = NotForContentType::const_new("application/octet-stream");
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(DefaultPredicate::new().and(downloads))
}
