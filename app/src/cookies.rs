//! Cookies that scripts cannot read. With HTTPS they carry the `__Host-` prefix, which binds them to this host (RFC 6265bis,
//! 4.1.3.2).

use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use http::{HeaderMap, HeaderValue};
use time::Duration;

/// Which requests of other sites carry a cookie.
pub use axum_extra::extract::cookie::SameSite as Sites;

/// The value of a cookie of ours; `None` if the browser did not send it.
pub fn read(headers: &HeaderMap, name: &str, is_https: bool) -> Option<String> {
    plain(headers, &full_name(name, is_https))
}

/// The value of a cookie by its full name.
pub fn plain(headers: &HeaderMap, name: &str) -> Option<String> {
    CookieJar::from_headers(headers).get(name).map(|cookie| cookie.value().to_owned())
}

/// A `Set-Cookie` value that is valid for that many seconds; 0 deletes the cookie.
pub fn set(name: &str, value: &str, seconds: i64, sites: SameSite, is_https: bool) -> Option<HeaderValue> {
    let cookie = Cookie::build((full_name(name, is_https), value))
        .path("/")
        .http_only(true)
        .secure(is_https)
        .same_site(sites)
        .max_age(Duration::seconds(seconds));
    HeaderValue::from_str(&cookie.build().to_string()).ok()
}

fn full_name(name: &str, is_https: bool) -> String {
    if is_https { format!("__Host-{name}") } else { name.to_owned() }
}
