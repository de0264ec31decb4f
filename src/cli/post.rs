//! Signing a webhook as the provider would, and posting it.

use anyhow::Context;

use crate::crypto::random_id;
use crate::ops::Ops;
use crate::provider::{Pack, Settings, Signed, ToSign, sign_sample, with_fresh_id};

/// A source as `send` and `demo` see it.
pub struct Sender<'a> {
    pub ops: &'a Ops,
    pub slug: &'a str,
    pub pack: &'a Pack,
    pub settings: Settings,
    pub secret: String,
}

impl Sender<'_> {
    /// Signs and posts; returns status and answer.
    pub async fn post(
        &self,
        http: &reqwest::Client,
        url: &str,
        event_type: &str,
        body: Vec<u8>,
    ) -> anyhow::Result<(u16, String)> {
        let id = random_id();
        let public_url = self.settings.public_url.clone();
        let public_url = public_url.unwrap_or_else(|| self.ops.config.webhook_url(self.slug));
        let to_sign = ToSign { id: &id, now: self.ops.now(), url: &public_url, content_type: "", body: &body };
        let signed = sign_sample(self.pack, &self.settings, &self.secret, event_type, &to_sign);
        let Signed { headers, body, query } = signed.map_err(anyhow::Error::msg)?;
        let mut request = http.post(url).query(&query.as_slice()).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let response =
            request.send().await.map_err(reqwest::Error::without_url).context("the server does not answer")?;
        let status = response.status().as_u16();
        Ok((status, response.text().await.map_err(reqwest::Error::without_url)?))
    }

    /// A sample body that is not a duplicate of an earlier one.
    pub fn fresh(&self, body: &[u8]) -> Vec<u8> {
        with_fresh_id(&self.pack.identify, body, &random_id())
    }
}

/// A client that waits ten seconds at most, and asks no proxy: the server is ours.
pub fn client() -> anyhow::Result<reqwest::Client> {
    Ok(reqwest::Client::builder().no_proxy().timeout(std::time::Duration::from_secs(10)).build()?)
}
