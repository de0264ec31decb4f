//! Signing a webhook as the provider would, and posting it.

use std::collections::BTreeMap;

use anyhow::Context;

use crate::crypto::random_id;
use crate::ops::Ops;
use crate::provider::{Pack, Settings, Signed, sample_headers, sign, with_fresh_id};

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
        let recipe = self.settings.recipe(self.pack).map_err(|(key, why)| anyhow::anyhow!("setting {key}: {why}"))?;
        let now = self.ops.now() / 1000;
        let Signed { headers } = sign(&recipe, &self.secret, &id, now, &body).map_err(anyhow::Error::msg)?;
        let mut all: BTreeMap<String, String> =
            sample_headers(&self.pack.identify(&self.settings.words), event_type, &id).into_iter().collect();
        all.extend(headers);
        let mut request = http.post(url).header("content-type", "application/json").body(body);
        for (name, value) in all {
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
