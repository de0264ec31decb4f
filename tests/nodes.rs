//! Several nodes on one PostgreSQL and Redis, and the mixed pairs of ports.

use std::sync::Arc;

use app::types::{CheckStatus, Role, time};
use opscenter::clock::Clock;
use opscenter::config;
use opscenter::db::Writer;
use serde_json::json;

use crate::app::{Place, TestApp, on_both};

async fn node(place: &Arc<Place>, role: config::Role) -> TestApp {
    TestApp::start_with(place.clone(), role, Clock::System, None).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL and Redis; cargo xtask test runs it"]
async fn a_browser_on_either_node_sees_what_the_other_took_in() {
    let place = Arc::new(Place::distributed().await);
    let (a, b) = (node(&place, config::Role::All).await, node(&place, config::Role::All).await);
    a.source("custom", "generic", &[]).await;
    let token = a.token(Role::Viewer).await;
    let mut on_b = b.socket(&token, "").await;
    on_b.frame().await;
    for i in 0..20 {
        a.custom("custom", &json!({ "title": format!("t{i}") })).await.event_id();
    }
    for _ in 0..20 {
        assert_eq!(on_b.alert().await["type"], "new-alert");
    }
    a.stop().await;
    b.stop().await;
    Arc::into_inner(place).unwrap().remove().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL and Redis; cargo xtask test runs it"]
async fn web_and_worker_share_the_way() {
    let place = Arc::new(Place::distributed().await);
    let web = node(&place, config::Role::Web).await;
    let (one, two) = (node(&place, config::Role::Worker).await, node(&place, config::Role::Worker).await);
    web.source("github", "github", &[]).await;
    let deliveries: Vec<String> = (0..400).map(|i| format!("d-{i}")).collect();
    futures::future::join_all(deliveries.iter().map(|d| web.send(web.github("push", d, b"{}")))).await;
    web.settled().await;
    assert_eq!(web.ops.db.list_alerts(&Default::default(), None, 500).await.unwrap().len(), 400);
    let counts = [&one, &two].map(|app| app.ops.metrics.events_processed.get());
    assert_eq!(counts.iter().sum::<u64>(), 400, "each event was processed by exactly one worker: {counts:?}");
    let answer = one.send(one.http.get(format!("{}/", one.url))).await;
    assert_eq!(answer.status, 404, "a worker serves no pages");
    let ready = one.send(one.http.get(format!("{}/readyz", one.url))).await;
    assert_eq!(ready.status, 200);
    for app in [web, one, two] {
        app.stop().await;
    }
    Arc::into_inner(place).unwrap().remove().await;
}

/// One webhook from end to end.
async fn smoke(place: Place) {
    let app = TestApp::start(place).await;
    app.source("custom", "generic", &[]).await;
    let token = app.token(Role::Viewer).await;
    let mut socket = app.socket(&token, "").await;
    app.custom("custom", &json!({ "title": "hello" })).await.event_id();
    assert_eq!(socket.alert().await["data"]["title"], "hello");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL and Redis; cargo xtask test runs it"]
async fn sqlite_with_redis() {
    let (embedded, distributed) = (Place::embedded(), Place::distributed().await);
    let (redis_url, redis_prefix) = (distributed.redis_url.clone(), distributed.redis_prefix.clone());
    distributed.remove().await;
    smoke(Place { redis_url, redis_prefix, ..embedded }).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL and Redis; cargo xtask test runs it"]
async fn postgresql_without_redis() {
    smoke(Place { redis_url: None, ..Place::distributed().await }).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL and Redis; cargo xtask test runs it"]
async fn a_redis_that_is_away_costs_no_event() {
    // Nothing listens on the discard port.
    let place = Place { redis_url: Some("redis://127.0.0.1:9".into()), ..Place::distributed().await };
    let app = TestApp::start(place).await;
    app.source("github", "github", &[]).await;
    assert_eq!(app.send(app.github("push", "d", b"{}")).await.status, 200);
    app.settled().await;
    assert_eq!(app.ops.db.list_alerts(&Default::default(), None, 10).await.unwrap().len(), 1);
    let health = opscenter::overview::health(&app.ops).await;
    assert_eq!(health.checks.bus.status.as_str(), "down");
    let ready = app.send(app.http.get(format!("{}/readyz", app.url))).await;
    assert_eq!(ready.status, 200, "ingest does not need Redis");
    app.stop().await;
}

on_both! {
    async fn what_was_put_off_by_a_clock_that_went_back_is_due_at_once(place: Place) {
        let place = Arc::new(place);
        let now = Clock::System.now();
        let app = TestApp::start_with(place.clone(), config::Role::Web, Clock::fixed(now + time::HOUR), None).await;
        app.source("custom", "generic", &[]).await;
        let event = app.custom("custom", &json!({ "title": "late" })).await.event_id();
        assert!(app.ops.db.due_events(now, now, 10).await.unwrap().is_empty());
        let mut tx = app.ops.db.begin(Writer::Worker).await.unwrap();
        tx.free_claims(now).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(app.ops.db.due_events(now, now, 10).await.unwrap(), [event]);
        assert!(app.ops.db.take_lease("one", "a", now + time::HOUR, 0).await.unwrap());
        assert!(app.ops.db.take_lease("one", "b", now, 0).await.unwrap(), "its holder is not from the future");
        app.stop().await;
        Arc::into_inner(place).unwrap().remove().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL and Redis; cargo xtask test runs it"]
async fn nodes_go_by_the_clock_of_the_database() {
    let place = Arc::new(Place::distributed().await);
    let (web, worker) = (node(&place, config::Role::Web).await, node(&place, config::Role::Worker).await);
    web.ops.behind.store(90_000, std::sync::atomic::Ordering::Relaxed);
    web.ops.set_clock().await.unwrap();
    assert!((web.ops.now() - worker.ops.now()).abs() < 2_000);
    web.until("the worker to be heard of", || async {
        opscenter::overview::health(&web.ops).await.checks.queue.status == CheckStatus::Operational
    })
    .await;
    web.stop().await;
    worker.stop().await;
    Arc::into_inner(place).unwrap().remove().await;
}
