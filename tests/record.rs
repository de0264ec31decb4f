//! Group commit, asked directly.

use bytes::Bytes;
use opscenter::db::NewEvent;
use opscenter::ingest::EventWriter;
use serde_json::Map;

use crate::app::{Place, TestApp, both};

fn event(source: i64, delivery: &str, now: i64) -> NewEvent {
    NewEvent {
        webhook_source_id: source,
        request_id: opscenter::crypto::random_id(),
        event_type: "push".into(),
        delivery_id: delivery.into(),
        payload: Bytes::from_static(b"{}").into(),
        content_type: "application/json".into(),
        headers: Map::new(),
        signature: None,
        ip_address: "127.0.0.1".into(),
        created_at: now,
        dedup_by_body: None,
    }
}

both! {
    async fn one_bad_row_fails_alone(app: &TestApp) {
        app.source("github", "github", &[]).await;
        let source = app.ops.db.find_source("github").await.unwrap().unwrap().id;
        let (event_writer, writers) = EventWriter::new(&app.ops.db, &app.ops.queue, &app.ops.handover);
        writers.into_iter().for_each(|writer| drop(tokio::spawn(writer)));
        let now = app.ops.now();
        let rows = (0..20).map(|i| event(if i == 7 { 4711 } else { source }, &format!("d-{i}"), now));
        let answers = futures::future::join_all(rows.map(|row| event_writer.record(row))).await;
        let failed: Vec<usize> = answers.iter().enumerate().filter(|(_, a)| a.is_err()).map(|(i, _)| i).collect();
        assert_eq!(failed, [7], "{answers:?}");
    }

    async fn a_batch_names_the_first_of_two_equal_deliveries(app: &TestApp) {
        app.source("github", "github", &[]).await;
        let source = app.ops.db.find_source("github").await.unwrap().unwrap().id;
        let now = app.ops.now();
        let mut tx = app.ops.db.begin(opscenter::db::Writer::Ingest).await.unwrap();
        let batch = [event(source, "a", now), event(source, "a", now), event(source, "b", now)];
        let recorded = tx.insert_events(&batch, app.ops.db.layout()).await.unwrap();
        tx.commit().await.unwrap();
        let of = |i: usize| recorded[&batch[i].request_id];
        assert_eq!(of(0).event_id, of(1).event_id);
        assert_ne!(of(0).is_duplicate, of(1).is_duplicate);
        assert!(!of(2).is_duplicate && of(2).event_id != of(0).event_id);
    }
}
