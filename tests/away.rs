//! A database that is locked, silent, cut off or gone: told within seconds, lost nothing, and taken up again.

use std::time::{Duration, Instant};

use app::types::Role;
use sqlx::{Connection, Executor};

use crate::app::proxy::{Mood, Proxy};
use crate::app::{Place, TestApp, free_port, spawn};

const BODY: &[u8] = br#"{"ref":"refs/heads/main","commits":[]}"#;

/// The status of a delivery, and how long it took.
async fn deliver(app: &TestApp, delivery: &str) -> (u16, Duration) {
    let started = Instant::now();
    let status = app.send(app.github("push", delivery, BODY)).await.status;
    (status, started.elapsed())
}

async fn ready(app: &TestApp) -> u16 {
    app.http.get(format!("{}/readyz", app.url)).send().await.unwrap().status().as_u16()
}

/// Waits until deliveries are taken again.
async fn taken_again(app: &TestApp) {
    app.until("deliveries to be taken", || async { deliver(app, &opscenter::crypto::random_id()).await.0 == 200 })
        .await;
}

/// Refused in time, then at once, everywhere, and never with another answer than 503.
async fn is_away(app: &TestApp) {
    let (status, took) = deliver(app, "away-1").await;
    assert!(status == 503 && took < Duration::from_secs(5), "{status} after {took:?}");
    let (status, took) = deliver(app, "away-2").await;
    assert!(status == 503 && took < Duration::from_secs(2), "{status} after {took:?}");
    assert_eq!(ready(app).await, 503);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_write_lock_is_told_and_waited_out() {
    let app = TestApp::start(Place::embedded()).await;
    app.source("github", "github", &[]).await;
    assert_eq!((deliver(&app, "before").await.0, ready(&app).await), (200, 200));
    let mut other = sqlx::SqliteConnection::connect(&app.place.database_url).await.unwrap();
    other.execute("begin immediate").await.unwrap();
    is_away(&app).await;
    other.execute("rollback").await.unwrap();
    taken_again(&app).await;
    assert_eq!(ready(&app).await, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL and Redis; cargo xtask test runs it"]
async fn a_silent_postgresql_is_told_and_a_cut_one_is_not_noticed() {
    let mut place = Place::distributed().await;
    let (server, name) = place.database_url.rsplit_once('/').unwrap();
    let (user, address) = server.rsplit_once('@').unwrap();
    let proxy = Proxy::to(address.to_owned()).await;
    place.database_url = format!("{user}@127.0.0.1:{}/{name}", proxy.port);
    let app = TestApp::start(place).await;
    app.source("github", "github", &[]).await;
    let token = app.token(Role::Viewer).await;
    for n in 0..3 {
        assert_eq!(deliver(&app, &format!("before-{n}")).await.0, 200);
        proxy.cut().await;
    }
    assert_eq!(deliver(&app, "cut").await.0, 200, "another connection did it");
    app.settled().await;

    proxy.set(Mood::Silent);
    is_away(&app).await;
    let health = tokio::time::timeout(Duration::from_secs(12), app.get("health", &token)).await.unwrap();
    assert_eq!(health.refusal(), (503, "unavailable"), "{health:?}");
    proxy.cut().await;
    taken_again(&app).await;
    assert_eq!(ready(&app).await, 200);
    app.settled().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_deleted_under_the_server_takes_nothing() {
    for name in ["opscenter.db", "opscenter.db-wal"] {
        let app = TestApp::start(Place::embedded()).await;
        app.source("github", "github", &[]).await;
        assert_eq!(deliver(&app, "before").await.0, 200);
        let path = app.place.folder.path().join(name);
        let aside = path.with_extension("aside");
        std::fs::rename(&path, &aside).unwrap();
        let (status, took) = deliver(&app, "gone").await;
        assert!(status == 503 && took < Duration::from_secs(5), "{name}: {status} after {took:?}");
        assert_eq!(ready(&app).await, 503, "{name}");
        std::fs::rename(&aside, &path).unwrap();
        taken_again(&app).await;
        assert_eq!(ready(&app).await, 200, "{name}");
        app.stop().await;
    }
}

/// Whether a second server starts on a database; what it said if not.
fn second(place: &Place, url: &str) -> String {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_opscenter"));
    let command = command.args(["serve"]).env_clear().env("DATABASE_URL", url).env("APP_KEY", &place.app_key);
    let output = command.env("LISTEN", "127.0.0.1:0").current_dir(place.folder.path()).output().unwrap();
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_second_server_is_refused_however_it_names_the_database() {
    let place = Place::embedded();
    let port = free_port();
    let mut first = spawn(&place, &format!("127.0.0.1:{port}"), &[]);
    let database = place.folder.path().join("opscenter.db");
    let link = place.folder.path().join("link.db");
    std::os::unix::fs::symlink(&database, &link).unwrap();
    let hard = place.folder.path().join("hard.db");
    std::fs::hard_link(&database, &hard).unwrap();
    for path in [&database, &link, &hard] {
        let said = second(&place, &format!("sqlite://{}?mode=rwc", path.display()));
        assert!(said.contains("another server is using this database"), "{}: {said}", path.display());
    }
    let said = second(&place, &format!("sqlite://{}?mode=ro", database.display()));
    assert!(said.contains("?mode=rwc"), "{said}");
    first.kill().unwrap();
    first.wait().unwrap();
}
