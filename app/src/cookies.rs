//! Cookies that scripts cannot read. With HTTPS they carry the `__Host-` prefix, which binds them to this host (RFC 6265bis,
//! 4.1.3.2).

use axum_extra::extract::cookie::{Cookie, CookieJar};
use http::{HeaderMap, HeaderValue};
use time::Duration;

/// The `SameSite` attribute: which cross-site requests carry the cookie.
pub use axum_extra::extract::cookie::SameSite;

/// The value of a cookie that [`set`] created; `None` if the browser did not send it. `is_https` must be the same as there,
/// as it decides the prefix of the name.
pub fn read(headers: &HeaderMap, name: &str, is_https: bool) -> Option<String> {
    plain(headers, &full_name(name, is_https))
}

/// The value of a cookie by its full name, without the `__Host-` prefix being added; `None` if the browser did not send it.
pub fn plain(headers: &HeaderMap, name: &str) -> Option<String> {
    CookieJar::from_headers(headers).get(name).map(|cookie| cookie.value().to_owned())
}

/// The `Set-Cookie` header of an `HttpOnly` cookie with the given lifetime in seconds; 0 deletes the cookie. `None` if the
/// value contains characters that a header cannot carry.
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
