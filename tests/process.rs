//! From an event to an alert: keys, retries, leases.

use std::sync::Arc;

use app::types::{AlertState, EventStatus, Severity};
use opscenter::clock::Clock;
use opscenter::config::Role;
use opscenter::db::{Attempt, Writer};
use serde_json::json;

use crate::app::{Place, TestApp, both, on_both};

both! {
    async fn a_key_that_is_open_is_repeated_and_may_get_worse(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        let report = |severity: &str| json!({ "title": "Disk full", "severity": severity, "dedup_key": "disk" });
        for severity in ["warning", "critical", "warning"] {
            app.custom("custom", &report(severity)).await.event_id();
            app.settled().await;
        }
        let alerts = app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap();
        assert_eq!(alerts.len(), 1);
        assert_eq!((alerts[0].occurrences, alerts[0].severity), (3, Severity::Critical));
        let steps = app.steps(alerts[0].id).await;
        assert_eq!(steps.iter().map(|step| step.kind.as_str()).collect::<Vec<_>>(), ["opened", "repeated", "repeated"]);
    }

    async fn what_fires_again_within_an_hour_of_its_end_is_the_same_alert(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        let report = json!({ "title": "Disk full", "severity": "error", "dedup_key": "disk" });
        let over = json!({ "title": "Disk full", "status": "resolved", "dedup_key": "disk" });
        for body in [&report, &over, &report] {
            app.custom("custom", body).await.event_id();
            app.settled().await;
        }
        let alerts = app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap();
        assert_eq!(alerts.iter().map(|alert| alert.state).collect::<Vec<_>>(), [AlertState::Open]);
        let steps = app.steps(alerts[0].id).await;
        assert_eq!(steps.iter().map(|step| step.kind.as_str()).collect::<Vec<_>>(), ["opened", "resolved", "reopened"]);
    }

    async fn an_end_that_finds_nothing_open_is_kept_on_its_event(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        let over = json!({ "title": "Disk full", "status": "resolved", "dedup_key": "disk" });
        let id = app.custom("custom", &over).await.event_id();
        app.settled().await;
        assert!(app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap().is_empty());
        let event = app.ops.db.find_event(id).await.unwrap().unwrap();
        assert_eq!((event.status, event.error_message.as_deref()), (EventStatus::Processed, Some("nothing was open")));
    }

    async fn fired_and_over_within_milliseconds_is_one_alert_each(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        let report = |key: usize, status: &str| json!({ "title": "Down", "severity": "critical", "status": status, "dedup_key": format!("k{key}") });
        for key in 0..30 {
            app.custom("custom", &report(key, "firing")).await.event_id();
            app.custom("custom", &report(key, "resolved")).await.event_id();
        }
        app.settled().await;
        let alerts = app.ops.db.list_alerts(&Default::default(), None, 100).await.unwrap();
        assert_eq!(alerts.len(), 30);
        assert!(alerts.iter().all(|alert| alert.state == AlertState::Resolved), "{alerts:?}");
    }

    async fn deliveries_out_of_order_end_in_the_same_state(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        let body = |status: &str, at: &str, key: &str| json!({ "title": "Disk full", "severity": "error", "status": status, "dedup_key": key, "timestamp": at });
        let (opened, over, again) = ("2026-11-24T10:00:00Z", "2026-11-24T10:05:00Z", "2026-11-24T10:09:00Z");
        // The end comes before the beginning, and the beginning is repeated late.
        for (status, at) in [("resolved", over), ("firing", opened), ("firing", opened)] {
            app.custom("custom", &body(status, at, "late")).await.event_id();
            app.settled().await;
        }
        // An old end comes after the next beginning.
        for (status, at) in [("firing", opened), ("firing", again), ("resolved", over)] {
            app.custom("custom", &body(status, at, "anew")).await.event_id();
            app.settled().await;
        }
        let alerts = app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap();
        let states: Vec<AlertState> = alerts.iter().map(|alert| alert.state).collect();
        assert_eq!(states, [AlertState::Open, AlertState::Resolved], "one alert for each key");
        // What came too late to count is in the timeline.
        for alert in alerts {
            let steps = app.ops.db.list_activity(alert.id, None, 10).await.unwrap();
            let text = |step: &app::types::Activity| step.detail.get("text").map(ToString::to_string);
            let late = steps.iter().filter_map(text).filter(|text| text.contains("received after a newer update: Disk full"));
            assert!(late.count() >= 1, "{steps:?}");
        }
    }

    async fn a_group_is_taken_whole_however_large(app: &TestApp) {
        app.source("am", "alertmanager", &[]).await;
        let one = |n: usize| json!({ "status": "firing", "fingerprint": format!("f{n}"), "startsAt": "2026-11-24T10:00:00Z",
            "labels": { "alertname": "Down", "instance": format!("i{n}"), "severity": if n == 2_499 { "critical" } else { "warning" } } });
        let group = json!({ "version": "4", "status": "firing", "alerts": (0..2_500).map(one).collect::<Vec<_>>() });
        let post = || app.send(app.http.post(format!("{}/api/webhooks/am", app.url)).bearer_auth(crate::app::SECRET).json(&group));
        for _ in 0..2 {
            post().await.event_id();
            app.settled().await;
        }
        let count = |query: app::types::AlertQuery| async move { app.ops.db.count_alerts(&query).await.unwrap() };
        assert_eq!(count(Default::default()).await, 2_500);
        let critical = app::types::AlertQuery { severity: app::types::List(vec![Severity::Critical]), ..Default::default() };
        let worst = app.ops.db.list_alerts(&critical, None, 10).await.unwrap();
        assert_eq!((worst.len(), worst[0].occurrences), (1, 2));
    }

    async fn what_is_taken_in_hand_at_the_provider_is_so_here(app: &TestApp) {
        app.source("pd", "pagerduty", &[]).await;
        let post = |kind: &str, at: &str| {
            let body = json!({ "event": { "id": format!("{kind}{at}"), "event_type": format!("incident.{kind}"), "occurred_at": at, "data": { "id": "P1", "title": "Down", "urgency": "high" } } }).to_string();
            let signature = format!("v1={}", crate::app::sign(body.as_bytes()));
            app.send(app.http.post(format!("{}/api/webhooks/pd", app.url)).header("x-pagerduty-signature", signature).body(body))
        };
        let state = || async { app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap().iter().map(|a| a.state).collect::<Vec<_>>() };
        let steps = [("triggered", AlertState::Open), ("acknowledged", AlertState::Acknowledged), ("unacknowledged", AlertState::Open), ("resolved", AlertState::Resolved)];
        for (minute, (kind, expected)) in steps.into_iter().enumerate() {
            post(kind, &format!("2026-11-24T10:0{minute}:00Z")).await.event_id();
            app.settled().await;
            assert_eq!(state().await, [expected], "{kind}");
        }
    }

    async fn many_reports_of_one_key_at_once_are_one_alert(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        let report = json!({ "title": "Disk full", "severity": "error", "dedup_key": "disk" });
        futures::future::join_all((0..100).map(|_| app.custom("custom", &report))).await;
        app.settled().await;
        let alerts = app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap();
        assert_eq!((alerts.len(), alerts[0].occurrences), (1, 100));
    }

    async fn a_first_attempt_reads_only_what_is_new_and_untried(app: &TestApp) {
        app.source("github", "github", &[]).await;
        let id = app.send(app.github("push", "d", b"{}")).await.event_id();
        app.settled().await;
        let at = app.ops.db.find_event(id).await.unwrap().unwrap();
        assert_eq!((at.status, at.attempts), (EventStatus::Processed, 1));
        assert!(app.ops.db.fresh_events(&[id], 0).await.unwrap().is_empty(), "it is processed");
    }

    async fn an_attempt_that_was_overtaken_has_no_effect(app: &TestApp) {
        app.source("github", "github", &[]).await;
        let id = app.send(app.github("push", "d", b"{}")).await.event_id();
        app.settled().await;
        let mut tx = app.ops.db.begin(Writer::Person).await.unwrap();
        assert!(tx.finish_events(&[id], attempt(0, 1), app.ops.now()).await.unwrap().is_empty(), "it is processed already");
        assert!(!tx.release_event((id, attempt(0, 0)), None, "late", app.ops.now()).await.unwrap());
        tx.commit().await.unwrap();
        let event = app.ops.db.find_event(id).await.unwrap().unwrap();
        assert_eq!(event.status, EventStatus::Processed);
    }

    async fn the_roll_up_counts_what_happened(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        for severity in ["critical", "error", "error", "info"] {
            app.custom("custom", &json!({ "title": "x", "severity": severity })).await.event_id();
        }
        app.settled().await;
        let stats = opscenter::overview::stats(&app.ops).await.unwrap();
        assert_eq!((stats.events_today, stats.critical_24h, stats.failed_24h), (4, 1, 0));
        assert_eq!((stats.critical_open, stats.warning_open, stats.unread), (1, 2, 3));
        assert_eq!(stats.hours.len(), 24);
        assert_eq!(stats.hours.iter().map(|hour| hour.error).sum::<i64>(), 2);
        assert!(stats.avg_processing_ms.is_some());
        assert_eq!((stats.sources[0].slug.as_str(), stats.sources[0].received), ("custom", 4));
    }

    async fn an_idle_system_is_well(app: &TestApp) {
        app.until("the first heartbeat", || async { app.ops.db.find_workers(0).await.unwrap().count > 0 }).await;
        let health = opscenter::overview::health(&app.ops).await;
        assert_eq!(health.status.as_str(), "operational", "{health:?}");
    }
}

const fn attempt(replays: i64, attempts: i64) -> Attempt {
    Attempt { replays, attempts }
}

/// A pack that is there when the event is received, and gone when it is worked off.
const PACK: &str = r#"
name = "Vanishing"
[verify]
headers = ["X-Signature"]
[identify]
[default]
title = "It came"
"#;

fn packs(place: &Place) -> std::path::PathBuf {
    let packs = place.folder.path().join("packs");
    std::fs::create_dir_all(&packs).unwrap();
    std::fs::write(packs.join("vanishing.toml"), PACK).unwrap();
    packs
}

/// Makes every commit of a worker fail, or lets them pass again.
async fn break_alerts(app: &TestApp, is_broken: bool) {
    let sql = if is_broken {
        "alter table alerts rename to alerts_aside"
    } else {
        "alter table alerts_aside rename to alerts"
    };
    if app.place.admin_url.is_some() {
        sqlx::query(sql).execute(&sqlx::PgPool::connect(&app.place.database_url).await.unwrap()).await.unwrap();
    } else {
        sqlx::query(sql).execute(&sqlx::SqlitePool::connect(&app.place.database_url).await.unwrap()).await.unwrap();
    }
}

on_both! {
    async fn four_attempts_and_then_it_has_failed(place: Place) {
        let clock = Clock::fixed(1_800_000_000_000);
        let app = TestApp::start_with(Arc::new(place), Role::All, clock.clone(), None).await;
        app.source("github", "github", &[]).await;
        break_alerts(&app, true).await;
        let id = app.send(app.github("push", "d", b"{}")).await.event_id();
        for attempt in 1..=4 {
            app.until("the attempt to be over", || async {
                let event = app.ops.db.find_event(id).await.unwrap().unwrap();
                event.attempts == attempt && event.status != EventStatus::Processing
            })
            .await;
            let event = app.ops.db.find_event(id).await.unwrap().unwrap();
            let expected = if attempt < 4 { EventStatus::Pending } else { EventStatus::Failed };
            assert_eq!(event.status, expected);
            assert!(event.error_message.unwrap().contains("alerts"));
            clock.advance(60_000);
        }
        break_alerts(&app, false).await;
        let stats = opscenter::overview::stats(&app.ops).await.unwrap();
        assert_eq!(stats.failed_24h, 1);
        app.stop().await;
    }

    async fn a_source_without_its_pack_is_broken_and_loses_nothing(place: Place) {
        let (place, clock) = (Arc::new(place), Clock::fixed(1_800_000_000_000));
        let packs = packs(&place);
        let receiving = TestApp::start_with(place.clone(), Role::Web, clock.clone(), Some(packs.clone())).await;
        receiving.source("gone", "vanishing", &[]).await;
        let id = receiving.custom("gone", &json!({})).await.event_id();
        receiving.stop().await;

        let without = TestApp::start_with(place.clone(), Role::All, clock.clone(), None).await;
        assert_eq!(without.custom("gone", &json!({ "n": 2 })).await.refusal(), (503, "unavailable"), "never 404");
        let challenge = without.http.get(format!("{}/api/webhooks/gone", without.url));
        assert_eq!(without.send(challenge).await.status, 503);
        for _ in 0..5 {
            without
                .until("the event to be put off", || async {
                    let event = without.ops.db.find_event(id).await.unwrap().unwrap();
                    event.due_at > clock.now() && event.status == EventStatus::Pending
                })
                .await;
            clock.advance(60_001);
        }
        let event = without.ops.db.find_event(id).await.unwrap().unwrap();
        assert_eq!(event.attempts, 0, "no attempt is spent");
        assert!(event.error_message.unwrap().contains("no provider pack 'vanishing'"));
        use app::backend::Sources;
        let rows = without.dashboard.list_source_rows(&TestApp::admin()).await.unwrap();
        assert!(rows[0].broken.as_ref().unwrap().contains("vanishing"));
        assert!(without.dashboard.get_source_setup(&TestApp::admin(), "gone").await.unwrap().broken.is_some());
        without.stop().await;

        clock.advance(60_001);
        let again = TestApp::start_with(place, Role::All, clock, Some(packs)).await;
        again.settled().await;
        let event = again.ops.db.find_event(id).await.unwrap().unwrap();
        assert_eq!((event.status, event.attempts), (EventStatus::Processed, 1));
        again.stop().await;
    }

    async fn a_replay_keeps_out_whoever_held_the_event_before(place: Place) {
        let web = TestApp::start_with(Arc::new(place), Role::Web, Clock::System, None).await;
        web.source("github", "github", &[]).await;
        let id = web.send(web.github("push", "d", b"{}")).await.event_id();
        let mut tx = web.ops.db.begin(Writer::Worker).await.unwrap();
        assert_eq!(tx.finish_events(&[id], attempt(0, 0), web.ops.now()).await.unwrap(), [id]);
        assert_eq!(tx.reprocess_events(&[id], web.ops.now()).await.unwrap(), [id]);
        assert!(tx.finish_events(&[id], attempt(0, 0), web.ops.now()).await.unwrap().is_empty(), "from before the replay");
        assert_eq!(tx.finish_events(&[id], attempt(1, 0), web.ops.now()).await.unwrap(), [id]);
        tx.commit().await.unwrap();
        web.stop().await;
    }

    async fn what_is_held_is_nobody_elses_until_the_hold_ends(place: Place) {
        let clock = Clock::fixed(1_800_000_000_000);
        let web = TestApp::start_with(Arc::new(place), Role::Web, clock.clone(), None).await;
        web.source("github", "github", &[]).await;
        let claimed = web.send(web.github("push", "d", b"{}")).await.event_id();
        let fresh = web.send(web.github("push", "e", b"{}")).await.event_id();
        let mut tx = web.ops.db.begin(Writer::Worker).await.unwrap();
        tx.claim_events(&[claimed], clock.now(), 30_000).await.unwrap();
        tx.hold_events(&[claimed, fresh], clock.now() + 60_000).await.unwrap();
        tx.commit().await.unwrap();
        let due = async |at: i64| web.ops.db.due_events(at, at, 10).await.unwrap();
        assert!(due(clock.now() + 59_000).await.is_empty());
        assert_eq!(due(clock.now() + 60_000).await, [claimed, fresh]);
        web.stop().await;
    }

    async fn what_came_before_the_worker_started_is_claimed(place: Place) {
        let clock = Clock::fixed(1_800_000_000_000);
        let web = TestApp::start_with(Arc::new(place), Role::Web, clock.clone(), None).await;
        web.source("github", "github", &[]).await;
        let id = web.send(web.github("push", "d", b"{}")).await.event_id();
        let fresh = web.ops.db.fresh_events(&[id, id + 1], clock.now()).await.unwrap();
        assert_eq!(fresh.iter().map(|event| (event.id, event.attempt)).collect::<Vec<_>>(), [(id, attempt(0, 0))]);
        assert!(web.ops.db.fresh_events(&[id], clock.now() + 1).await.unwrap().is_empty(), "it is older than the node");

        // Two workers on one first attempt: the fence lets one through.
        for expected in [vec![id], vec![]] {
            let mut tx = web.ops.db.begin(Writer::Worker).await.unwrap();
            assert_eq!(tx.finish_events(&[id], attempt(0, 0), clock.now()).await.unwrap(), expected);
            tx.commit().await.unwrap();
        }
        assert_eq!(web.ops.db.find_event(id).await.unwrap().unwrap().attempts, 1);
        web.stop().await;
    }

    async fn what_a_dead_worker_held_is_taken_when_its_lease_ends(place: Place) {
        let clock = Clock::fixed(1_800_000_000_000);
        let place = Arc::new(place);
        let web = TestApp::start_with(place.clone(), Role::Web, clock.clone(), None).await;
        web.source("github", "github", &[]).await;
        let id = web.send(web.github("push", "d", b"{}")).await.event_id();
        // A worker claims it and is never heard of again.
        let mut tx = web.ops.db.begin(Writer::Person).await.unwrap();
        assert_eq!(tx.claim_events(&[id], clock.now(), 30_000).await.unwrap().len(), 1);
        assert!(tx.claim_events(&[id], clock.now(), 30_000).await.unwrap().is_empty(), "a claim excludes others");
        tx.commit().await.unwrap();

        let worker = TestApp::start_with(place, Role::Worker, clock.clone(), None).await;
        tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
        assert_eq!(web.ops.db.find_event(id).await.unwrap().unwrap().attempts, 1, "the lease holds");
        clock.advance(31_000);
        worker.settled().await;
        let event = web.ops.db.find_event(id).await.unwrap().unwrap();
        assert_eq!((event.status, event.attempts), (EventStatus::Processed, 2));
        web.stop().await;
        worker.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_died_in_the_last_attempt_has_failed() {
    let clock = Clock::fixed(1_800_000_000_000);
    let place = Arc::new(Place::embedded());
    let web = TestApp::start_with(place.clone(), Role::Web, clock.clone(), None).await;
    web.source("github", "github", &[]).await;
    let id = web.send(web.github("push", "d", b"{}")).await.event_id();
    for _ in 0..4 {
        let mut tx = web.ops.db.begin(Writer::Person).await.unwrap();
        assert_eq!(tx.claim_events(&[id], clock.now(), 30_000).await.unwrap().len(), 1);
        tx.commit().await.unwrap();
        clock.advance(31_000);
    }
    let worker = TestApp::start_with(place, Role::Worker, clock.clone(), None).await;
    worker.settled().await;
    let event = web.ops.db.find_event(id).await.unwrap().unwrap();
    assert_eq!(event.status, EventStatus::Failed);
    assert!(event.error_message.unwrap().contains("last attempt"));
    web.stop().await;
    worker.stop().await;
}
