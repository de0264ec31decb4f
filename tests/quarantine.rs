//! Rejected requests: why, how many are kept, and what becomes of them once the cause is mended.

use app::backend::Quarantine;
use app::types::{QuarantineQuery, RefusedRequest, Role};
use opscenter::db::{NewRefused, Old, Writer};
use serde_json::json;

use crate::app::{Place, TestApp, both, github_signature};

const BODY: &[u8] = br#"{"ref":"refs/heads/main","commits":[]}"#;

/// What is kept, newest first, once there are `count`.
async fn kept(app: &TestApp, count: usize) -> Vec<RefusedRequest> {
    let list = || async { app.ops.db.list_refused(&QuarantineQuery::default(), None, 50).await.unwrap() };
    app.until("refused requests to be kept", || async { list().await.len() >= count }).await;
    list().await
}

/// Posts and says why it was refused.
async fn reason(app: &TestApp, count: usize, request: reqwest::RequestBuilder) -> (String, String) {
    let answer = app.send(request).await;
    assert!(answer.status >= 400, "{answer:?}");
    let newest = kept(app, count).await.remove(0);
    (newest.reason, newest.detail)
}

fn github(app: &TestApp, signature: &str, body: &'static [u8]) -> reqwest::RequestBuilder {
    let url = format!("{}/api/webhooks/github", app.url);
    app.http.post(url).header("x-github-event", "push").header("x-hub-signature-256", signature).body(body)
}

const FUTURE: i64 = 4_000_000_000_000;

fn row(source: i64, n: i64, payload: &[u8]) -> NewRefused {
    NewRefused {
        webhook_source_id: source,
        request_id: format!("r{n}"),
        reason: "mismatch",
        detail: String::new(),
        payload: payload.to_vec().into(),
        content_type: String::new(),
        headers: Default::default(),
        sealed: None,
        ip_address: "192.0.2.1".into(),
        // Not so old that the sweeper takes it meanwhile.
        created_at: FUTURE + n,
    }
}

both! {
    async fn each_refusal_says_exactly_why(app: &TestApp) {
        app.source("github", "github", &[("max_body", "100")]).await;
        app.source("other", "github", &[]).await;
        app.dashboard.rotate_source(&TestApp::admin(), "other", Some("the secret of the other one".into()), 0).await.unwrap();
        let theirs = hex::encode(opscenter::provider::mac(opscenter::provider::Algorithm::Sha256, b"the secret of the other one", &[BODY]));

        let (word, detail) = reason(app, 1, github(app, &format!("sha256={}", "0".repeat(64)), BODY)).await;
        assert_eq!((word.as_str(), detail.as_str()), ("mismatch", "the signature does not match the secret"));
        let (_, detail) = reason(app, 2, github(app, &format!("sha256={theirs}"), BODY)).await;
        assert!(detail.ends_with("it matches the secret of the source other"), "{detail}");
        let spaced = br#"{ "ref": "refs/heads/main", "commits": [] }"#;
        let (_, detail) = reason(app, 3, github(app, &github_signature(BODY), spaced)).await;
        assert!(detail.ends_with("the body was re-encoded in transit; it matches as compact JSON"), "{detail}");
        let url = format!("{}/api/webhooks/github", app.url);
        let (word, detail) = reason(app, 4, app.http.post(&url).header("x-my-signature", "x").body(BODY)).await;
        assert_eq!(word, "header_missing");
        assert!(detail.contains("X-Hub-Signature-256 is missing; found x-my-signature"), "{detail}");
        let (word, _) = reason(app, 5, app.http.post(&url).body(vec![b'x'; 101])).await;
        assert_eq!((word.as_str(), kept(app, 5).await[0].size), ("too_large", 100), "its beginning is kept");
        let nowhere = app.http.post(format!("{}/api/webhooks/nobody", app.url)).body(BODY);
        assert_eq!(app.send(nowhere).await.status, 404);
        assert_eq!(kept(app, 5).await.len(), 5, "what meant no source is not kept");
    }

    async fn a_timestamp_out_of_bounds_is_told_in_seconds(app: &TestApp) {
        app.source("pay", "stripe", &[]).await;
        let ts = app.ops.now() / 1000 - 412;
        let digest = opscenter::provider::mac(opscenter::provider::Algorithm::Sha256, crate::app::SECRET.as_bytes(), &[ts.to_string().as_bytes(), b".", BODY]);
        let request = app.http.post(format!("{}/api/webhooks/pay", app.url)).header("stripe-signature", format!("t={ts},v1={}", hex::encode(digest)));
        let (word, detail) = reason(app, 1, request.body(BODY)).await;
        assert_eq!(word, "stale");
        assert!(["the timestamp is 412 s old", "the timestamp is 413 s old"].contains(&detail.as_str()), "{detail}");
    }

    async fn once_the_secret_is_mended_all_become_events_and_alerts_once(app: &TestApp) {
        app.source("github", "github", &[]).await;
        let (operator, viewer) = (app.token(Role::Operator).await, app.token(Role::Viewer).await);
        app.dashboard.rotate_source(&TestApp::admin(), "github", Some("not the provider's secret".into()), 0).await.unwrap();
        for delivery in ["d-1", "d-2"] {
            assert_eq!(app.send(app.github("push", delivery, BODY)).await.refusal(), (401, "invalid_signature"));
        }
        let refused = kept(app, 2).await;
        let all = json!({ "all": true });
        assert_eq!(app.post("quarantine/retry", &viewer, &all).await.refusal(), (403, "forbidden"));
        let still = app.post("quarantine/retry", &operator, &all).await.body;
        assert_eq!((&still["changed"], &still["refused"]), (&json!(0), &json!(2)), "{still}");
        assert!(still["results"][0]["detail"].as_str().unwrap().contains("matches the previous secret"), "{still}");

        app.dashboard.rotate_source(&TestApp::admin(), "github", Some(crate::app::SECRET.into()), 0).await.unwrap();
        let one = app.post("quarantine/retry", &operator, &json!({ "ids": [refused[0].id] })).await.body;
        assert_eq!(one["changed"], 1, "{one}");
        let rest = app.post("quarantine/retry", &operator, &json!({ "filter": { "source": "github" } })).await.body;
        assert_eq!((&rest["changed"], &rest["results"][0]["id"]), (&json!(1), &json!(refused[1].id)), "{rest}");
        assert_eq!(app.post("quarantine/retry", &operator, &all).await.body["results"], json!([]));
        app.settled().await;
        let events = app.ops.db.list_events(&Default::default(), None, 10).await.unwrap();
        assert_eq!(events.iter().map(|event| event.delivery_id.as_str()).collect::<Vec<_>>(), ["d-2", "d-1"], "in the order in which they came");
        assert_eq!(app.ops.db.find_payload(events[0].id).await.unwrap().unwrap(), BODY);
        assert_eq!(app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap().len(), 2);
        assert_eq!(app.send(app.github("push", "d-1", BODY)).await.body["status"], "duplicate");
        assert!(kept(app, 2).await.iter().all(|request| request.retried_event_id.is_some()));
    }

    async fn what_is_retried_twice_at_once_becomes_one_event(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        let operator = app.token(Role::Operator).await;
        app.dashboard.rotate_source(&TestApp::admin(), "custom", Some("not the sender's secret".into()), 0).await.unwrap();
        for _ in 0..3 {
            assert_eq!(app.custom("custom", &json!({ "title": "no id of its own" })).await.status, 401);
        }
        kept(app, 3).await;
        app.dashboard.rotate_source(&TestApp::admin(), "custom", Some(crate::app::SECRET.into()), 0).await.unwrap();
        let all = json!({ "all": true });
        let answers = futures::future::join_all((0..8).map(|_| app.post("quarantine/retry", &operator, &all))).await;
        let changed: i64 = answers.iter().map(|answer| answer.body["changed"].as_i64().unwrap()).sum();
        assert_eq!(changed, 3, "{answers:?}");
        app.settled().await;
        assert_eq!(app.ops.db.list_events(&Default::default(), None, 10).await.unwrap().len(), 3);
    }

    async fn the_list_is_read_by_everyone_and_shows_no_secret(app: &TestApp) {
        app.source("lab", "gitlab", &[]).await;
        let viewer = app.token(Role::Viewer).await;
        let request = app.http.post(format!("{}/api/webhooks/lab", app.url)).header("X-Gitlab-Token", "a wrong secret");
        reason(app, 1, request.header("content-type", "application/json").body(BODY)).await;
        let list = app.get("quarantine?source=lab&reason=wrong_token", &viewer).await;
        let id = list.body["items"][0]["id"].as_i64().unwrap();
        assert_eq!(list.body["items"][0]["source"], "lab");
        let one = app.get(&format!("quarantine/{id}"), &viewer).await;
        assert_eq!(one.body["headers"]["x-gitlab-token"], "(redacted)");
        assert!(!one.body.to_string().contains("a wrong secret"));
        assert_eq!(app.get(&format!("quarantine/{id}/payload"), &viewer).await.body, serde_json::from_slice::<serde_json::Value>(BODY).unwrap());
        assert_eq!(app.get("quarantine/999", &viewer).await.status, 404);
        assert_eq!(app.get("quarantine?nonsense=1", &viewer).await.status, 422);
        assert_eq!(app.post("quarantine/retry", &app.token(Role::Operator).await, &json!({})).await.status, 422);
    }

    async fn what_is_kept_is_bounded_in_number_size_and_time(app: &TestApp) {
        app.source("github", "github", &[]).await;
        app.source("other", "github", &[]).await;
        let id = async |slug: &str| app.ops.db.find_source(slug).await.unwrap().unwrap().id;
        let (source, other) = (id("github").await, id("other").await);
        let mut tx = app.ops.db.begin(Writer::Person).await.unwrap();
        tx.insert_refused(&row(other, 0, b"x")).await.unwrap();
        for n in 1..=510 {
            tx.insert_refused(&row(source, n, b"x")).await.unwrap();
        }
        tx.commit().await.unwrap();
        let all = async || app.ops.db.list_refused_ids(&QuarantineQuery::default(), 0, 5_000).await.unwrap();
        assert_eq!((all().await.len(), &all().await[..2]), (501, &[1, 12][..]), "the oldest of the source give way");
        let mut tx = app.ops.db.begin(Writer::Person).await.unwrap();
        tx.insert_refused(&row(source, 2_000, &vec![0; 10 << 20])).await.unwrap();
        let headers = [("x-large".to_owned(), "x".repeat(7 << 20).into())].into_iter().collect();
        tx.insert_refused(&NewRefused { headers, ..row(source, 2_001, b"") }).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(all().await.len(), 2, "16 MiB of a source, headers counted, and the other source's own");
        let mut tx = app.ops.db.begin(Writer::Sweeper).await.unwrap();
        tx.remove_old(Old::Quarantine, FUTURE + 2_002, opscenter::db::Batch { rows: 1_000, parts: 0 }).await.unwrap();
        tx.commit().await.unwrap();
        let left = app.dashboard.list_refused(&TestApp::admin(), QuarantineQuery::default()).await.unwrap();
        assert!(left.items.is_empty());
    }

    async fn one_address_cannot_fill_it(app: &TestApp) {
        app.source("github", "github", &[]).await;
        let post = || async { app.send(app.github("push", "d", BODY).header("x-hub-signature-256", "twice")).await };
        futures::future::join_all((0..60).map(|_| post())).await;
        app.until("the rest to be counted", || async {
            let kept = app.ops.db.list_refused_ids(&QuarantineQuery::default(), 0, 100).await.unwrap().len() as u64;
            let dropped = app.ops.metrics.refused_not_kept.get();
            kept + dropped == 60 && kept <= 60
        })
        .await;
        let kept = app.ops.db.list_refused_ids(&QuarantineQuery::default(), 0, 100).await.unwrap().len();
        assert!((30..=60).contains(&kept), "{kept}: 30 a minute, and the minute may have turned");
        let metrics = app.send(app.http.get(format!("{}/metrics", app.url))).await.body.as_str().unwrap().to_owned();
        assert!(metrics.contains("opscenter_refused_not_kept_total"), "{metrics}");
    }

    async fn an_equal_body_within_the_window_is_a_duplicate_where_a_source_asks_for_it(app: &TestApp) {
        app.source("github", "github", &[("replay_window", "60")]).await;
        let first = app.send(app.github("push", "d-1", BODY)).await.event_id();
        let again = app.send(app.github("push", "d-2", BODY)).await;
        assert_eq!(again.body, json!({ "status": "duplicate", "event_id": first }));
        assert_eq!(app.send(app.github("ping", "d-3", BODY)).await.body["status"], "accepted", "another type");
        let at_once = futures::future::join_all((0..20).map(|n| {
            let delivery = format!("at-once-{n}");
            async move { app.send(app.github("fork", &delivery, BODY)).await }
        }))
        .await;
        assert_eq!(at_once.iter().filter(|answer| answer.body["status"] == "accepted").count(), 1);
    }
}
