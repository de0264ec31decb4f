//! Packs over HTTP: tokens, handshakes, deliveries that hold many, URLs that are signed.

use app::types::{AlertState, Severity};
use opscenter::provider::{Algorithm, mac};
use reqwest::RequestBuilder;
use serde_json::json;

use crate::app::{Place, SECRET, TestApp, both};

fn post(app: &TestApp, slug: &str, body: &str) -> RequestBuilder {
    let url = format!("{}/api/webhooks/{slug}", app.url);
    app.http.post(url).header("content-type", "application/json").body(body.to_owned())
}

both! {
    async fn one_delivery_of_alertmanager_opens_and_resolves_each_of_its_alerts(app: &TestApp) {
        app.source("am", "alertmanager", &[]).await;
        let group = |first: &str| json!({ "status": "firing", "alerts": [
            { "status": first, "labels": { "alertname": "DiskFull", "severity": "critical" }, "fingerprint": "a" },
            { "status": "firing", "labels": { "alertname": "HighLoad" }, "fingerprint": "b" }] }).to_string();
        for state in ["firing", "firing", "resolved"] {
            app.send(post(app, "am", &group(state)).bearer_auth(SECRET)).await.event_id();
            app.settled().await;
        }
        let alerts = app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap();
        let shown: Vec<_> = alerts.iter().map(|a| (a.title.as_str(), a.state, a.severity, a.occurrences)).collect();
        assert!(shown.contains(&("DiskFull", AlertState::Resolved, Severity::Critical, 2)), "{shown:?}");
        assert!(shown.contains(&("HighLoad", AlertState::Open, Severity::Warning, 3)), "{shown:?}");
        assert_eq!(shown.len(), 2);
    }

    async fn a_token_is_compared_and_never_kept(app: &TestApp) {
        app.source("lab", "gitlab", &[]).await;
        app.source("own", "token", &[("auth", "header"), ("header", "X-Key-Of-Mine")]).await;
        let id = app.send(post(app, "lab", "{}").header("X-Gitlab-Token", SECRET)).await.event_id();
        let own = app.send(post(app, "own", "{}").header("X-Key-Of-Mine", SECRET)).await.event_id();
        for id in [id, own] {
            let parts = app.ops.db.find_event_parts(id).await.unwrap().unwrap();
            assert_eq!(parts.signature.as_deref(), Some("(token)"));
            assert!(!format!("{:?}", parts.headers).contains(SECRET));
        }
        let wrong = app.send(post(app, "lab", "{}").header("X-Gitlab-Token", "another")).await;
        assert_eq!(wrong.refusal(), (401, "invalid_signature"));
        assert_eq!(app.send(post(app, "own", "{}").bearer_auth(SECRET)).await.refusal(), (401, "invalid_signature"));
    }

    async fn a_handshake_is_answered_and_is_no_event(app: &TestApp) {
        app.source("chat", "slack", &[]).await;
        app.source("meta", "meta", &[("verify_token", "ours")]).await;
        let body = r#"{"type":"url_verification","challenge":"3eZbrw1a"}"#;
        let ts = (app.ops.now() / 1000).to_string();
        let content: [&[u8]; 4] = [b"v0:", ts.as_bytes(), b":", body.as_bytes()];
        let signature = format!("v0={}", hex::encode(mac(Algorithm::Sha256, SECRET.as_bytes(), &content)));
        let request = post(app, "chat", body).header("X-Slack-Request-Timestamp", &ts);
        let answer = app.send(request.header("X-Slack-Signature", signature)).await;
        assert_eq!((answer.status, answer.body), (200, json!("3eZbrw1a")));
        assert_eq!(app.send(post(app, "chat", body)).await.refusal(), (401, "invalid_signature"));

        let ask = |token: &str| {
            let url = format!("{}/api/webhooks/meta?hub.mode=subscribe&hub.verify_token={token}&hub.challenge=1158", app.url);
            app.send(app.http.get(url))
        };
        assert_eq!(ask("ours").await.body, json!(1158));
        assert_eq!(ask("theirs").await.refusal(), (401, "invalid_signature"));
        assert_eq!(app.send(app.http.get(format!("{}/api/webhooks/chat", app.url))).await.status, 405);
        assert!(app.ops.db.list_events(&Default::default(), None, 10).await.unwrap().is_empty());
    }

    async fn a_signed_url_is_the_configured_one_with_the_query_of_the_request(app: &TestApp) {
        app.source("pay", "square", &[("public_url", "https://hooks.example.com/square")]).await;
        let sign = |url: &str| {
            use base64::Engine;
            let digest = mac(Algorithm::Sha256, SECRET.as_bytes(), &[url.as_bytes(), b"{}"]);
            base64::engine::general_purpose::STANDARD.encode(digest)
        };
        let send = |signature: String| {
            let url = format!("{}/api/webhooks/pay?shop=1", app.url);
            app.send(app.http.post(url).header("x-square-hmacsha256-signature", signature).body("{}"))
        };
        send(sign("https://hooks.example.com/square?shop=1")).await.event_id();
        assert_eq!(send(sign(&format!("{}/api/webhooks/pay?shop=1", app.url))).await.refusal(), (401, "invalid_signature"));
    }
}

/// What AWS's own validator holds to be genuine, and the certificate that goes with it: see the vectors of the pack.
async fn a_message_of_sns_is_verified_by_its_certificate_and_its_topic_on(place: Place) {
    let vectors: toml::Value = toml::from_str(include_str!("../providers/sns/vectors.toml")).unwrap();
    let clock = opscenter::clock::Clock::fixed(1_700_000_000_000);
    let app = TestApp::start_with(std::sync::Arc::new(place), opscenter::config::Role::All, clock, None).await;
    let body = |n: usize| vectors["vector"][n]["body"].as_str().unwrap().to_owned();
    app.source("aws", "sns", &[]).await;
    assert_eq!(app.send(post(&app, "aws", &body(1))).await.refusal(), (401, "invalid_signature"), "another topic");
    let topic = vectors["vector"][1]["secret"].as_str().unwrap().to_owned();
    app.dashboard.rotate_source(&TestApp::admin(), "aws", Some(topic), 0).await.unwrap();
    let unknown = app.send(post(&app, "aws", &body(1))).await;
    assert_eq!(unknown.refusal(), (503, "unavailable"), "a certificate that cannot be fetched may be there next time");

    let key = opscenter::outgoing::read_key(vectors["certificate"].as_str().unwrap().trim().as_bytes()).unwrap();
    let url =
        serde_json::from_str::<serde_json::Value>(&body(1)).unwrap()["SigningCertURL"].as_str().unwrap().to_owned();
    app.ops.certificates.remember(&url, key).await;
    let id = app.send(post(&app, "aws", &body(1))).await.event_id();
    assert_eq!(app.send(post(&app, "aws", &body(0))).await.event_id(), id, "the same message in version 1");
    assert_eq!(app.send(post(&app, "aws", &body(3))).await.refusal(), (503, "unavailable"), "nobody confirms it here");
    let changed = body(1).replace("2 % left", "90 % left");
    assert_eq!(app.send(post(&app, "aws", &changed)).await.refusal(), (401, "invalid_signature"));
    app.settled().await;
    let alerts = app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap();
    assert_eq!(alerts.iter().map(|alert| alert.title.as_str()).collect::<Vec<_>>(), ["Disk full"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_sns_is_verified_by_its_certificate_and_its_topic_embedded() {
    a_message_of_sns_is_verified_by_its_certificate_and_its_topic_on(Place::embedded()).await;
}
