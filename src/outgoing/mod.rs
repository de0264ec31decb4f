//! Outgoing requests: one SSRF-safe client for every URL that a user entered or a delivery contains.
//!
//! Only https and only public addresses. `resolve` drops private addresses from the DNS answer that the connection itself
//! uses, so that DNS rebinding does not help. No redirects, no proxies, bounded time and size. `allow` holds the exemptions.

mod address;
mod allow;
mod certificate;
mod resolve;

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

pub use allow::Allow;
pub use certificate::{Certificates, PublicKey, read_key};

/// Timeout of a whole request, and of connecting.
const TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Maximum number of response bytes that are read.
const MAX_ANSWER: usize = 64 * 1024;

/// Why a request was not made, or failed. Never contains the URL, which may contain a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutgoingError {
    /// The URL is not permitted; a retry would not help.
    #[error("{0}")]
    Refused(String),
    /// No complete response within the timeout.
    #[error("no answer within {} s", TIMEOUT.as_secs())]
    TimedOut,
    /// Any other error: name resolution, connection, TLS, HTTP or the content of the response.
    #[error("the connection failed: {0}")]
    Failed(String),
    /// The response exceeds the size limit.
    #[error("the response is larger than {MAX_ANSWER} bytes")]
    TooLarge,
}

/// A response, with any status.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status code.
    pub status: u16,
    /// Response headers.
    pub headers: HeaderMap,
    /// The complete body, 64 KiB at most.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text, lossily decoded as UTF-8.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Where a URL comes from, and so whether it is restricted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Set by the operator in the environment: may be private or plain http.
    Environment,
    /// Entered in the dashboard, or taken from a delivery: only public https addresses, and the exemptions.
    Nobody,
}

/// The HTTP clients: one that filters DNS answers, and one for trusted and exempt hosts. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Outgoing {
    allow: Arc<Allow>,
    guarded: reqwest::Client,
    trusted: reqwest::Client,
}

impl Outgoing {
    /// Creates clients with these exemptions. Fails if TLS cannot be initialized.
    pub fn new(allow: Allow) -> anyhow::Result<Self> {
        let allow = Arc::new(allow);
        let guarded = builder().dns_resolver(Arc::new(resolve::Guarded::new(allow.clone()))).build()?;
        Ok(Self { guarded, trusted: builder().build()?, allow })
    }

    /// The client for a checked URL. A host named in `OUTGOING_ALLOW` may resolve to any address, at the port it is listed
    /// with; the port is checked here, as the resolver does not know it.
    pub fn client(&self, url: &Url, trust: Trust) -> &reqwest::Client {
        let host = url.host_str().unwrap_or_default();
        if trust == Trust::Environment || self.allow.names(host, url.port_or_known_default()) {
            &self.trusted
        } else {
            &self.guarded
        }
    }

    /// Parses and validates a URL before any name is resolved; fails with [`OutgoingError::Refused`].
    pub fn check(&self, url: &str, trust: Trust) -> Result<Url, OutgoingError> {
        let refused = |why: &str| OutgoingError::Refused(why.to_owned());
        if url.chars().any(char::is_control) {
            return Err(refused("it contains a control character"));
        }
        let url = Url::parse(url).map_err(|_| refused("it is not a URL"))?;
        if trust == Trust::Nobody {
            address::check(&url, &self.allow)?;
        }
        match url.scheme() {
            "http" | "https" => Ok(url),
            _ => Err(refused("only https is allowed")),
        }
    }

    /// Sends a GET request. Responses with an error status are `Ok` too.
    pub async fn get(&self, url: &str, trust: Trust) -> Result<Answer, OutgoingError> {
        let url = self.check(url, trust)?;
        read(self.client(&url, trust).get(url.clone()).send().await).await
    }

    /// Sends a POST request with a JSON body, `json` being the serialized text.
    pub async fn post_json(&self, url: &str, trust: Trust, json: String) -> Result<Answer, OutgoingError> {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        self.post(url, trust, headers, json.into_bytes()).await
    }

    /// Sends a POST request with these headers and bytes, within [`TIMEOUT`] as all requests.
    pub async fn post(
        &self,
        url: &str,
        trust: Trust,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<Answer, OutgoingError> {
        let url = self.check(url, trust)?;
        read(self.client(&url, trust).post(url.clone()).headers(headers).body(body).send().await).await
    }

    /// Sends a POST request with a form body.
    pub async fn post_form(&self, url: &str, trust: Trust, form: &[(&str, &str)]) -> Result<Answer, OutgoingError> {
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        self.post(url, trust, HeaderMap::from_iter([(CONTENT_TYPE, kind)]), form_body(form).into_bytes()).await
    }
}

fn form_body(fields: &[(&str, &str)]) -> String {
    let Ok(mut url) = Url::parse("form:/") else { return String::new() };
    url.query_pairs_mut().extend_pairs(fields);
    url.query().unwrap_or_default().to_owned()
}

fn builder() -> reqwest::ClientBuilder {
    let agent = concat!("OpsCenter/", env!("CARGO_PKG_VERSION"));
    let headers = HeaderMap::from_iter([(HeaderName::from_static("user-agent"), HeaderValue::from_static(agent))]);
    let builder = reqwest::Client::builder().default_headers(headers).no_proxy();
    builder.redirect(reqwest::redirect::Policy::none()).timeout(TIMEOUT).connect_timeout(CONNECT_TIMEOUT)
}

async fn read(sent: reqwest::Result<reqwest::Response>) -> Result<Answer, OutgoingError> {
    let mut response = sent.map_err(from_reqwest)?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(from_reqwest)? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(OutgoingError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, headers, body })
}

/// The reason without the URL, which reqwest would include.
fn from_reqwest(error: reqwest::Error) -> OutgoingError {
    if error.is_timeout() {
        return OutgoingError::TimedOut;
    }
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(source) = cause.source() {
        if let Some(refused) = source.downcast_ref::<resolve::NoPublicAddress>() {
            return OutgoingError::Refused(refused.to_string());
        }
        cause = source;
    }
    OutgoingError::Failed(cause.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Responds to one request with 200; returns the port.
    async fn answering() -> u16 {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _read = stream.read(&mut [0; 1024]).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        });
        port
    }

    #[tokio::test]
    async fn a_name_with_a_port_is_exempt_at_that_port_alone() {
        let port = answering().await;
        let outgoing = Outgoing::new(format!("localhost:{port}").parse().unwrap()).unwrap();
        let url = |port: u16, scheme: &str| format!("{scheme}://localhost:{port}/");
        assert_eq!(outgoing.get(&url(port, "http"), Trust::Nobody).await.unwrap().status, 200);
        // With https any name passes the first check; the resolved address decides.
        let other = outgoing.get(&url(port ^ 1, "https"), Trust::Nobody).await.unwrap_err();
        assert!(matches!(&other, OutgoingError::Refused(why) if why.contains("no public address")), "{other}");
    }
}
