//! What is old goes: in pieces, with its own, and no sooner than the settings say.

use std::collections::BTreeMap;

use app::backend::{Access, Sources};
use app::types::{ActivityKind, Retention, time};
use opscenter::db::{Batch, MinuteStats, NewActivity, Old, Removed, Writer};
use serde_json::{Map, json};

use crate::app::{Place, TestApp, both};

/// After everything that the tests make.
const FUTURE: i64 = 4_000_000_000_000;

/// One batch; how many rows went.
async fn remove(app: &TestApp, what: Old, before: i64, limit: i64) -> i64 {
    let mut tx = app.ops.db.begin(Writer::Sweeper).await.unwrap();
    let removed = tx.remove_old(what, before, Batch { rows: limit, parts: limit }).await.unwrap();
    tx.commit().await.unwrap();
    match removed {
        Removed::Rows(count) | Removed::Parts(count) => count,
    }
}

async fn count(app: &TestApp, source: i64, at: i64) {
    let mut rows = BTreeMap::new();
    let row = MinuteStats::at(&mut rows, at, source);
    (row.received, row.critical, row.took_ms) = (2, 1, 7);
    let mut tx = app.ops.db.begin(Writer::Worker).await.unwrap();
    tx.add_stats(&rows.into_values().collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn repeated(app: &TestApp, alert: i64, times: usize) {
    let step = NewActivity {
        alert_id: alert,
        webhook_event_id: None,
        kind: ActivityKind::Repeated,
        actor: "opscenter".to_owned(),
        detail: Map::new(),
        created_at: 1_000,
    };
    let mut tx = app.ops.db.begin(Writer::Worker).await.unwrap();
    tx.insert_activity(&vec![step; times]).await.unwrap();
    tx.commit().await.unwrap();
}

both! {
    async fn minutes_become_their_hour_and_every_sum_stays(app: &TestApp) {
        app.source("one", "generic", &[]).await;
        app.source("two", "generic", &[]).await;
        let sources: Vec<i64> = app.ops.db.list_sources().await.unwrap().iter().map(|source| source.id).collect();
        for minute in [0, 1, 59, 60, 61, 150] {
            for source in &sources {
                count(app, *source, minute * time::MINUTE).await;
            }
        }
        let sums = app.ops.db.list_hours(0).await.unwrap();
        assert_eq!(sums.len(), 3);
        while app.ops.db.has_old(Old::Minutes, 2 * time::HOUR).await.unwrap() {
            assert!(remove(app, Old::Minutes, 2 * time::HOUR, 2).await > 0);
        }
        assert_eq!(app.ops.db.list_hours(0).await.unwrap(), sums);
        assert_eq!(app.ops.db.sum_stats(0, 1).await.unwrap().received, 2 * 3 * 2, "the first hour is its first minute");
        assert_eq!(app.ops.db.sum_stats(150 * time::MINUTE, FUTURE).await.unwrap().received, 4, "later minutes stay");
        count(app, sources[0], 30 * time::MINUTE).await;
        assert_eq!(remove(app, Old::Minutes, 2 * time::HOUR, 100).await, 1, "a straggler is folded too");
        assert_eq!(app.ops.db.sum_stats(0, 1).await.unwrap().received, 2 * 3 * 2 + 2);
    }

    async fn a_resolved_alert_goes_after_its_long_timeline(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        for title in ["old", "open"] {
            app.custom("custom", &json!({ "title": title, "severity": "error" })).await.event_id();
            app.settled().await;
        }
        let token = app.token(app::types::Role::Operator).await;
        app.post("alerts/resolve", &token, &json!({ "ids": [1] })).await;
        repeated(app, 1, 300).await;
        repeated(app, 2, 1).await;
        let mut batches = 0;
        while app.ops.db.has_old(Old::Alerts, FUTURE).await.unwrap() {
            assert!(remove(app, Old::Alerts, FUTURE, 64).await <= 64);
            batches += 1;
        }
        assert!(batches >= 5, "{batches}");
        let left = app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap();
        assert_eq!(left.iter().map(|alert| alert.title.as_str()).collect::<Vec<_>>(), ["open"]);
        assert!(!app.ops.db.has_old(Old::Activity, 500).await.unwrap());
        while app.ops.db.has_old(Old::Activity, FUTURE).await.unwrap() {
            remove(app, Old::Activity, FUTURE, 64).await;
        }
        assert_eq!(app.ops.db.list_activity(2, None, 10).await.unwrap().len(), 1, "the stream stands at the newest step");
    }

    async fn what_was_set_before_a_field_was_there_keeps_its_value(app: &TestApp) {
        let admin = TestApp::admin();
        let store = |text: &'static str| async move {
            let mut tx = app.ops.db.begin(Writer::Person).await.unwrap();
            tx.set_setting("retention", text, 1).await.unwrap();
            tx.commit().await.unwrap();
        };
        store(r#"{"events":0,"notifications":1,"activity":2,"quarantine":3}"#).await;
        let kept = app.dashboard.get_retention(&admin).await.unwrap();
        assert_eq!(kept, Retention { events: 0, notifications: 1, activity: 2, quarantine: 3, ..Retention::default() });
        store("{}}").await;
        assert!(app.dashboard.get_retention(&admin).await.is_err(), "what cannot be read does not mean the usual");
    }

    async fn a_script_that_knows_fewer_fields_shortens_nothing(app: &TestApp) {
        let admin = app.token(app::types::Role::Admin).await;
        let put = |body: serde_json::Value| {
            app.send(app.http.put(format!("{}/api/v1/retention", app.url)).bearer_auth(&admin).json(&body))
        };
        assert_eq!(put(json!({ "audit": 0, "alerts": 0 })).await.status, 200);
        let set = put(json!({ "events": 31, "notifications": 180, "activity": 180, "quarantine": 7 })).await;
        assert_eq!((set.status, &set.body["audit"], &set.body["alerts"], &set.body["events"]), (200, &json!(0), &json!(0), &json!(31)));
        for wrong in [json!({ "event": 1 }), json!({ "events": "1" }), json!([1])] {
            assert_eq!(put(wrong).await.refusal(), (422, "invalid"));
        }
    }

    async fn a_deleted_source_leaves_nothing(app: &TestApp) {
        app.source("custom", "generic", &[("id_header", "X-Id")]).await;
        app.source("other", "generic", &[]).await;
        for n in 0..40 {
            app.custom("custom", &json!({ "title": format!("t{n}"), "severity": "error", "dedup_key": n })).await.event_id();
        }
        app.custom("other", &json!({ "title": "stays", "severity": "error" })).await.event_id();
        app.settled().await;
        app.dashboard.delete_source(&TestApp::admin(), "custom").await.unwrap();
        app.until("the source to be gone", || async { app.ops.db.find_deleted_source().await.unwrap().is_none() }).await;
        let left = app.ops.db.list_alerts(&Default::default(), None, 100).await.unwrap();
        assert_eq!(left.iter().map(|alert| alert.title.as_str()).collect::<Vec<_>>(), ["stays"]);
        assert!(app.ops.db.list_keys_of(1, "").await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_shrinks_once_much_of_it_is_free() {
    let app = TestApp::start(Place::embedded()).await;
    app.source("custom", "generic", &[]).await;
    let filling = "x".repeat(1_000_000);
    for n in 0..75 {
        app.custom("custom", &json!({ "title": n, "severity": "info", "filling": filling })).await.event_id();
    }
    app.settled().await;
    assert_eq!(app.ops.db.spare_pages().await.unwrap(), 0);
    while app.ops.db.has_old(Old::Events, FUTURE).await.unwrap() {
        remove(&app, Old::Events, FUTURE, 64).await;
    }
    assert!(app.ops.db.spare_pages().await.unwrap() > 300);
    while app.ops.db.spare_pages().await.unwrap() > 0 {
        app.ops.db.give_back().await.unwrap();
    }
    app.stop().await;
}
