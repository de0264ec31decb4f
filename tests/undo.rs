//! Undo of changes that people make, and the single audit log entry of a change in several batches.

use std::collections::BTreeSet;

use app::Error;
use app::backend::{Access, Alerts};
use app::types::{Actor, AlertChange, AlertQuery, AlertState, AuditQuery, Selection};
use opscenter::clock::Clock;
use serde_json::json;

use crate::app::{Place, TestApp, both, on_both};

const NOON: i64 = 1_800_000_000_000;
const MINUTE: i64 = 60_000;

/// More than one batch.
const MANY: usize = 1_200;

async fn alerts(app: &TestApp, count: usize) {
    app.source("custom", "generic", &[]).await;
    for n in 0..count {
        app.custom("custom", &json!({ "title": format!("alert {n}") })).await.event_id();
    }
    app.settled().await;
}

async fn change(app: &TestApp, change: AlertChange, selection: Selection) -> app::types::Changed {
    change_result(app, change, selection).await.unwrap()
}

async fn change_result(app: &TestApp, change: AlertChange, selection: Selection) -> app::Result<app::types::Changed> {
    app.dashboard.change_alerts(&TestApp::admin(), change, selection).await
}

async fn add_user(app: &TestApp, email: &str, role: &str) -> Actor {
    let user = app::types::NewUser {
        email: email.to_owned(),
        password: "a long enough phrase".to_owned(),
        role: role.parse().unwrap(),
    };
    app.dashboard.create_user(&TestApp::admin(), user).await.unwrap();
    Actor { name: email.to_owned(), role: role.parse().unwrap() }
}

async fn undo(app: &TestApp, actor: &Actor, id: &str) -> app::Result<i64> {
    app.dashboard.undo_alerts(actor, id.to_owned()).await.map(|changed| changed.count)
}

fn ids(ids: &[i64]) -> Selection {
    Selection { ids: Some(ids.to_vec()), ..Selection::default() }
}

async fn states(app: &TestApp) -> Vec<(AlertState, bool)> {
    let mut alerts = app.ops.db.list_alerts(&AlertQuery::default(), None, MANY as i64).await.unwrap();
    alerts.sort_by_key(|alert| alert.id);
    alerts.iter().map(|alert| (alert.state, alert.is_read)).collect()
}

both! {
    async fn each_alert_is_again_what_it_was(app: &TestApp) {
        alerts(app, 3).await;
        change(app, AlertChange::Acknowledge, ids(&[1])).await;
        change(app, AlertChange::Read, ids(&[2])).await;
        let before = states(app).await;
        let changed = change(app, AlertChange::Resolve, ids(&[1, 2, 3])).await;
        assert_eq!(changed.count, 3);
        assert_eq!(undo(app, &TestApp::admin(), &changed.undo.unwrap()).await, Ok(3));
        assert_eq!(states(app).await, before);
    }

    async fn what_was_changed_since_is_left_alone(app: &TestApp) {
        alerts(app, 2).await;
        let changed = change(app, AlertChange::Resolve, ids(&[1, 2])).await;
        change(app, AlertChange::Reopen, ids(&[2])).await;
        change(app, AlertChange::Acknowledge, ids(&[2])).await;
        assert_eq!(undo(app, &TestApp::admin(), &changed.undo.unwrap()).await, Ok(1));
        assert_eq!(states(app).await, [(AlertState::Open, false), (AlertState::Acknowledged, true)]);
    }

    async fn only_the_same_person_undoes_and_only_once(app: &TestApp) {
        alerts(app, 1).await;
        let id = change(app, AlertChange::Resolve, ids(&[1])).await.undo.unwrap();
        let other = Actor { name: "other@example.com".to_owned(), ..TestApp::admin() };
        assert!(matches!(undo(app, &other, &id).await, Err(Error::NotFound { .. })));
        assert_eq!(undo(app, &TestApp::admin(), &id).await, Ok(1));
        assert!(matches!(undo(app, &TestApp::admin(), &id).await, Err(Error::NotFound { .. })));
        assert_eq!(change(app, AlertChange::Reopen, ids(&[1])).await.undo, None, "nothing changed");
    }

    async fn the_api_undoes_too(app: &TestApp) {
        alerts(app, 1).await;
        let token = app.token(app::types::Role::Operator).await;
        let resolved = app.post("alerts/resolve", &token, &json!({ "ids": [1] })).await.body;
        assert_eq!(resolved["changed"], 1);
        let undone = app.post("alerts/undo", &token, &json!({ "id": resolved["undo"] })).await;
        assert_eq!((undone.status, undone.body), (200, json!({ "changed": 1, "undo": null })));
        let again = app.post("alerts/undo", &token, &json!({ "id": resolved["undo"] })).await;
        assert_eq!(again.status, 404);
    }

    async fn an_alert_is_assigned_listed_by_assignee_and_given_back(app: &TestApp) {
        alerts(app, 2).await;
        let ada = add_user(app, "ada@example.com", "operator").await;
        add_user(app, "bob@example.com", "viewer").await;
        let assign = |selection: Selection| change_result(app, AlertChange::Assign, selection);
        let to = |email: &str| Selection { assignee: Some(email.to_owned()), ..ids(&[1]) };
        assert_eq!(assign(to("ADA@example.com")).await.unwrap().count, 1);
        assert_eq!(assign(to("ada@example.com")).await.unwrap().count, 0, "already");
        for wrong in ["bob@example.com", "nobody@example.com"] {
            assert!(matches!(assign(to(wrong)).await, Err(Error::Invalid { .. })), "{wrong}");
        }
        let token = app.token(app::types::Role::Viewer).await;
        let listed = |assignee: &'static str| { let token = token.clone(); async move {
            let found = app.get(&format!("alerts?assignee={assignee}"), &token).await.body;
            found["items"].as_array().unwrap().iter().map(|alert| alert["id"].as_i64().unwrap()).collect::<BTreeSet<_>>()
        } };
        assert_eq!(listed("ada@example.com").await, [1].into());
        assert_eq!(listed("none").await, [2].into());
        assert_eq!(app.steps(1).await.last().unwrap().detail["assignee"], "ada@example.com");
        let taken = app.dashboard.change_alerts(&ada, AlertChange::Assign, ids(&[1, 2])).await.unwrap();
        assert_eq!(taken.count, 1, "the other is theirs already");
        assert_eq!(undo(app, &ada, &taken.undo.unwrap()).await, Ok(1));
        assert_eq!(listed("none").await, [2].into());
        assert_eq!(assign(to("")).await.unwrap().count, 1);
        assert_eq!(listed("none").await, [1, 2].into());
    }

    async fn a_mute_lasts_until_the_time_it_was_given(app: &TestApp) {
        alerts(app, 1).await;
        let until = app.ops.now() + 3 * 60 * MINUTE;
        let mute = |until| change_result(app, AlertChange::Mute, Selection { until: Some(until), ..ids(&[1]) });
        assert!(mute(app.ops.now() - 1).await.is_err() && mute(app.ops.now() + 31 * 24 * 60 * MINUTE).await.is_err());
        assert_eq!(mute(until).await.unwrap().count, 1);
        assert_eq!(app.ops.db.find_alert(1).await.unwrap().unwrap().muted_until, Some(until));
        assert!(change_result(app, AlertChange::Resolve, Selection { until: Some(until), ..ids(&[1]) }).await.is_err());
    }

    async fn a_later_mute_of_somebody_else_stays(app: &TestApp) {
        alerts(app, 1).await;
        let bob = add_user(app, "bob@example.com", "operator").await;
        let mine = change(app, AlertChange::Mute, ids(&[1])).await.undo.unwrap();
        let until = app.ops.now() + 24 * 60 * MINUTE;
        let longer = Selection { until: Some(until), ..ids(&[1]) };
        app.dashboard.change_alerts(&bob, AlertChange::Mute, longer).await.unwrap();
        assert_eq!(undo(app, &TestApp::admin(), &mine).await, Ok(0));
        assert_eq!(app.ops.db.find_alert(1).await.unwrap().unwrap().muted_until, Some(until));
    }

    async fn several_batches_are_one_entry_and_one_undo(app: &TestApp) {
        alerts(app, MANY).await;
        let filter = AlertQuery { source: Some("custom".to_owned()), ..AlertQuery::default() };
        let selection = Selection { filter: Some(filter), ..Selection::default() };
        let changed = change(app, AlertChange::Acknowledge, selection).await;
        assert_eq!(changed.count, MANY as i64);
        let log = audit(app, "alert.acknowledge").await;
        assert_eq!(log.len(), 1);
        assert_eq!(log[0]["count"], MANY);
        assert_eq!(log[0]["filter"]["source"], "custom");
        assert_eq!(log[0]["ids"].as_array().unwrap().len(), 100);
        assert_eq!(undo(app, &TestApp::admin(), &changed.undo.unwrap()).await, Ok(MANY as i64));
        assert!(states(app).await.iter().all(|state| *state == (AlertState::Open, false)));
        let log = audit(app, "alert.undo_acknowledge").await;
        assert_eq!(log.iter().map(|detail| detail["count"].clone()).collect::<Vec<_>>(), [MANY]);
    }
}

async fn audit(app: &TestApp, action: &str) -> Vec<serde_json::Value> {
    let query = AuditQuery { action: Some(action.to_owned()), ..AuditQuery::default() };
    app.dashboard.list_audit(&TestApp::admin(), query).await.unwrap().items.into_iter().map(|row| row.detail).collect()
}

on_both! {
    async fn a_change_can_be_undone_for_ten_minutes(place: Place) {
        let clock = Clock::fixed(NOON);
        let app = TestApp::start_with(place.into(), opscenter::config::Role::All, clock.clone(), None).await;
        alerts(&app, 2).await;
        let first = change(&app, AlertChange::Resolve, ids(&[1])).await.undo.unwrap();
        clock.advance(MINUTE);
        let second = change(&app, AlertChange::Resolve, ids(&[2])).await.undo.unwrap();
        clock.advance(10 * MINUTE);
        assert!(matches!(undo(&app, &TestApp::admin(), &first).await, Err(Error::NotFound { .. })));
        assert_eq!(undo(&app, &TestApp::admin(), &second).await, Ok(1));
        app.stop().await;
    }
}
