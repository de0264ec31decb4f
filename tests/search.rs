//! Words: of alerts and of the beginning of bodies, found by their beginnings.

use app::types::{Cursor, Role};
use opscenter::db::{Searched, Writer};
use serde_json::json;

use crate::app::{Place, TestApp, both};

both! {
    async fn words_are_found_in_alerts_and_in_the_beginning_of_bodies(app: &TestApp) {
        app.source("custom", "generic", &[("id_header", "X-Id"), ("type_header", "X-Type")]).await;
        for n in 0..3 {
            let body = json!({ "title": format!("Disk {n} full"), "severity": "error", "host": "db-7.example.com", "note": "Zwölf Boxkämpfer" });
            app.custom("custom", &body).await.event_id();
        }
        app.settled().await;
        app.indexed().await;
        let viewer = app.token(Role::Viewer).await;
        let count = |path: String| { let viewer = viewer.clone(); async move {
            let answer = app.get(&path, &viewer).await;
            assert_eq!(answer.status, 200, "{path}");
            answer.body["items"].as_array().unwrap().len()
        } };
        assert_eq!(count("alerts?q=disk".into()).await, 3);
        assert_eq!(count("alerts?q=dis%20FUL".into()).await, 3);
        assert_eq!(count("alerts?q=disk%201".into()).await, 1);
        assert_eq!(count("alerts?q=disk&severity=info".into()).await, 0);
        assert_eq!(count("events?q=db-7.example".into()).await, 3);
        assert_eq!(count("events?q=boxk%C3%A4m".into()).await, 3);
        assert_eq!(count("events?q=%22%27%20or%201".into()).await, 0);
        let page = app.get("alerts?q=full&limit=2", &viewer).await.body;
        assert_eq!(page["items"].as_array().unwrap().len(), 2);
        let next = page["next"].as_str().unwrap();
        assert_eq!(count(format!("alerts?q=full&limit=2&cursor={next}")).await, 1);
        let mut tx = app.ops.db.begin(Writer::Person).await.unwrap();
        tx.forget_words(Searched::Event, &[1, 2]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(count("events?q=boxk%C3%A4m".into()).await, 1);
    }

    async fn the_beginning_of_few_words_is_found_as_that_of_many(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        for n in 0..150 {
            app.custom("custom", &json!({ "title": format!("node{n} down"), "severity": "error" })).await.event_id();
        }
        app.settled().await;
        app.indexed().await;
        let viewer = app.token(Role::Viewer).await;
        for (asked, found) in [("node", 150), ("node14", 11), ("dow", 150), ("node14 down", 11), ("node do", 150), ("node x", 0), ("nodex", 0)] {
            let page = app.get(&format!("alerts?limit=200&q={}", asked.replace(' ', "%20")), &viewer).await.body;
            assert_eq!(page["items"].as_array().unwrap().len(), found, "{asked}");
        }
    }

    async fn words_are_found_however_common_they_are(app: &TestApp) {
        let mut tx = app.ops.db.begin(Writer::Worker).await.unwrap();
        for id in 1..=3_000 {
            let words = [("common", true), ("rarely", id == 7 || id == 2_990), ("third", id % 3 == 0)];
            let words = words.into_iter().filter(|(_, holds)| *holds).map(|(word, _)| word.to_owned()).collect();
            tx.index_words(Searched::Alert, &[(id, &words)]).await.unwrap();
        }
        tx.commit().await.unwrap();
        let look = |words: &'static str, cursor: Option<i64>| async move {
            let cursor = cursor.map(|id| Cursor { at: 0, id });
            app.ops.db.list_found(Searched::Alert, words, cursor, 10_000, |ids| async { Ok(ids) }).await.unwrap()
        };
        assert_eq!(look("common", None).await, (1..=3_000).rev().collect::<Vec<i64>>());
        assert_eq!(look("common", Some(100)).await, (1..100).rev().collect::<Vec<i64>>());
        assert_eq!(look("rare", None).await, [2_990, 7]);
        assert_eq!(look("rare", Some(2_990)).await, [7]);
        assert_eq!(look("thir comm", None).await, (1..=1_000).rev().map(|n| n * 3).collect::<Vec<i64>>());
        assert_eq!(look("third rarely", None).await, Vec::<i64>::new());
    }
}
