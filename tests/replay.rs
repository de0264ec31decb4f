//! Stored bytes put through the mapping again.

use std::sync::Arc;

use app::backend::Alerts;
use app::types::{ActivityKind, AlertKind, AlertQuery, EventQuery, EventStatus, List, Role, Severity};
use opscenter::clock::Clock;
use opscenter::config;
use serde_json::json;

use crate::app::{Place, TestApp, both, on_both};

/// A pack of one's own whose title and severity can change between two starts.
fn pack(title: &str, severity: &str) -> String {
    format!(
        "name = \"Own\"\n[verify]\nheaders = [\"X-Signature\"]\n[identify]\nid = [[{{ pointer = \"/id\" }}]]\n[default]\ntitle = \"{title}\"\nseverity = \"{severity}\"\n"
    )
}

on_both! {
    async fn a_replay_says_the_alert_anew(place: Place) {
        let place = Arc::new(place);
        let packs = place.folder.path().join("packs");
        std::fs::create_dir_all(&packs).unwrap();
        std::fs::write(packs.join("own.toml"), pack("Before {{ body.what }}", "info")).unwrap();
        let before = TestApp::start_with(place.clone(), config::Role::All, Clock::System, Some(packs.clone())).await;
        before.source("own", "own", &[]).await;
        let id = before.custom("own", &json!({ "id": "1", "what": "it" })).await.event_id();
        before.settled().await;
        before.stop().await;

        std::fs::write(packs.join("own.toml"), pack("After {{ body.what }}", "error")).unwrap();
        let app = TestApp::start_with(place, config::Role::All, Clock::System, Some(packs)).await;
        let operator = app.token(Role::Operator).await;
        let viewer = app.token(Role::Viewer).await;
        assert_eq!(app.post(&format!("events/{id}/replay"), &viewer, &json!({})).await.status, 403);
        assert_eq!(app.post("events/999/replay", &operator, &json!({})).await.status, 404);
        let answer = app.post(&format!("events/{id}/replay"), &operator, &json!({})).await;
        assert_eq!((answer.status, answer.body), (202, json!({ "event_id": id })));
        app.settled().await;
        let alerts = app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap();
        assert_eq!(alerts.len(), 1, "nothing is opened twice");
        assert_eq!((alerts[0].title.as_str(), alerts[0].severity), ("After it", Severity::Error));
        assert_eq!(alerts[0].kind, AlertKind::Problem, "it was a notice before");
        let steps = app.steps(alerts[0].id).await;
        assert_eq!(steps.iter().map(|step| step.kind).collect::<Vec<_>>(), [ActivityKind::Opened, ActivityKind::Replayed]);
        let event = app.get(&format!("events/{id}"), &viewer).await.body;
        assert_eq!((&event["status"], &event["alert_ids"]), (&json!("processed"), &json!([alerts[0].id])));
        app.indexed().await;
        let found = |q: &str| AlertQuery { q: Some(q.to_owned()), ..AlertQuery::default() };
        assert_eq!(app.ops.db.count_alerts(&found("after")).await.unwrap(), 1);
        assert_eq!(app.ops.db.count_alerts(&found("before")).await.unwrap(), 0, "the old words are forgotten");
        app.stop().await;
    }
}

both! {
    async fn a_replay_of_what_repeated_or_resolved_changes_nothing_but_the_timeline(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        let report = |status: &str| json!({ "title": "Disk full", "severity": "error", "status": status, "dedup_key": "disk" });
        let mut events = Vec::new();
        for status in ["firing", "firing", "resolved"] {
            events.push(app.custom("custom", &report(status)).await.event_id());
            app.settled().await;
        }
        let before = app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap();
        use app::backend::Events;
        let replayed = app.dashboard.reprocess_events(&TestApp::admin(), EventQuery { source: Some("custom".into()), ..Default::default() }).await.unwrap();
        assert_eq!(replayed, 3);
        app.settled().await;
        let after = app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap();
        assert_eq!(after.len(), 1);
        assert_eq!((after[0].state, after[0].occurrences), (before[0].state, before[0].occurrences));
        let steps = app.steps(after[0].id).await;
        assert_eq!(steps.iter().filter(|step| step.kind == ActivityKind::Replayed).count(), 3);
        let stats = opscenter::overview::stats(&app.ops).await.unwrap();
        assert_eq!(stats.hours.iter().map(|hour| hour.error).sum::<i64>(), 1, "the roll-up counts once");
    }

    async fn an_event_that_made_nothing_is_as_new(app: &TestApp) {
        app.source("quiet", "generic", &[("alert_from", "critical")]).await;
        let id = app.custom("quiet", &json!({ "title": "Hm", "severity": "info" })).await.event_id();
        app.settled().await;
        assert!(app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap().is_empty());
        use app::backend::Events;
        app.dashboard.reprocess_event(&TestApp::admin(), id).await.unwrap();
        app.settled().await;
        let event = app.ops.db.find_event(id).await.unwrap().unwrap();
        assert_eq!((event.status, event.attempts), (EventStatus::Processed, 1));
    }

    async fn a_filter_changes_what_was_there_and_nothing_newer(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        for n in 0..5 {
            app.custom("custom", &json!({ "title": format!("n {n}"), "severity": "error" })).await.event_id();
        }
        app.settled().await;
        let newest = app.ops.db.last_alert_id().await.unwrap();
        app.custom("custom", &json!({ "title": "later", "severity": "error" })).await.event_id();
        app.settled().await;
        app.indexed().await;
        let operator = app.token(Role::Operator).await;
        let filter = json!({ "filter": { "severity": "error", "up_to": newest } });
        assert_eq!(app.post("alerts/read", &operator, &filter).await.body["changed"], 5);
        let worded = json!({ "filter": { "q": "later" } });
        assert_eq!(app.post("alerts/acknowledge", &operator, &worded).await.body["changed"], 1);
        let unread = AlertQuery { is_read: Some(false), severity: List(vec![Severity::Error]), ..AlertQuery::default() };
        assert_eq!(app.dashboard.count_alerts(&TestApp::admin(), unread).await.unwrap(), 0);
    }

    async fn a_note_stands_in_the_timeline(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        app.custom("custom", &json!({ "title": "x" })).await.event_id();
        app.settled().await;
        let admin = TestApp::admin();
        app.dashboard.note_alert(&admin, 1, " Looked at it \u{0}".into()).await.unwrap();
        assert!(app.dashboard.note_alert(&admin, 1, "  ".into()).await.is_err());
        assert!(app.dashboard.note_alert(&admin, 99, "x".into()).await.is_err());
        let steps = app.steps(1).await;
        assert_eq!((steps[1].kind, steps[1].detail["text"].as_str()), (ActivityKind::Noted, Some("Looked at it \u{FFFD}")));
    }
}
