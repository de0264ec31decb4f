//! Cross-site requests: state changes from other sites are rejected, and error texts in links from other sites are dropped.

use app::Error;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use percent_encoding::percent_decode_str;

use super::Web;
use super::api::answer;

/// Rejects cross-site browser requests, except reading a page.
pub async fn same_site(State(web): State<Web>, request: Request, next: Next) -> Response {
    if !request.method().is_safe() {
        let may_change = is_same_site(request.headers(), &web.ops.config.app_url());
        return if may_change { next.run(request).await } else { answer(Error::CrossSite) };
    }
    match without_foreign_words(request.headers(), request.uri()) {
        Some(location) => Redirect::to(&location).into_response(),
        None => next.run(request).await,
    }
}

/// Query parameters whose text a page displays as its own: errors of the sign-in form and of server functions.
const WORDS: [&str; 2] = ["error", "__err"];

/// The URL without these parameters if another site linked to it, so that foreign sites cannot inject messages; `None` if
/// there is nothing to remove.
fn without_foreign_words(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let is_foreign = headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin");
    let query = uri.query().filter(|_| is_foreign)?;
    let is_word = |pair: &&str| {
        let name = percent_decode_str(pair.split('=').next().unwrap_or_default()).decode_utf8_lossy();
        WORDS.contains(&name.as_ref())
    };
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_word(pair)).collect();
    let rest = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    (kept.len() < query.split('&').count()).then(|| format!("{}{rest}", uri.path()))
}

/// Whether a request comes from our own pages, or not from a browser: every browser sends `Origin` or `Sec-Fetch-Site` with a
/// state-changing request (OWASP, Cross-Site Request Forgery Prevention).
pub fn is_same_site(headers: &HeaderMap, app_url: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text("origin") else { return true };
    let host = text("host").unwrap_or_default();
    let of_host = origin.split_once("://").is_some_and(|(_, authority)| !host.is_empty() && authority == host);
    of_host || origin == app_url
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    #[test]
    fn nobody_puts_words_into_our_mouth() {
        let led = |site: Option<&str>, uri: &str| {
            let headers = site.map(|site| (HeaderName::from_static("sec-fetch-site"), site.parse().unwrap()));
            without_foreign_words(&headers.into_iter().collect(), &uri.parse().unwrap())
        };
        assert_eq!(
            led(Some("cross-site"), "/sign-in?error=Call+us&next=/alerts"),
            Some("/sign-in?next=/alerts".into())
        );
        assert_eq!(led(Some("none"), "/alerts?%65rror=x&__path=/rpc&__err=x"), Some("/alerts?__path=/rpc".into()));
        assert_eq!(led(Some("cross-site"), "/sign-in?error=x"), Some("/sign-in".into()));
        assert_eq!(led(Some("same-origin"), "/sign-in?error=x"), None);
        assert_eq!(led(None, "/sign-in?error=x"), None, "no browser");
        assert_eq!(led(Some("none"), "/alerts?severity=error"), None);
    }

    fn allowed(pairs: &[(&str, &str)]) -> bool {
        let pair = |(name, value): &(&str, &str)| (HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        is_same_site(&pairs.iter().map(pair).collect(), "https://ops.example.com")
    }

    #[test]
    fn only_our_own_pages_may_change_something() {
        assert!(allowed(&[]), "a script without a browser");
        assert!(allowed(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        assert!(allowed(&[("origin", "https://ops.example.com"), ("host", "inner:8080")]));
        assert!(allowed(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(!allowed(&[("origin", "https://evil.example"), ("host", "ops.example.com")]));
        assert!(!allowed(&[("origin", "null"), ("host", "ops.example.com")]));
        assert!(!allowed(&[("sec-fetch-site", "cross-site"), ("origin", "https://ops.example.com")]));
    }
}
