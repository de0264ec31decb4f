//! What is shown once to a browser without scripts: it posts a form and is sent back to the page, which finds it in a cookie
//! that no script reads, and takes it away. It never stands in an address.

use leptos::prelude::*;

use crate::read::Json;

/// A token just made, a source's new secret.
pub const TOKEN: &str = "made_token";
pub const SECRET: &str = "made_secret";

/// Whether people come by https, in the context of a request.
#[derive(Clone, Copy, Debug)]
pub struct Https(pub bool);

/// Keeps something that was made here, and so fits a cookie, for the page that a plain form is sent back to; with scripts
/// the answer itself carries it.
#[cfg(feature = "ssr")]
pub fn keep(name: &str, value: &str) {
    if super::is_form() {
        set_cookie(name, value, 60);
    }
}

/// What was kept, once.
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

/// `__Host-` pins a cookie to this host, and needs https (RFC 6265bis, 4.1.3.2).
#[cfg(feature = "ssr")]
fn cookie_name(name: &str) -> String {
    if is_https() { format!("__Host-{name}") } else { name.to_owned() }
}
