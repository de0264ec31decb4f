//! Who may what: a table of endpoint and role, held against the router; users, tokens, audit, retention.

use app::backend::Access;
use app::types::{Retention, Role, time};
use opscenter::clock::Clock;
use opscenter::web::api::endpoints;
use serde_json::{Value, json};

use crate::app::{Place, TestApp, both, on_both};

/// An endpoint's address with something in place of its parameters.
fn filled(path: &str) -> String {
    path.trim_start_matches('/')
        .replace("{id}", "1")
        .replace("{slug}", "custom")
        .replace("{name}", "nobody")
        .replace("{by}", "title")
}

async fn call(app: &TestApp, method: &str, path: &str, token: Option<&str>, body: &str) -> u16 {
    let method = reqwest::Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
    let mut request = app.http.request(method, format!("{}/api/v1/{}", app.url, filled(path)));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    app.send(request.header("content-type", "application/json").body(body.to_owned())).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_asks_for_its_role() {
    let app = TestApp::start(Place::embedded()).await;
    app.source("custom", "generic", &[]).await;
    app.custom("custom", &json!({ "title": "x", "severity": "error" })).await.event_id();
    app.settled().await;
    let tokens = [(Role::Viewer, app.token(Role::Viewer).await), (Role::Operator, app.token(Role::Operator).await)];
    for endpoint in endpoints() {
        let label = format!("{} {}", endpoint.method, endpoint.path);
        assert_eq!(call(&app, endpoint.method, endpoint.path, None, endpoint.body).await, 401, "{label}");
        for (role, token) in &tokens {
            let status = call(&app, endpoint.method, endpoint.path, Some(token), endpoint.body).await;
            if *role < endpoint.role {
                assert_eq!(status, 403, "{label} as {role}");
            } else {
                assert!(![401, 403, 405, 500].contains(&status), "{label} as {role}: {status}");
            }
        }
    }
    app.stop().await;
}

/// Every field that was sent is in the schema, and every field that the schema requires was sent; all the way down.
fn compare(document: &Value, schema: &Value, found: &Value, place: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let named =
            document.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{place}: {name} is missing"));
        return compare(document, named, found, place);
    }
    if let Some(items) = found.as_array() {
        return items.iter().for_each(|item| compare(document, &schema["items"], item, &format!("{place}[]")));
    }
    let (Some(fields), Some(properties)) = (found.as_object(), schema["properties"].as_object()) else { return };
    for (name, value) in fields {
        let property = properties.get(name).unwrap_or_else(|| panic!("{place}: {name} is not in the schema"));
        compare(document, property, value, &format!("{place}.{name}"));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(fields.contains_key(name.as_str().unwrap()), "{place}: {name} is required and missing");
    }
}

both! {
    async fn the_document_is_served(app: &TestApp) {
        let document = app.send(app.http.get(format!("{}/api/openapi.json", app.url))).await;
        assert_eq!((document.status, &document.body["openapi"]), (200, &json!("3.1.0")));
        assert!(document.body["paths"]["/api/v1/alerts/{id}"]["get"].is_object());
    }

    async fn answers_are_what_the_document_says(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        app.custom("custom", &json!({ "title": "x", "severity": "error" })).await.event_id();
        app.send(app.http.post(format!("{}/api/webhooks/custom", app.url)).body("{}")).await;
        app.settled().await;
        let admin = app.token(Role::Admin).await;
        app.post("channels", &admin, &json!({ "name": "Room", "kind": "email", "recipient": "a@example.com" })).await;
        let document = app.send(app.http.get(format!("{}/api/openapi.json", app.url))).await.body;
        for endpoint in endpoints().iter().filter(|endpoint| endpoint.method == "get" && endpoint.gives.is_some()) {
            let said = &document["paths"][format!("/api/v1{}", endpoint.path)]["get"]["responses"]["2XX"];
            let answer = app.get(&filled(endpoint.path), &admin).await;
            assert_eq!(answer.status, 200, "{}", endpoint.path);
            compare(&document, &said["content"]["application/json"]["schema"], &answer.body, endpoint.path);
        }
    }

    async fn users_and_tokens_are_managed_and_all_is_written_down(app: &TestApp) {
        let admin = app.token(Role::Admin).await;
        let new = |email: &str, role: &str, password: &str| json!({ "email": email, "role": role, "password": password });
        assert_eq!(app.post("users", &admin, &new("nonsense", "viewer", "long enough 1")).await.refusal(), (422, "invalid"));
        assert_eq!(app.post("users", &admin, &new("a@example.com", "viewer", "short")).await.refusal(), (422, "invalid"));
        let made = app.post("users", &admin, &new("A@Example.com", "admin", "long enough 1")).await;
        assert_eq!((made.status, &made.body["email"]), (201, &json!("a@example.com")));
        assert!(!made.body.to_string().contains("long enough"));
        assert_eq!(app.post("users", &admin, &new("a@example.com", "viewer", "long enough 1")).await.refusal(), (422, "invalid"));
        let id = made.body["id"].as_i64().unwrap();
        let patch = |body: Value| { let admin = admin.clone(); async move {
            app.send(app.http.patch(format!("{}/api/v1/users/{id}", app.url)).bearer_auth(&admin).json(&body)).await
        } };
        assert_eq!(patch(json!({ "role": "viewer" })).await.refusal(), (422, "invalid"), "the last admin stays one");
        assert_eq!(patch(json!({ "is_active": false })).await.refusal(), (422, "invalid"));
        app.post("users", &admin, &new("b@example.com", "admin", "long enough 2")).await;
        assert_eq!(patch(json!({ "role": "viewer" })).await.body["role"], "viewer");

        let token = app.post("tokens", &admin, &json!({ "name": "ci", "role": "viewer" })).await;
        let secret = token.body["token"].as_str().unwrap().to_owned();
        assert_eq!(app.get("alerts", &secret).await.status, 200);
        assert!(!app.get("tokens", &admin).await.body.to_string().contains(&secret));
        let gone = app.send(app.http.delete(format!("{}/api/v1/tokens/ci", app.url)).bearer_auth(&admin)).await;
        assert_eq!(gone.status, 204);
        assert_eq!(app.get("alerts", &secret).await.status, 401);
        let log = app.get("audit", &admin).await.body;
        let actions: Vec<&str> = log["items"].as_array().unwrap().iter().map(|row| row["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["token.revoke", "token.create", "user.update", "user.create", "user.create"]);
        assert!(!log.to_string().contains(&secret) && !log.to_string().contains("long enough"));
    }

    async fn a_source_waits_for_the_secret_that_its_provider_issues(app: &TestApp) {
        let admin = app.token(Role::Admin).await;
        let with = |slug: &str, secret: Option<&str>| json!({ "slug": slug, "provider": "stripe", "secret": secret });
        let waits = app.post("sources", &admin, &with("waits", None)).await;
        assert_eq!(waits.body["awaits_secret"], true, "{:?}", waits.body);
        let given = app.post("sources", &admin, &with("given", Some("whsec_known_from_the_start"))).await;
        assert_eq!(given.body["awaits_secret"], false);
        let ours = app.post("sources", &admin, &json!({ "slug": "ours", "provider": "github" })).await;
        assert_eq!(ours.body["awaits_secret"], false, "GitHub takes our secret");

        let generated = app.post("sources/waits/rotate", &admin, &json!({ "keep_hours": 0 })).await;
        assert_eq!(generated.body["awaits_secret"], true, "not the secret that Stripe issues");
        let entered = json!({ "secret": "short", "keep_hours": 0 });
        assert_eq!(app.post("sources/waits/rotate", &admin, &entered).await.body["awaits_secret"], false);
    }

    async fn a_source_is_changed_tested_and_deleted_with_all_it_sent(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        app.source("github", "github", &[]).await;
        let (admin, operator) = (app.token(Role::Admin).await, app.token(Role::Operator).await);
        let tested = app.post("sources/github/test", &operator, &json!({})).await;
        assert_eq!(tested.status, 200, "{:?}", tested.body);
        app.custom("custom", &json!({ "title": "x", "severity": "error", "dedup_key": "k" })).await.event_id();
        app.settled().await;
        app.indexed().await;
        let patch = |slug: &'static str, body: Value| { let admin = admin.clone(); async move {
            app.send(app.http.patch(format!("{}/api/v1/sources/{slug}", app.url)).bearer_auth(&admin).json(&body)).await
        } };
        assert_eq!(patch("custom", json!({ "slug": "github" })).await.refusal(), (422, "invalid"));
        assert_eq!(patch("custom", json!({ "settings": { "nonsense": "1" } })).await.refusal(), (422, "invalid"));
        let changed = patch("custom", json!({ "slug": "mine", "name": "Mine", "settings": { "alert_from": "error" } })).await;
        assert_eq!((&changed.body["slug"], &changed.body["settings"]["alert_from"]), (&json!("mine"), &json!("error")));
        app.custom("mine", &json!({ "title": "y", "severity": "error" })).await.event_id();
        let rotated = app.post("sources/mine/rotate", &admin, &json!({ "keep_hours": 0 })).await;
        assert!(rotated.body["secret"].as_str().unwrap().starts_with("oc_"), "{:?}", rotated.body);
        assert_eq!(app.custom("mine", &json!({})).await.refusal(), (401, "invalid_signature"));
        app.settled().await;

        let deleted = app.send(app.http.delete(format!("{}/api/v1/sources/mine", app.url)).bearer_auth(&admin)).await;
        assert_eq!(deleted.status, 204);
        assert_eq!(app.custom("mine", &json!({})).await.refusal(), (404, "source_not_found"));
        for _ in 0..200 {
            let events = app.ops.db.list_events(&Default::default(), None, 10).await.unwrap();
            if events.len() == 1 && app.ops.db.find_deleted_source().await.unwrap().is_none() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_eq!(app.ops.db.list_events(&Default::default(), None, 10).await.unwrap().len(), 1);
        assert_eq!(app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap().len(), 1);
        assert!(app.ops.db.find_deleted_source().await.unwrap().is_none());
    }
}

on_both! {
    async fn what_is_old_is_removed(place: Place) {
        let clock = Clock::fixed(1_800_000_000_000);
        let app = TestApp::start_with(std::sync::Arc::new(place), opscenter::config::Role::All, clock.clone(), None).await;
        app.source("custom", "generic", &[]).await;
        app.custom("custom", &json!({ "title": "old", "severity": "error" })).await.event_id();
        app.settled().await;
        let admin = TestApp::admin();
        let days = Retention { events: 0, ..Retention::default() };
        assert_eq!(
            app.dashboard.set_retention(&admin, days).await.unwrap(),
            app.dashboard.get_retention(&admin).await.unwrap()
        );
        assert!(app.dashboard.set_retention(&admin, Retention { events: -1, ..days }).await.is_err());
        clock.advance(100 * time::DAY);
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        assert_eq!(app.ops.db.list_events(&Default::default(), None, 10).await.unwrap().len(), 1, "0 keeps for ever");
        app.dashboard.set_retention(&admin, Retention::default()).await.unwrap();
        app.until("the old event to go", || async {
            app.ops.db.list_events(&Default::default(), None, 10).await.unwrap().is_empty()
        })
        .await;
        let alerts = app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap();
        assert_eq!((alerts.len(), alerts[0].webhook_event_id), (1, None), "alerts stay");
        app.stop().await;
    }
}

on_both! {
    async fn of_two_admins_who_step_down_at_once_one_stays(place: Place) {
        let app = TestApp::start(place).await;
        let admin = app.token(Role::Admin).await;
        let new = |name: &str| json!({ "email": format!("{name}@example.com"), "role": "admin", "password": "long enough 1" });
        let ids = [app.post("users", &admin, &new("a")).await.body["id"].clone(), app.post("users", &admin, &new("b")).await.body["id"].clone()];
        let change = |id: &Value, role: &str| {
            let patch = app.http.patch(format!("{}/api/v1/users/{id}", app.url)).bearer_auth(&admin);
            app.send(patch.json(&json!({ "role": role })))
        };
        for _ in 0..10 {
            let (one, other) = tokio::join!(change(&ids[0], "viewer"), change(&ids[1], "viewer"));
            let mut statuses = [one.status, other.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 422], "{one:?} {other:?}");
            for id in &ids {
                assert_eq!(change(id, "admin").await.status, 200);
            }
        }
        app.stop().await;
    }
}
