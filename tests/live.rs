//! The live stream: who may listen, in which order frames come, and how one goes on after a gap.

use app::backend::Alerts;
use app::types::{AlertChange, Role, Selection};
use serde_json::json;

use crate::app::{Place, TestApp, both};

both! {
    async fn only_those_who_may_listen_and_only_from_our_own_pages(app: &TestApp) {
        let token = app.token(Role::Viewer).await;
        let bearer = ("authorization", format!("Bearer {token}"));
        let refused = |headers: Vec<(&'static str, String)>| async move { app.handshake("", &headers).await.err() };
        assert_eq!(refused(vec![]).await, Some(401));
        assert_eq!(refused(vec![("authorization", "Bearer nonsense".into())]).await, Some(401));
        assert_eq!(refused(vec![("cookie", "opscenter=nonsense".into())]).await, Some(401));
        assert_eq!(refused(vec![bearer.clone(), ("origin", "https://evil.example".into())]).await, Some(403));
        assert_eq!(refused(vec![bearer.clone(), ("origin", app.url.clone())]).await, None);
        assert_eq!(refused(vec![bearer]).await, None);
    }

    async fn an_alert_and_what_is_done_to_it_come_as_frames(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        let token = app.token(Role::Viewer).await;
        let mut socket = app.socket(&token, "").await;
        let hello = socket.frame().await;
        assert_eq!(hello["type"], "hello");
        assert_eq!(hello["data"]["build"], opscenter::build_id());

        app.custom("custom", &json!({ "title": "Disk full", "severity": "critical" })).await.event_id();
        let opened = socket.alert().await;
        assert_eq!(opened["type"], "new-alert");
        assert_eq!(opened["data"]["title"], "Disk full");
        assert_eq!(opened["data"]["severity"], "critical");
        assert_eq!(opened["data"]["source"], "custom");

        let id = opened["data"]["id"].as_i64().unwrap();
        let selection = Selection { ids: Some(vec![id]), ..Selection::default() };
        app.dashboard.change_alerts(&TestApp::admin(), AlertChange::Read, selection).await.unwrap();
        let updated = socket.alert().await;
        assert_eq!(updated["type"], "alert-updated");
        assert_eq!(updated["data"]["is_read"], true);
        assert!(updated["seq"].as_i64() > opened["seq"].as_i64());
    }

    async fn a_client_goes_on_from_where_it_was(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        let token = app.token(Role::Viewer).await;
        for title in ["a", "b", "c"] {
            app.custom("custom", &json!({ "title": title })).await.event_id();
            app.settled().await;
        }
        let mut socket = app.socket(&token, "?after=1").await;
        assert_eq!(socket.frame().await["type"], "hello");
        assert_eq!(socket.alert().await["data"]["title"], "b");
        assert_eq!(socket.alert().await["data"]["title"], "c");
        app.custom("custom", &json!({ "title": "d" })).await.event_id();
        assert_eq!(socket.alert().await["data"]["title"], "d");
    }

    async fn what_makes_no_sense_or_is_too_much_is_one_order_to_reload(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        let token = app.token(Role::Viewer).await;
        let mut ahead = app.socket(&token, "?after=999").await;
        let resync = ahead.alert().await;
        assert_eq!((&resync["type"], &resync["seq"]), (&json!("resync"), &json!(0)));

        futures::future::join_all((0..510).map(|i| {
            let body = json!({ "title": format!("t{i}") });
            async move { app.custom("custom", &body).await.event_id() }
        })).await;
        app.settled().await;
        let mut behind = app.socket(&token, "?after=0").await;
        let resync = behind.alert().await;
        assert_eq!((&resync["type"], &resync["missed"], &resync["seq"]), (&json!("resync"), &json!(510), &json!(510)));
    }

    async fn frames_come_in_order_and_none_is_missing(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        let token = app.token(Role::Viewer).await;
        let mut socket = app.socket(&token, "?after=0").await;
        let posts = futures::future::join_all((0..200).map(|i| {
            let body = json!({ "title": format!("t{i}") });
            async move { app.custom("custom", &body).await.event_id() }
        }));
        let (_, seqs) = tokio::join!(posts, async {
            let mut seqs = Vec::new();
            while seqs.len() < 200 {
                seqs.push(socket.alert().await["seq"].as_i64().unwrap());
            }
            seqs
        });
        assert!(seqs.windows(2).all(|pair| pair[0] < pair[1]), "{seqs:?}");
    }

    async fn the_numbers_are_told_too(app: &TestApp) {
        app.source("custom", "generic", &[]).await;
        let token = app.token(Role::Viewer).await;
        let mut socket = app.socket(&token, "").await;
        app.custom("custom", &json!({ "title": "x", "severity": "critical" })).await.event_id();
        loop {
            let frame = socket.frame().await;
            if frame["type"] == "stats" {
                assert_eq!(frame["data"]["stats"]["critical_open"], 1);
                assert_eq!(frame["data"]["health"]["checks"]["database"]["status"], "operational");
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_server_says_so() {
    let app = TestApp::start(Place::embedded()).await;
    let token = app.token(Role::Viewer).await;
    let mut socket = app.socket(&token, "").await;
    socket.frame().await;
    let (code, ()) = tokio::join!(socket.closed(), app.stop());
    assert_eq!(code, 1012);
}
