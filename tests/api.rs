//! REST under `/api/v1`: tokens, roles, pages, filters, refusals.

use app::types::Role;
use opscenter::clock::Clock;
use serde_json::{Value, json};

use crate::app::people::{page, session, user};
use crate::app::{Answer, Place, TestApp, both, on_both};

/// An alert of each severity, the newest last.
async fn four_alerts(app: &TestApp) {
    app.source("custom", "generic", &[]).await;
    for severity in ["info", "warning", "error", "critical"] {
        app.custom("custom", &json!({ "title": format!("a {severity} one"), "severity": severity })).await.event_id();
        app.settled().await;
    }
}

fn titles(answer: &Answer) -> Vec<&str> {
    answer.body["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

both! {
    async fn without_a_token_there_is_nothing(app: &TestApp) {
        for path in ["alerts", "alerts/1", "events", "events/1", "events/1/payload", "sources", "stats", "health", "nonsense"] {
            let answer = app.send(app.http.get(format!("{}/api/v1/{path}", app.url))).await;
            assert_eq!(answer.refusal(), (401, "unauthorized"), "{path}");
        }
        assert_eq!(app.get("alerts", "oct_nonsense").await.status, 401);
        let basic = app.http.get(format!("{}/api/v1/alerts", app.url)).basic_auth("a", Some("b"));
        assert_eq!(app.send(basic).await.status, 401);
    }

    async fn settings_that_do_not_fit_the_secret_are_refused(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        let admin = app.token(Role::Admin).await;
        let patch = app.http.patch(format!("{}/api/v1/sources/custom", app.url)).bearer_auth(&admin);
        let answer = app.send(patch.json(&json!({ "settings": { "key": "hex" } }))).await;
        assert_eq!((answer.refusal(), &answer.body["error"]["field"]), ((422, "invalid"), &json!("settings")));
        assert_eq!(app.custom("custom", &json!({ "title": "x" })).await.status, 200, "it goes on as before");
    }

    async fn of_two_rotations_at_once_each_secret_that_was_shown_is_accepted(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        let admin = TestApp::admin();
        let rotate = || app.dashboard.rotate_source(&admin, "custom", None, 3_600_000);
        let (one, two) = tokio::join!(rotate(), rotate());
        let shown: Vec<String> = [one, two].into_iter().flatten().map(|made| made.secret).collect();
        assert!(!shown.is_empty());
        for secret in shown {
            let signature = hex::encode(opscenter::provider::mac(opscenter::provider::Algorithm::Sha256, secret.as_bytes(), &[b"{}"]));
            let post = app.http.post(format!("{}/api/webhooks/custom", app.url)).header("x-signature", signature);
            assert_eq!(app.send(post.body("{}")).await.status, 200);
        }
    }

    async fn roles_are_kept_from_the_first_endpoint_on(app: &TestApp) {
        four_alerts(app).await;
        let (viewer, operator, admin) = (app.token(Role::Viewer).await, app.token(Role::Operator).await, app.token(Role::Admin).await);
        for path in ["alerts", "alerts/1", "events", "events/1", "events/1/payload", "sources", "stats", "health"] {
            for token in [&viewer, &operator, &admin] {
                assert_eq!(app.get(path, token).await.status, 200, "{path}");
            }
        }
        let ids = json!({ "ids": [1] });
        for verb in ["read", "unread", "acknowledge", "resolve", "reopen"] {
            let path = format!("alerts/{verb}");
            assert_eq!(app.post(&path, &viewer, &ids).await.refusal(), (403, "forbidden"), "{verb}");
            assert_eq!(app.post(&path, &operator, &ids).await.status, 200, "{verb}");
        }
        let new = json!({ "slug": "more", "provider": "github" });
        for token in [&viewer, &operator] {
            assert_eq!(app.post("sources", token, &new).await.refusal(), (403, "forbidden"));
        }
        let created = app.post("sources", &admin, &new).await;
        assert_eq!(created.status, 201);
        assert!(created.body["secret"].as_str().unwrap().starts_with("oc_"));
        assert!(!app.get("sources", &admin).await.body.to_string().contains("\"secret"));
    }

    async fn a_revoked_token_is_out_at_once(app: &TestApp) {
        let token = app.token(Role::Admin).await;
        assert_eq!(app.get("alerts", &token).await.status, 200);
        let mut tx = app.ops.db.begin(opscenter::db::Writer::Person).await.unwrap();
        assert!(tx.revoke_token(&token, app.ops.now()).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(app.get("alerts", &token).await.status, 401);
    }

    async fn lists_are_filtered_by_columns_names(app: &TestApp) {
        four_alerts(app).await;
        app.indexed().await;
        let token = app.token(Role::Operator).await;
        let get = |query: &'static str| { let token = token.clone(); async move { app.get(&format!("alerts{query}"), &token).await } };
        assert_eq!(titles(&get("").await), ["a critical one", "a error one", "a warning one", "a info one"]);
        assert_eq!(titles(&get("?severity=critical").await), ["a critical one"]);
        assert_eq!(titles(&get("?severity=critical,info").await), ["a critical one", "a info one"]);
        assert_eq!(titles(&get("?q=WARN").await), ["a warning one"]);
        assert_eq!(titles(&get("?q=100%25_").await), Vec::<&str>::new());
        assert_eq!(titles(&get("?source=nobody").await), Vec::<&str>::new());
        assert_eq!(titles(&get("?to=1").await), Vec::<&str>::new());
        app.post("alerts/read", &token, &json!({ "filter": { "severity": "error" } })).await;
        assert_eq!(titles(&get("?is_read=true&state=open&source=custom").await), ["a error one"]);
        let events = app.get("events?status=processed&event_type=unknown&limit=3", &token).await;
        assert_eq!(events.body["items"].as_array().unwrap().len(), 3);
        assert!(events.body["next"].is_string());
    }

    async fn alerts_are_sorted_and_grouped(app: &TestApp) {
        four_alerts(app).await;
        let token = app.token(Role::Viewer).await;
        let sorted = app.get("alerts?sort=severity&limit=2", &token).await;
        let severities: Vec<_> = sorted.body["items"].as_array().unwrap().iter().map(|alert| alert["severity"].clone()).collect();
        assert_eq!(severities, ["critical", "error"], "{:?}", sorted.body);
        assert_eq!(sorted.body["next"], serde_json::Value::Null);
        assert_eq!(app.get("alerts?sort=nonsense", &token).await.status, 422);
        assert_eq!(app.get("alerts?sort=title&cursor=1-1", &token).await.status, 422);

        let operator = app.token(Role::Operator).await;
        let everything = app.post("alerts/resolve", &operator, &json!({ "filter": { "sort": "severity" } })).await;
        assert_eq!(everything.refusal(), (422, "invalid"), "an order selects nothing");

        let grouped = app.get("alerts/groups/source", &token).await;
        let ids: usize = grouped.body["groups"].as_array().unwrap().iter().map(|group| group["ids"].as_array().unwrap().len()).sum();
        assert_eq!((ids, grouped.body["is_cut"].clone()), (4, json!(false)), "{:?}", grouped.body);
        assert_eq!(app.get("alerts/groups/nonsense", &token).await.refusal(), (422, "invalid"));
    }

    async fn pages_hold_every_row_once(app: &TestApp) {
        app.source("github", "github", &[]).await;
        for i in 0..25 {
            app.send(app.github("push", &format!("d-{i}"), b"{}")).await.event_id();
        }
        app.settled().await;
        let token = app.token(Role::Viewer).await;
        for list in ["alerts", "events"] {
            let (mut rows, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = app.get(&format!("{list}?limit=10{cursor}"), &token).await;
                rows.extend(page.body["items"].as_array().unwrap().iter().map(|item| (item["created_at"].as_i64().unwrap(), item["id"].as_i64().unwrap())));
                match page.body["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(rows.len(), 25, "{list}");
            assert!(rows.windows(2).all(|pair| pair[0] > pair[1]), "{list} newest first: {rows:?}");
        }
    }

    async fn what_it_does_not_know_is_422_and_names_the_field(app: &TestApp) {
        let token = app.token(Role::Admin).await;
        for path in ["alerts?colour=red", "alerts?severity=awful", "alerts?is_read=maybe", "alerts?limit=0", "alerts?limit=201",
            "alerts?limit=x", "alerts?cursor=nonsense", "events?status=lost", "events?cursor=1", "events?payload=x"] {
            let answer = app.get(path, &token).await;
            assert_eq!(answer.refusal(), (422, "invalid"), "{path}: {answer:?}");
            assert!(answer.body["error"]["field"].is_string(), "{path}");
        }
        for body in [json!({}), json!({ "filter": {} }), json!({ "ids": [] }), json!({ "ids": [1], "filter": {} }),
            json!({ "filter": { "colour": "red" } }), json!({ "ids": ["x"] }), json!({ "filter": { "limit": 5 } }), json!([1])] {
            assert_eq!(app.post("alerts/read", &token, &body).await.refusal(), (422, "invalid"), "{body}");
        }
        for (body, field) in [
            (json!({ "slug": "Bad Slug", "provider": "github" }), "slug"),
            (json!({ "slug": "-x", "provider": "github" }), "slug"),
            (json!({ "slug": "x".repeat(64), "provider": "github" }), "slug"),
            (json!({ "slug": "x", "provider": "nobody" }), "provider"),
            (json!({ "slug": "x", "provider": "github", "secret": " padded " }), "secret"),
            (json!({ "slug": "x", "provider": "github", "settings": { "algorithm": "sha1" } }), "settings.algorithm"),
            (json!({ "slug": "x", "provider": "generic", "settings": { "algorithm": "rot13" } }), "settings.algorithm"),
            (json!({ "slug": "x", "provider": "generic", "settings": { "template": "{ts}.{body}" } }), "settings.template"),
            (json!({ "slug": "x", "provider": "generic", "settings": { "key": "hex" }, "secret": "not hex" }), "secret"),
            (json!({ "slug": "x", "provider": "github", "settings": { "max_body": "many" } }), "settings.max_body"),
        ] {
            let answer = app.post("sources", &token, &body).await;
            assert_eq!((answer.status, answer.body["error"]["field"].as_str().unwrap()), (422, field), "{body}");
        }
        let twice = json!({ "slug": "twice", "provider": "github" });
        assert_eq!(app.post("sources", &token, &twice).await.status, 201);
        let again = app.post("sources", &token, &twice).await;
        assert_eq!((again.status, again.body["error"]["field"].as_str().unwrap()), (422, "slug"));
    }

    async fn what_is_not_there_is_404(app: &TestApp) {
        let token = app.token(Role::Admin).await;
        for path in ["alerts/4711", "alerts/x", "events/4711", "events/4711/payload", "nonsense"] {
            assert_eq!(app.get(path, &token).await.refusal(), (404, "not_found"), "{path}");
        }
        assert_eq!(app.post("alerts/explode", &token, &json!({ "all": true })).await.status, 404);
        let delete = app.http.delete(format!("{}/api/v1/alerts", app.url)).bearer_auth(&token);
        assert_eq!(app.send(delete).await.refusal(), (405, "method_not_allowed"));
    }

    async fn changes_count_only_what_they_changed(app: &TestApp) {
        four_alerts(app).await;
        let token = app.token(Role::Operator).await;
        let change = |verb: &'static str, body: Value| { let token = token.clone(); async move { app.post(&format!("alerts/{verb}"), &token, &body).await.body["changed"].clone() } };
        assert_eq!(change("read", json!({ "ids": [1, 2, 4711] })).await, 2);
        assert_eq!(change("read", json!({ "all": true })).await, 2);
        assert_eq!(change("read", json!({ "all": true })).await, 0);
        assert_eq!(change("acknowledge", json!({ "filter": { "severity": "critical,error" } })).await, 2);
        assert_eq!(change("resolve", json!({ "filter": { "state": "acknowledged" } })).await, 2);
        assert_eq!(change("reopen", json!({ "filter": { "state": "resolved" } })).await, 2);
        assert_eq!(change("unread", json!({ "ids": [1] })).await, 1);
        let kinds: Vec<String> = app.get("alerts/4", &token).await.body["timeline"].as_array().unwrap().iter()
            .map(|step| step["kind"].as_str().unwrap().to_owned()).collect();
        assert_eq!(kinds, ["reopened", "resolved", "acknowledged", "read", "opened"]);
    }

    async fn the_filtered_list_is_a_table_page_by_page(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        for n in 0..205 {
            app.custom("custom", &json!({ "title": format!("=alert {n}, \"quoted\""), "severity": "error" })).await.event_id();
        }
        app.custom("custom", &json!({ "title": "left out", "severity": "critical" })).await.event_id();
        app.settled().await;
        user(app, "ann@example.com", Role::Viewer).await;
        let cookie = session(app, "ann@example.com").await;
        let answer = page(app, &cookie, "/download/alerts.csv?severity=error").await;
        assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
        let table = answer.text().await.unwrap();
        assert_eq!(table.lines().count(), 206, "with the head");
        assert!(table.starts_with("id,severity,kind,state,title,") && !table.contains("left out"));
        assert!(table.contains(r#"error,problem,open,"'=alert 7, ""quoted""","#), "{}", table.lines().nth(1).unwrap());
        assert_eq!(page(app, &cookie, "/download/alerts.csv?nonsense=1").await.status(), 422);
    }

    async fn a_payload_is_the_bytes_as_they_came_and_never_a_page(app: &TestApp) {
        app.source("github", "github", &[]).await;
        let body = b"<script>alert(1)</script>\xff";
        let id = app.send(app.github("push", "d", body).header("content-type", "text/html")).await.event_id();
        let token = app.token(Role::Viewer).await;
        let response = app.http.get(format!("{}/api/v1/events/{id}/payload", app.url)).bearer_auth(token).send().await.unwrap();
        assert_eq!(response.headers()["content-disposition"], "attachment");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(response.bytes().await.unwrap(), body.as_slice());
    }
}

on_both! {
    async fn an_alert_knows_the_earlier_ones_with_its_key(place: Place) {
        let clock = Clock::fixed(1_800_000_000_000);
        let app = TestApp::start_with(place.into(), opscenter::config::Role::All, clock.clone(), None).await;
        app.source("custom", "generic", &[]).await;
        for status in ["firing", "resolved", "firing"] {
            let report = json!({ "title": "Disk full", "severity": "error", "status": status, "dedup_key": "disk" });
            app.custom("custom", &report).await.event_id();
            app.settled().await;
            // Two hours later the same key opens another alert.
            clock.advance(2 * 3_600_000);
        }
        let token = app.token(Role::Viewer).await;
        let detail = app.get("alerts/2", &token).await.body;
        assert_eq!(detail["earlier"][0]["id"], 1, "{detail}");
        assert_eq!(detail["earlier"][0]["state"], "resolved");
        assert_eq!(app.get("alerts/1", &token).await.body["earlier"], json!([]));
        app.stop().await;
    }
}

/// One item of each resource, with what differs from run to run left out.
#[tokio::test(flavor = "multi_thread")]
async fn items_have_the_columns_of_their_tables() {
    let app = TestApp::start(Place::embedded()).await;
    app.source("github", "github", &[]).await;
    let body = br#"{"ref":"refs/heads/main","repository":{"full_name":"acme/checkout"},"pusher":{"name":"mona"},"commits":[{"id":"1","message":"Retry"}]}"#;
    app.send(app.github("push", "d-1", body)).await.event_id();
    app.settled().await;
    let token = app.token(Role::Viewer).await;
    for (name, path) in [("alert", "alerts/1"), ("event", "events/1")] {
        let item = app.get(path, &token).await.body;
        insta::assert_json_snapshot!(name, item, {
            ".**.created_at" => "[time]", ".**.updated_at" => "[time]", ".**.last_seen_at" => "[time]", ".**.due_at" => "[time]",
            ".**.processed_at" => "[time]", ".**.request_id" => "[id]", ".headers.host" => "[host]",
        });
    }
    let source = app.get("sources", &token).await.body["items"][0].clone();
    insta::assert_json_snapshot!("source", source, { ".**.created_at" => "[time]", ".**.updated_at" => "[time]" });
    let stats = app.get("stats", &token).await.body;
    insta::assert_json_snapshot!("stats", stats, {
        ".hours" => insta::dynamic_redaction(|hours, _| { assert_eq!(hours.as_slice().unwrap().len(), 24); "[24 hours]" }),
        ".avg_processing_ms" => "[ms]", ".sources[].last_event_at" => "[time]",
    });
    let health = app.get("health", &token).await.body;
    insta::assert_json_snapshot!("health", health, { ".uptime_ms" => "[ms]", ".version" => "[version]", ".checks.*.latency_ms" => "[ms]", ".checks.*.detail" => "[words]" });
    app.stop().await;
}
