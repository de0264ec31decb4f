//! Bodies that an earlier version stored in the events' own rows: read there, moved while the server runs, and written there as
//! long as a node of that version is alive.

use opscenter::clock::Clock;
use opscenter::config::Role;
use opscenter::db::{Batch, Layout, Old, Writer};
use serde_json::{Value, json};

use crate::app::{Place, Pool, TestApp, both};

/// Copies the only event, with a body of this many characters.
const OLD: &str = "insert into webhook_events (webhook_source_id, request_id, event_type, delivery_id, payload, content_type, headers, \
     signature, ip_address, status, due_at, created_at, updated_at) select webhook_source_id, 'old {n}', event_type, 'old {n}', \
     {body}, content_type, '{\"x-old\": \"{n}\"}', signature, ip_address, 'pending', due_at, created_at, updated_at \
     from webhook_events where delivery_id = 'new'";

const SIZES: [usize; 6] = [1, 100, 20_000, 600_000, 1_200_000, 7];

fn body(size: usize) -> String {
    json!({ "repository": "x".repeat(size) }).to_string()
}

/// Stores events as the earlier version did; returns their ids.
async fn store_old(app: &TestApp, sql: &Pool) -> Vec<i64> {
    let first = app.ops.db.last_event_id().await.unwrap() + 1;
    for (n, size) in SIZES.into_iter().enumerate() {
        let text = body(size);
        let text = if app.ops.db.is_shared() {
            format!("convert_to('{text}', 'UTF8')")
        } else {
            format!("cast('{text}' as blob)")
        };
        sql.run(OLD.replace("{n}", &n.to_string()).replace("{body}", &text)).await;
    }
    (first..).take(SIZES.len()).collect()
}

async fn check(app: &TestApp, ids: &[i64]) {
    for (n, (id, size)) in ids.iter().zip(SIZES).enumerate() {
        assert_eq!(app.ops.db.find_payload(*id).await.unwrap().unwrap(), body(size).into_bytes());
        assert_eq!(app.ops.db.payload_size(*id).await.unwrap(), body(size).len() as i64);
        let parts = app.ops.db.find_event_parts(*id).await.unwrap().unwrap();
        assert_eq!(Value::Object(parts.headers), json!({ "x-old": n.to_string() }));
    }
}

both! {
    async fn an_old_body_is_read_and_moved(app: &TestApp) {
        app.source("github", "github", &[]).await;
        app.send(app.github("push", "new", body(900).as_bytes())).await;
        let sql = Pool::open(&app.place).await;
        let ids = store_old(app, &sql).await;
        app.settled().await;
        app.indexed().await;
        check(app, &ids).await;
        assert_eq!(sql.number("select count(*) from alerts where title like 'Push to xxx%'").await, 6);

        sql.run("delete from settings where name like 'backfill_bodies%'".to_owned()).await;
        let mut batches = 0;
        while app.ops.db.backfill_bodies(app.ops.now()).await.unwrap() {
            batches += 1;
            check(app, &ids).await;
        }
        assert_eq!(batches, 3, "600 KB and less, 1.2 MB alone, and the rest");
        assert_eq!(sql.number("select count(*) from webhook_events where length(payload) > 0").await, 0);
        assert_eq!(sql.number("select count(*) from webhook_payloads").await, 7);
        assert_eq!(sql.number("select count(*) from webhook_payloads where encoding = 'lz4'").await, 2);
        assert!(!app.ops.db.backfill_bodies(app.ops.now()).await.unwrap());
    }

    async fn an_event_goes_with_its_body(app: &TestApp) {
        app.source("github", "github", &[]).await;
        app.send(app.github("push", "new", body(900).as_bytes())).await;
        app.settled().await;
        let batch = Batch { rows: 10, parts: 10 };
        let sql = Pool::open(&app.place).await;
        let mut tx = app.ops.db.begin(Writer::Sweeper).await.unwrap();
        tx.remove_old(Old::Events, i64::MAX, batch).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(sql.number("select count(*) from webhook_payloads").await, 0);
    }

    async fn the_old_layout_is_written_while_an_earlier_version_runs(app: &TestApp) {
        assert_eq!(app.ops.db.layout(), Layout::Apart);
        if !app.ops.db.is_shared() {
            return;
        }
        let (now, sql) = (app.ops.now(), Pool::open(&app.place).await);
        let earlier = "insert into nodes (id, role, version, started_at, seen_at, parts) values ('old', 'all', '0', 1, {now}, '')";
        sql.run(earlier.replace("{now}", &now.to_string())).await;
        let other = TestApp::start_with(app.place.clone(), Role::All, Clock::System, None).await;
        assert_eq!(other.ops.db.layout(), Layout::Together);
        other.source("github", "github", &[]).await;
        other.send(other.github("push", "together", body(900).as_bytes())).await;
        assert_eq!(sql.number("select count(*) from webhook_events where length(payload) > 900").await, 1);
        assert!(!other.ops.db.backfill_bodies(now).await.unwrap(), "that node would not find them");
        other.ops.db.upgrade_layout(now + 59_000).await.unwrap();
        assert_eq!(other.ops.db.layout(), Layout::Together);
        other.ops.db.upgrade_layout(now + 61_000).await.unwrap();
        assert_eq!(other.ops.db.layout(), Layout::Apart);
        other.settled().await;
        other.stop().await;
    }
}
