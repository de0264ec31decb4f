//! `kill -9` in the middle: nothing that was answered 200 is lost, and nothing is doubled.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use app::types::{EventQuery, EventStatus, List, NewSource};
use opscenter::clock::Clock;
use opscenter::dashboard::Dashboard;
use opscenter::ops::Ops;

use crate::app::{Place, SECRET, TestApp, free_port, github_signature, on_both, spawn};

const DELIVERIES: usize = 10_000;
const CONNECTIONS: usize = 64;
const KILLS: usize = 3;

/// Posts each delivery until it is answered 200, as a provider that retries would.
async fn post_all(url: String, answered: Arc<AtomicUsize>) {
    let next = Arc::new(AtomicUsize::new(0));
    let body = br#"{"ref":"refs/heads/main","pusher":{"name":"mona"}}"#;
    let posting = (0..CONNECTIONS).map(|_| {
        let (next, answered, url) = (next.clone(), answered.clone(), url.clone());
        tokio::spawn(async move {
            let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
            loop {
                let number = next.fetch_add(1, Ordering::SeqCst);
                if number >= DELIVERIES {
                    return;
                }
                let post = || {
                    http.post(&url)
                        .header("x-github-event", "push")
                        .header("x-github-delivery", format!("d-{number}"))
                        .header("x-hub-signature-256", github_signature(body))
                        .body(body.as_slice())
                };
                let deadline = std::time::Instant::now() + Duration::from_secs(60);
                while !post().send().await.is_ok_and(|response| response.status() == 200) {
                    assert!(std::time::Instant::now() < deadline, "delivery {number} is not taken for a minute");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                answered.fetch_add(1, Ordering::SeqCst);
            }
        })
    });
    futures::future::join_all(posting).await.into_iter().for_each(|done| done.unwrap());
}

on_both! {
    async fn nothing_is_lost_and_nothing_is_doubled(place: Place) {
        let port = free_port();
        let listen = format!("127.0.0.1:{port}");
        let ops = Arc::new(Ops::open(place.config(listen.parse().unwrap()), Clock::System).await.unwrap());
        let dashboard = Dashboard::new(ops.clone());
        use app::backend::Sources;
        let source = NewSource {
            slug: "github".into(),
            provider: "github".into(),
            secret: Some(SECRET.into()),
            ..NewSource::default()
        };
        dashboard.create_source(&TestApp::admin(), source).await.unwrap();

        let answered = Arc::new(AtomicUsize::new(0));
        let mut server = spawn(&place, &listen, &[]);
        let posting = tokio::spawn(post_all(format!("http://{listen}/api/webhooks/github"), answered.clone()));
        for kill in 1..=KILLS {
            while answered.load(Ordering::SeqCst) < kill * DELIVERIES / (KILLS + 1) {
                assert!(!posting.is_finished(), "posting ended early");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            server.kill().unwrap();
            server.wait().unwrap();
            server = spawn(&place, &listen, &[]);
        }
        posting.await.unwrap();
        wait_until_idle(&ops).await;
        server.kill().unwrap();
        server.wait().unwrap();

        let mut alerts = 0;
        let (mut events, mut cursor) = (0, None);
        loop {
            let page = ops.db.list_events(&EventQuery::default(), cursor, 200).await.unwrap();
            for event in page.iter().take(200) {
                assert_eq!(event.status, EventStatus::Processed, "{event:?}");
                let made = ops.db.list_event_alerts(event.id).await.unwrap();
                assert_eq!(made.len(), 1, "event {} made {} alerts", event.id, made.len());
                (events, alerts) = (events + 1, alerts + 1);
            }
            if page.len() <= 200 {
                break;
            }
            cursor = page.get(199).map(|event| app::types::Cursor { at: event.created_at, id: event.id });
        }
        assert_eq!((events, alerts), (DELIVERIES, DELIVERIES));
        drop(dashboard);
        ops.db.close().await;
        place.remove().await;
    }
}

/// A claim of a killed worker on PostgreSQL is free again only when its lease ends.
async fn wait_until_idle(ops: &Ops) {
    for _ in 0..900 {
        let open = List(vec![EventStatus::Pending, EventStatus::Processing]);
        if ops.db.list_events(&EventQuery { status: open, ..EventQuery::default() }, None, 1).await.unwrap().is_empty()
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("events are left");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_one_file_is_refused() {
    let place = Place::embedded();
    let mut first = spawn(&place, "127.0.0.1:0", &[]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_opscenter"));
    command
        .current_dir(place.folder.path())
        .env_clear()
        .env("DATABASE_URL", &place.database_url)
        .env("APP_KEY", &place.app_key);
    let second = command.env("LISTEN", "127.0.0.1:0").output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("another server is using this database"));
    first.kill().unwrap();
    first.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_ends_with_exit_code_0() {
    let place = Place::embedded();
    let mut server = spawn(&place, "127.0.0.1:0", &[]);
    Command::new("kill").arg(server.id().to_string()).status().unwrap();
    assert_eq!(server.wait().unwrap().code(), Some(0));
}
