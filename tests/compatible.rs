//! Senders that speak the API of Opsgenie or PagerDuty and only change its host.

use app::types::{Alert, AlertState, Severity};
use serde_json::{Value, json};

use crate::app::{Answer, Place, SECRET, TestApp, both};

async fn enqueue(app: &TestApp, body: &Value) -> Answer {
    app.send(app.http.post(format!("{}/v2/enqueue", app.url)).json(body)).await
}

async fn opsgenie(app: &TestApp, path: &str, key: &str, body: &Value) -> Answer {
    let request =
        app.http.post(format!("{}/v2/alerts{path}", app.url)).header("authorization", format!("GenieKey {key}"));
    app.send(request.json(body)).await
}

async fn only(app: &TestApp) -> Alert {
    app.settled().await;
    let mut alerts = app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    alerts.remove(0)
}

both! {
    async fn an_event_of_pagerduty_opens_and_resolves(app: &TestApp) {
        app.source("pd", "pagerduty-events", &[]).await;
        app.source("other", "token", &[]).await;
        let event = |action: &str, key: Value| json!({
            "routing_key": SECRET, "event_action": action, "dedup_key": key,
            "payload": { "summary": "Disk full", "source": "db-1", "severity": "error" },
        });
        let answer = enqueue(app, &event("trigger", Value::Null)).await;
        assert_eq!((answer.status, &answer.body["status"]), (202, &json!("success")));
        let key = answer.body["dedup_key"].clone();
        let alert = only(app).await;
        assert_eq!((alert.title.as_str(), alert.severity, alert.state), ("Disk full", Severity::Error, AlertState::Open));
        let stored = app.ops.db.find_payload(alert.webhook_event_id.unwrap()).await.unwrap().unwrap();
        assert!(!String::from_utf8(stored).unwrap().contains(SECRET), "the key is not kept");
        enqueue(app, &event("acknowledge", key.clone())).await;
        assert_eq!(only(app).await.state, AlertState::Acknowledged);
        enqueue(app, &event("resolve", key)).await;
        assert_eq!(only(app).await.state, AlertState::Resolved);
    }

    async fn an_alert_of_opsgenie_opens_and_closes(app: &TestApp) {
        app.source("og", "opsgenie-api", &[]).await;
        let body = json!({ "message": "Lag", "alias": "lag/db 2", "priority": "P1", "entity": "db-2" });
        let answer = opsgenie(app, "", SECRET, &body).await;
        assert_eq!((answer.status, &answer.body["result"]), (202, &json!("Request will be processed")));
        let alert = only(app).await;
        assert_eq!((alert.title.as_str(), alert.severity, alert.state), ("Lag on db-2", Severity::Critical, AlertState::Open));
        opsgenie(app, "/lag%2Fdb%202/acknowledge?identifierType=alias", SECRET, &json!({ "user": "ada" })).await;
        assert_eq!(only(app).await.state, AlertState::Acknowledged);
        opsgenie(app, "/lag%2Fdb%202/close?identifierType=alias", SECRET, &json!({})).await;
        assert_eq!(only(app).await.state, AlertState::Resolved);
    }

    async fn what_is_wrong_is_refused_as_they_would(app: &TestApp) {
        app.source("pd", "pagerduty-events", &[]).await;
        app.source("og", "opsgenie-api", &[]).await;
        let wrong = [
            json!({ "event_action": "trigger" }),
            json!({ "routing_key": "wrong", "event_action": "trigger" }),
            json!({ "routing_key": SECRET, "event_action": "shout" }),
            json!({ "routing_key": SECRET, "event_action": "resolve" }),
            json!([]),
        ];
        for body in wrong {
            let answer = enqueue(app, &body).await;
            assert_eq!((answer.status, &answer.body["status"]), (400, &json!("invalid event")), "{body}");
        }
        assert_eq!(opsgenie(app, "", "wrong", &json!({})).await.status, 401);
        assert_eq!(app.send(app.http.post(format!("{}/v2/alerts", app.url)).json(&json!({}))).await.status, 401);
        assert_eq!(opsgenie(app, "", SECRET, &json!([])).await.status, 422);
        assert_eq!(opsgenie(app, "/x/escalate", SECRET, &json!({})).await.status, 404);
        let large = json!({ "routing_key": SECRET, "event_action": "trigger", "payload": { "summary": "x".repeat(600_000) } });
        assert_eq!(enqueue(app, &large).await.status, 413);
        assert!(app.ops.db.list_events(&Default::default(), None, 10).await.unwrap().is_empty());
    }
}
