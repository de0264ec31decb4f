//! What others see of us in Redis, and what we make of what they put there.

use std::time::Duration;

use app::types::{CheckStatus, Role};
use futures::StreamExt;
use serde_json::{Value, json};

use crate::app::proxy::{Mood, Proxy};
use crate::app::{Place, TestApp};

async fn client(app: &TestApp) -> redis::Client {
    redis::Client::open(app.place.redis_url.clone().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL and Redis; cargo xtask test runs it"]
async fn the_channel_shows_the_same_frame_as_the_socket() {
    let app = TestApp::start(Place::distributed().await).await;
    app.source("custom", "generic", &[]).await;
    let mut pubsub = client(&app).await.get_async_pubsub().await.unwrap();
    pubsub.subscribe(format!("{}alerts", app.place.redis_prefix)).await.unwrap();
    let token = app.token(Role::Viewer).await;
    let mut socket = app.socket(&token, "").await;
    app.custom("custom", &json!({ "title": "hello" })).await.event_id();
    let message = pubsub.on_message().next().await.unwrap();
    let published: Value = serde_json::from_slice(message.get_payload_bytes()).unwrap();
    assert_eq!(published, socket.alert().await);
    drop(pubsub);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL and Redis; cargo xtask test runs it"]
async fn what_is_published_by_hand_reaches_nobody() {
    let app = TestApp::start(Place::distributed().await).await;
    app.source("custom", "generic", &[]).await;
    let token = app.token(Role::Viewer).await;
    let mut socket = app.socket(&token, "").await;
    socket.frame().await;
    let mut connection = client(&app).await.get_multiplexed_async_connection().await.unwrap();
    let channel = format!("{}alerts", app.place.redis_prefix);
    let forged = json!({ "type": "new-alert", "seq": 999, "at": 1, "data": { "title": "forged" } }).to_string();
    for message in [r#"{"test": "message"}"#, "not json", &forged] {
        let _: () = redis::cmd("PUBLISH").arg(&channel).arg(message).query_async(&mut connection).await.unwrap();
    }
    app.custom("custom", &json!({ "title": "real" })).await.event_id();
    assert_eq!(socket.alert().await["data"]["title"], "real");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL and Redis; cargo xtask test runs it"]
async fn a_flushed_queue_is_made_again() {
    let app = TestApp::start(Place::distributed().await).await;
    app.source("github", "github", &[]).await;
    app.send(app.github("push", "before", b"{}")).await.event_id();
    app.settled().await;
    let mut connection = client(&app).await.get_multiplexed_async_connection().await.unwrap();
    for lane in ["webhooks", "notifications"] {
        let key = format!("{}opscenter:queue:{lane}", app.place.redis_prefix);
        let _: () = redis::cmd("DEL").arg(key).query_async(&mut connection).await.unwrap();
    }
    for i in 0..20 {
        app.send(app.github("push", &format!("after-{i}"), b"{}")).await.event_id();
    }
    app.settled().await;
    let key = format!("{}opscenter:queue:webhooks", app.place.redis_prefix);
    app.until("the group to be there again", || {
        let (mut connection, key) = (connection.clone(), key.clone());
        async move {
            redis::cmd("XINFO")
                .arg("GROUPS")
                .arg(key)
                .query_async::<Vec<redis::Value>>(&mut connection)
                .await
                .is_ok_and(|g| g.len() == 1)
        }
    })
    .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL and Redis; cargo xtask test runs it"]
async fn claimed_hints_are_deleted() {
    let app = TestApp::start(Place::distributed().await).await;
    app.source("github", "github", &[]).await;
    for i in 0..50 {
        app.send(app.github("push", &format!("d-{i}"), b"{}")).await.event_id();
    }
    app.settled().await;
    let mut connection = client(&app).await.get_multiplexed_async_connection().await.unwrap();
    let key = format!("{}opscenter:queue:webhooks", app.place.redis_prefix);
    let length = || {
        let (mut connection, key) = (connection.clone(), key.clone());
        async move { redis::cmd("XLEN").arg(key).query_async::<i64>(&mut connection).await.unwrap() == 0 }
    };
    app.until("the stream to be empty", length).await;
    let _: () = redis::cmd("PING").query_async(&mut connection).await.unwrap();
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL and Redis; cargo xtask test runs it"]
async fn a_redis_that_answers_nothing_holds_no_alert_up() {
    let mut place = Place::distributed().await;
    let url = place.redis_url.clone().unwrap();
    let wire = Proxy::to(url.trim_start_matches("redis://").trim_end_matches('/').to_owned()).await;
    place.redis_url = Some(format!("redis://127.0.0.1:{}", wire.port));
    let app = TestApp::start(place).await;
    app.source("github", "github", &[]).await;
    app.send(app.github("push", "before", b"{}")).await.event_id();
    app.settled().await;
    wire.set(Mood::Silent);
    let mut slowest = Duration::ZERO;
    for i in 0..6 {
        let sent = std::time::Instant::now();
        app.send(app.github("push", &format!("silent-{i}"), b"{}")).await.event_id();
        app.settled().await;
        slowest = slowest.max(sent.elapsed());
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    // The response timeout of Redis, which used to be waited out, is 5 s.
    assert!(slowest < Duration::from_secs(4), "{slowest:?}");
    let health = opscenter::overview::health(&app.ops).await;
    assert_eq!(health.checks.bus.status, CheckStatus::Down, "{}", health.checks.bus.detail);
    wire.set(Mood::Cut);
    tokio::time::sleep(Duration::from_millis(100)).await;
    wire.set(Mood::Passing);
    app.until("Redis to be heard again", || async {
        opscenter::overview::health(&app.ops).await.checks.bus.status == CheckStatus::Operational
    })
    .await;
    app.stop().await;
}
