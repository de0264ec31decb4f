//! Flash values for browsers without JavaScript. A form POST is answered with a redirect, and the redirected page reads the
//! value from an `HttpOnly` cookie and deletes it. The value is never put in a URL.

use leptos::prelude::*;

use crate::read::Json;

/// Cookie names: a newly created API token, and a source's new secret.
pub const TOKEN: &str = "made_token";
pub const SECRET: &str = "made_secret";

/// Request context: whether the public URL uses HTTPS.
#[derive(Clone, Copy, Debug)]
pub struct Https(pub bool);

/// Stores a value for the page that a form without JavaScript is redirected to. Only for server-generated values, which are
/// known to fit in a cookie. With JavaScript the response itself carries the value.
#[cfg(feature = "ssr")]
pub fn keep(name: &str, value: &str) {
    if super::is_form() {
        set_cookie(name, value, 60);
    }
}

/// Reads and deletes the stored value.
pub fn take(name: &'static str) -> Option<String> {
    SharedValue::<_, Json>::new_with_encoding(move || taken(name)).into_inner()
}

#[cfg(feature = "ssr")]
fn taken(name: &str) -> Option<String> {
    let parts = use_context::<http::request::Parts>()?;
    let cookies = parts.headers.get_all(http::header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split("; ")).filter_map(|pair| pair.split_once('='));
    let cookie = cookie_name(name);
    let (_, value) = pairs.find(|(found, value)| *found == cookie && !value.is_empty())?;
    set_cookie(name, "", 0);
    Some(value.to_owned())
}

#[cfg(not(feature = "ssr"))]
fn taken(_name: &str) -> Option<String> {
    None
}

#[cfg(feature = "ssr")]
fn set_cookie(name: &str, value: &str, seconds: u32) {
    let secure = if is_https() { "; Secure" } else { "" };
    let name = cookie_name(name);
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    if let (Some(response), Ok(value)) =
        (use_context::<leptos_axum::ResponseOptions>(), http::HeaderValue::from_str(&text))
    {
        response.append_header(http::header::SET_COOKIE, value);
    }
}

#[cfg(feature = "ssr")]
fn is_https() -> bool {
    use_context::<Https>().is_none_or(|Https(https)| https)
}

/// The `__Host-` prefix binds a cookie to this host and requires HTTPS (RFC 6265bis, 4.1.3.2).
#[cfg(feature = "ssr")]
fn cookie_name(name: &str) -> String {
    if is_https() { format!("__Host-{name}") } else { name.to_owned() }
}
