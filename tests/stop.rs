//! Stopping while a pack is slow: in time, and without an attempt or an event lost.

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::backend::Sources;
use app::types::{EventQuery, EventStatus, List, NewSource};
use opscenter::clock::Clock;
use opscenter::dashboard::Dashboard;
use opscenter::ops::Ops;

use crate::app::{Place, SECRET, TestApp, free_port, github_signature, on_both, spawn};

const EVENTS: usize = 24;

/// Templates that use up what they are allowed, so that an event takes a good part of a second.
fn slow_pack() -> String {
    let loops = "{% for a in range(300) %}{% for b in range(300) %}{% endfor %}{% endfor %}";
    let fields: String = (0..30).map(|n| format!("field_{n} = \"{loops}\"\n")).collect();
    format!(
        "name = \"Slow\"\n[verify]\nheaders = [\"X-Signature\"]\n[identify]\n[default]\ntitle = \"slow\"\n[default.metadata]\n{fields}"
    )
}

fn server(place: &Place, listen: &str) -> std::process::Child {
    spawn(place, listen, &[("PROVIDERS_DIR", place.folder.path().join("packs").to_str().unwrap())])
}

async fn post_all(listen: &str) {
    let http = reqwest::Client::new();
    for n in 0..EVENTS {
        let body = format!("{{\"n\":{n}}}");
        let signature = github_signature(body.as_bytes()).replace("sha256=", "");
        let request = http.post(format!("http://{listen}/api/webhooks/slow")).header("x-signature", signature);
        assert_eq!(request.body(body).send().await.unwrap().status(), 200);
    }
}

async fn count(ops: &Ops, statuses: &[EventStatus]) -> i64 {
    let query = EventQuery { status: List(statuses.to_vec()), ..EventQuery::default() };
    ops.db.count_events(&query).await.unwrap()
}

on_both! {
    async fn a_slow_pack_holds_no_stop_and_loses_no_event(place: Place) {
        let packs = place.folder.path().join("packs");
        std::fs::create_dir_all(&packs).unwrap();
        std::fs::write(packs.join("slow.toml"), slow_pack()).unwrap();
        let port = free_port();
        let listen = format!("127.0.0.1:{port}");
        let mut config = place.config(listen.parse().unwrap());
        config.providers_dir = Some(packs);
        let ops = Arc::new(Ops::open(config, Clock::System).await.unwrap());
        let source = NewSource {
            slug: "slow".into(), provider: "slow".into(), secret: Some(SECRET.into()), ..NewSource::default()
        };
        Dashboard::new(ops.clone()).create_source(&TestApp::admin(), source).await.unwrap();

        let mut running = server(&place, &listen);
        post_all(&listen).await;
        let asked = Instant::now();
        Command::new("kill").arg(running.id().to_string()).status().unwrap();
        assert_eq!(running.wait().unwrap().code(), Some(0));
        assert!(asked.elapsed() < Duration::from_secs(18), "a supervisor waits 20 s: {:?}", asked.elapsed());
        assert!(count(&ops, &[EventStatus::Pending, EventStatus::Processing]).await > 0, "the pack is slow enough");

        let mut running = server(&place, &listen);
        let until = Instant::now() + Duration::from_secs(120);
        while count(&ops, &[EventStatus::Processed]).await < EVENTS as i64 {
            assert_eq!(count(&ops, &[EventStatus::Failed]).await, 0, "nothing died");
            assert!(Instant::now() < until, "{} left", count(&ops, &[EventStatus::Pending, EventStatus::Processing]).await);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        running.kill().unwrap();
        running.wait().unwrap();
        ops.db.close().await;
        place.remove().await;
    }
}
