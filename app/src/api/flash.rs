//! Flash values for browsers without JavaScript. A form POST is answered with a redirect, and the redirected page reads the
//! value from an `HttpOnly` cookie and deletes it. The value is never put in a URL.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::cookies;
use crate::read::Json;

/// Cookie name: a newly created API token.
pub const TOKEN: &str = "made_token";
/// Cookie name: the generated secret of a source.
pub const SECRET: &str = "made_secret";
/// Cookie name: the generated secret of a new source.
pub const NEW_SECRET: &str = "new_secret";

/// Request context: whether the public URL uses HTTPS, which cookies depend on.
#[derive(Clone, Copy, Debug)]
pub struct Https(pub bool);

/// Stores a value for one minute, for the page that a form without JavaScript is redirected to. Only for server-generated
/// values, which are known to fit in a cookie. With JavaScript the response itself carries the value.
#[cfg(feature = "ssr")]
pub fn keep(name: &str, value: &str) {
    if super::is_form() {
        set_cookie(name, value, 60);
    }
}

/// Reads the stored value and deletes its cookie; `None` if there is none. In the browser this is the value that the server
/// rendered into the page.
pub fn take(name: &'static str) -> Option<String> {
    SharedValue::<_, Json>::new_with_encoding(move || taken(name)).into_inner()
}

#[cfg(feature = "ssr")]
fn taken(name: &str) -> Option<String> {
    let parts = use_context::<http::request::Parts>()?;
    let value = cookies::read(&parts.headers, name, is_https()).filter(|value| !value.is_empty())?;
    set_cookie(name, "", 0);
    Some(value)
}

#[cfg(not(feature = "ssr"))]
fn taken(_name: &str) -> Option<String> {
    None
}

#[cfg(feature = "ssr")]
fn set_cookie(name: &str, value: &str, seconds: i64) {
    let cookie = cookies::set(name, value, seconds, cookies::SameSite::Strict, is_https());
    if let (Some(response), Some(cookie)) = (use_context::<leptos_axum::ResponseOptions>(), cookie) {
        response.append_header(http::header::SET_COOKIE, cookie);
    }
}

#[cfg(feature = "ssr")]
fn is_https() -> bool {
    use_context::<Https>().is_none_or(|Https(https)| https)
}
