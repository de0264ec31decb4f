//! From a request to a durable row, and every way to be refused.

use serde_json::{Value, json};

use crate::app::{Place, TestApp, both, github_signature, sign};

/// The body of the specification's own test.
const CURL: &[u8] = br#"{
    "event": "push",
    "repository": "test-repo",
    "pusher": {"name": "john"},
    "commits": 5
  }"#;

both! {
    async fn a_signed_push_is_stored_with_its_exact_bytes_and_becomes_an_alert(app: &TestApp) {
        app.source("github", "github", &[]).await;
        let answer = app.send(app.github("push", "d-1", CURL)).await;
        assert_eq!(answer.body, json!({ "status": "accepted", "event_id": answer.event_id() }));
        app.settled().await;

        let payload = app.ops.db.find_payload(answer.event_id()).await.unwrap().unwrap();
        assert_eq!(payload, CURL);
        let alerts = app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap();
        assert_eq!(alerts.len(), 1);
        assert_eq!(alerts[0].title, "Push by john to test-repo");
        assert_eq!(alerts[0].event_type.as_deref(), Some("push"));
        let event = app.ops.db.find_event(answer.event_id()).await.unwrap().unwrap();
        assert_eq!((event.status.as_str(), event.content_type.as_str()), ("processed", "application/json"));
        assert_eq!(event.attempts, 1);
    }

    async fn a_delivery_seen_before_names_the_first_event_and_makes_nothing_new(app: &TestApp) {
        app.source("github", "github", &[]).await;
        let first = app.send(app.github("push", "d-1", CURL)).await;
        let again = app.send(app.github("push", "d-1", CURL)).await;
        assert_eq!(again.body, json!({ "status": "duplicate", "event_id": first.event_id() }));
        app.settled().await;
        assert_eq!(app.ops.db.list_events(&Default::default(), None, 10).await.unwrap().len(), 1);
        assert_eq!(app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap().len(), 1);
    }

    async fn the_same_delivery_at_the_same_time_is_one_event(app: &TestApp) {
        app.source("github", "github", &[]).await;
        let answers = futures::future::join_all((0..40).map(|_| app.send(app.github("push", "same", CURL)))).await;
        let id = answers[0].event_id();
        assert!(answers.iter().all(|answer| answer.event_id() == id));
        assert_eq!(answers.iter().filter(|answer| answer.body["status"] == "accepted").count(), 1);
        assert_eq!(app.ops.db.list_events(&Default::default(), None, 50).await.unwrap().len(), 1);
    }

    async fn many_at_once_are_each_stored_once(app: &TestApp) {
        app.source("github", "github", &[]).await;
        let deliveries: Vec<String> = (0..300).map(|i| format!("d-{i}")).collect();
        let answers = futures::future::join_all(deliveries.iter().map(|d| app.send(app.github("push", d, CURL)))).await;
        let mut ids: Vec<i64> = answers.iter().map(|answer| answer.event_id()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 300);
        app.settled().await;
        assert_eq!(app.ops.db.list_alerts(&Default::default(), None, 400).await.unwrap().len(), 300);
    }

    async fn every_refusal_has_its_code_and_stores_nothing(app: &TestApp) {
        app.source("github", "github", &[("max_body", "1000")]).await;
        app.source("closed", "github", &[]).await;
        app.send(app.http.get(format!("{}/healthz", app.url))).await;
        use app::backend::Sources;
        app.dashboard.set_source_active(&TestApp::admin(), "closed", false).await.unwrap();

        let url = |slug: &str| format!("{}/api/webhooks/{slug}", app.url);
        let post = |slug: &str| app.http.post(url(slug)).body(CURL);
        let good = github_signature(CURL);
        let refused = [
            ("unknown source", post("nobody").header("x-hub-signature-256", &good), 404, "source_not_found"),
            ("inactive source", post("closed").header("x-hub-signature-256", &good), 404, "source_not_found"),
            ("no signature", post("github"), 401, "invalid_signature"),
            ("wrong signature", post("github").header("x-hub-signature-256", good.replace('a', "b")), 401, "invalid_signature"),
            ("empty signature", post("github").header("x-hub-signature-256", "sha256="), 401, "invalid_signature"),
            ("old algorithm", post("github").header("x-hub-signature", "sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59"), 401, "invalid_signature"),
            ("other body", app.http.post(url("github")).body("{}").header("x-hub-signature-256", &good), 401, "invalid_signature"),
            ("signature twice", post("github").header("x-hub-signature-256", &good).header("x-hub-signature-256", &good), 400, "bad_request"),
            ("not ASCII", post("github").header("x-hub-signature-256", b"sha256=\xff".as_slice()), 400, "bad_request"),
            ("compressed", post("github").header("content-encoding", "gzip").header("x-hub-signature-256", &good), 415, "unsupported_encoding"),
            ("GET", app.http.get(url("github")), 405, "method_not_allowed"),
            ("PUT", app.http.put(url("github")).body(CURL), 405, "method_not_allowed"),
            ("too large", app.http.post(url("github")).body(vec![b'x'; 1001]), 413, "payload_too_large"),
            ("too large, chunked", app.http.post(url("github")).body(chunked(1001)), 413, "payload_too_large"),
        ];
        for (what, request, status, code) in refused {
            let answer = app.send(request).await;
            assert_eq!(answer.refusal(), (status, code), "{what}: {answer:?}");
            assert!(answer.body["error"]["message"].is_string());
        }
        assert!(app.ops.db.list_events(&Default::default(), None, 10).await.unwrap().is_empty());
        let metrics = app.send(app.http.get(format!("{}/metrics", app.url))).await.body;
        let metrics = metrics.as_str().unwrap();
        assert!(metrics.contains(r#"opscenter_webhooks_total{result="invalid_signature",source="github"} 5"#), "{metrics}");
        assert!(metrics.contains(r#"opscenter_webhooks_total{result="source_not_found",source="unknown"} 2"#), "{metrics}");
        assert!(metrics.contains(r#"{result="payload_too_large",source="github"} 2"#), "{metrics}");
    }

    async fn a_signed_body_is_taken_whatever_it_holds(app: &TestApp) {
        app.source("github", "github", &[]).await;
        let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
        let bodies: [&[u8]; 7] = [
            b"", b"not json", b"\xff\xfe\x00", &deep, br#"{"repository":{"full_name":"a\u0000b"},"ref":"\ud800"}"#,
            br#"{"n":1e400000}"#, br#"{"a":1,"a":2}"#,
        ];
        for (i, body) in bodies.iter().enumerate() {
            let answer = app.send(app.github("push", &format!("odd-{i}"), body)).await;
            assert_eq!(answer.status, 200, "{i}: {answer:?}");
            let stored = app.ops.db.find_payload(answer.event_id()).await.unwrap().unwrap();
            assert_eq!(&stored, body);
        }
        app.settled().await;
        let events = app.ops.db.list_events(&Default::default(), None, 50).await.unwrap();
        assert!(events.iter().all(|event| event.status.as_str() == "processed"), "{events:?}");
        let unread: Vec<&str> = events.iter().filter_map(|event| event.error_message.as_deref()).collect();
        assert!(unread.len() >= 4 && unread.iter().all(|reason| reason.contains("not readable JSON")), "{unread:?}");
        let alerts = app.ops.db.list_alerts(&Default::default(), None, 50).await.unwrap();
        assert_eq!(alerts.len(), bodies.len());
        assert_eq!(alerts.iter().filter(|alert| alert.title.starts_with("Could not be read: ")).count(), unread.len());
    }

    async fn odd_headers_are_bounded_and_secrets_in_them_are_not_kept(app: &TestApp) {
        app.source("github", "github", &[]).await;
        let long = "x".repeat(500);
        let request = app.github(&"t".repeat(400), &long, CURL).header("authorization", "Bearer hush").header("x-tab", "a\tb");
        let id = app.send(request).await.event_id();
        assert_eq!(app.send(app.github("push", &long, CURL)).await.event_id(), id, "a long id is still the same id");
        let event = app.ops.db.find_event(id).await.unwrap().unwrap();
        assert!(event.event_type.len() <= 200);
        assert_eq!(event.delivery_id.len(), 64);
        let parts = app.ops.db.find_event_parts(id).await.unwrap().unwrap();
        assert!(!Value::Object(parts.headers).to_string().contains("hush"));
    }

    async fn a_generic_source_signs_as_it_is_set_up(app: &TestApp) {
        use opscenter::provider::{Algorithm, mac};
        let settings = [("header", "X-Custom"), ("algorithm", "sha512"), ("encoding", "base64"), ("template", "{ts}.{body}"), ("timestamp_header", "X-Time")];
        app.source("legacy", "generic", &settings).await;
        let body = br#"{"title":"Backup failed","severity":"error"}"#;
        let post = |at: i64| {
            use base64::Engine;
            let ts = at.to_string();
            let digest = mac(Algorithm::Sha512, crate::app::SECRET.as_bytes(), &[ts.as_bytes(), b".", body]);
            let signature = base64::engine::general_purpose::STANDARD.encode(digest);
            app.http.post(format!("{}/api/webhooks/legacy", app.url)).header("x-custom", signature).header("x-time", ts).body(body.as_slice())
        };
        let now = app.ops.now() / 1000;
        assert_eq!(app.send(post(now)).await.status, 200);
        assert_eq!(app.send(post(now - 400)).await.refusal(), (401, "invalid_signature"));
        assert_eq!(app.send(post(now + 400)).await.refusal(), (401, "invalid_signature"));
        assert_eq!(app.custom("legacy", &json!({})).await.refusal(), (401, "invalid_signature"), "the default header is not enough");
    }

    async fn a_source_can_alert_from_a_severity_upward(app: &TestApp) {
        app.source("quiet", "generic", &[("alert_from", "error")]).await;
        app.custom("quiet", &json!({ "title": "a", "severity": "warning" })).await.event_id();
        app.custom("quiet", &json!({ "title": "b", "severity": "critical" })).await.event_id();
        app.settled().await;
        let alerts = app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap();
        assert_eq!(alerts.iter().map(|alert| alert.title.as_str()).collect::<Vec<_>>(), ["b"]);
        assert_eq!(app.ops.db.list_events(&Default::default(), None, 10).await.unwrap().len(), 2);
    }

    async fn both_secrets_hold_while_one_replaces_the_other(app: &TestApp) {
        app.source("github", "github", &[]).await;
        app.dashboard.rotate_source(&TestApp::admin(), "github", Some("another secret of some length".into()), 3_600_000).await.unwrap();
        assert_eq!(app.send(app.github("push", "old", CURL)).await.status, 200);
        app.dashboard.rotate_source(&TestApp::admin(), "github", Some("a third secret of some length".into()), 0).await.unwrap();
        assert_eq!(app.send(app.github("push", "older", CURL)).await.refusal(), (401, "invalid_signature"));
    }
}

/// A body without a length.
fn chunked(size: usize) -> reqwest::Body {
    let (client, mut server) = tokio::io::duplex(64);
    tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        let _refused_early = server.write_all(&vec![b'x'; size]).await;
    });
    reqwest::Body::wrap_stream(futures::stream::unfold(client, |mut client| async move {
        use tokio::io::AsyncReadExt;
        let mut chunk = vec![0; 64];
        match client.read(&mut chunk).await {
            Ok(0) | Err(_) => None,
            Ok(n) => Some((Ok::<_, std::io::Error>(chunk[..n].to_vec()), client)),
        }
    }))
}

#[test]
fn the_signature_of_the_tests_is_the_published_one() {
    assert_eq!(sign(b"Hello, World!"), "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
}
