//! Signing a webhook as the provider would, and posting it.

use std::collections::BTreeMap;

use anyhow::Context;

use crate::crypto::random_id;
use crate::ops::Ops;
use crate::provider::{Pack, Settings, Signed, ToSign, sample_headers, sign, with_fresh_id};
use crate::sources::ways;

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
        let recipes = self.settings.recipes(self.pack).map_err(|(key, why)| anyhow::anyhow!("setting {key}: {why}"))?;
        let ways = ways(&recipes, &self.secret).map_err(anyhow::Error::msg)?;
        let recipe = ways.first().map(|way| &way.recipe).context("the source has no way to verify")?;
        let body = encoded(&self.pack.content_type, body);
        let public_url = self.settings.public_url.clone();
        let public_url = public_url.unwrap_or_else(|| self.ops.config.webhook_url(self.slug));
        let to_sign = ToSign {
            id: &id,
            now: self.ops.now(),
            url: &public_url,
            content_type: &self.pack.content_type,
            body: &body,
        };
        let Signed { headers, body } = sign(recipe, &self.secret, &to_sign).map_err(anyhow::Error::msg)?;
        let mut all: BTreeMap<String, String> =
            sample_headers(&self.pack.identify(&self.settings.words), event_type, &id).into_iter().collect();
        all.extend(headers);
        let mut request = http.post(url).header("content-type", &self.pack.content_type).body(body);
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

/// A sample is a JSON object of fields where the provider sends a form.
fn encoded(content_type: &str, body: Vec<u8>) -> Vec<u8> {
    if !content_type.starts_with("application/x-www-form-urlencoded") {
        return body;
    }
    let Ok(fields) = serde_json::from_slice::<BTreeMap<String, String>>(&body) else { return body };
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
}

/// A client that waits ten seconds at most, and asks no proxy: the server is ours.
pub fn client() -> anyhow::Result<reqwest::Client> {
    Ok(reqwest::Client::builder().no_proxy().timeout(std::time::Duration::from_secs(10)).build()?)
}
