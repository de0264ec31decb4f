//! Requests as providers, scripts and browsers make them.

use opscenter::provider::{Algorithm, mac};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::{SECRET, TestApp};

/// Status and JSON of an answer.
#[derive(Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    /// Status and error code.
    pub fn refusal(&self) -> (u16, &str) {
        (self.status, self.body["error"]["code"].as_str().unwrap_or("(none)"))
    }

    /// The event of an accepted or duplicate delivery.
    pub fn event_id(&self) -> i64 {
        assert_eq!(self.status, 200, "{:?}", self.body);
        self.body["event_id"].as_i64().unwrap()
    }
}

/// What GitHub sends as `X-Hub-Signature-256`.
pub fn github_signature(body: &[u8]) -> String {
    format!("sha256={}", sign(body))
}

/// HMAC-SHA256 with [`SECRET`] in hex.
pub fn sign(body: &[u8]) -> String {
    hex::encode(mac(Algorithm::Sha256, SECRET.as_bytes(), &[body]))
}

impl TestApp {
    /// A GitHub delivery, signed.
    pub fn github(&self, event: &str, delivery: &str, body: &[u8]) -> RequestBuilder {
        self.http
            .post(format!("{}/api/webhooks/github", self.url))
            .header("content-type", "application/json")
            .header("x-github-event", event)
            .header("x-github-delivery", delivery)
            .header("x-hub-signature-256", github_signature(body))
            .body(body.to_vec())
    }

    /// A delivery to a generic source, signed.
    pub async fn custom(&self, slug: &str, body: &Value) -> Answer {
        let body = serde_json::to_vec(body).unwrap();
        let request = self.http.post(format!("{}/api/webhooks/{slug}", self.url)).header("x-signature", sign(&body));
        self.send(request.header("content-type", "application/json").body(body)).await
    }

    /// A delivery to a source that takes its secret as a bearer token.
    pub async fn bearer(&self, slug: &str, body: &Value) -> Answer {
        let url = format!("{}/api/webhooks/{slug}", self.url);
        self.send(self.http.post(url).bearer_auth(super::SECRET).json(body)).await
    }

    /// Sends and reads the answer.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        Answer { status, body: serde_json::from_str(&text).unwrap_or_else(|_| json!(text)) }
    }

    /// `GET /api/v1/{path}` with a token.
    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.send(self.http.get(format!("{}/api/v1/{path}", self.url)).bearer_auth(token)).await
    }

    /// `POST /api/v1/{path}` with a token.
    pub async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.send(self.http.post(format!("{}/api/v1/{path}", self.url)).bearer_auth(token).json(body)).await
    }
}
