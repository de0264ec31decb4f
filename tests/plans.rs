//! How SQLite finds rows, without statistics, as at every server: what pages, ticks and housekeeping ask neither sorts a table
//! nor goes through one. The statements are those that are really made: they are heard from sqlx's log.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use app::types::{
    AlertChange, AlertKind, AlertQuery, AlertState, Cursor, EventQuery, EventStatus, List, NewSource,
    NotificationQuery, NotificationStatus, Severity,
};
use clap::Parser;
use opscenter::cli::Cli;
use opscenter::clock::Clock;
use opscenter::dashboard::Dashboard;
use opscenter::db::{AlertUpdate, Db, Old, Overdue, Writer, alert_parts, event_parts};
use opscenter::ops::Ops;
use sqlx::Row;
use sqlx::sqlite::SqlitePool;
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Tables that grow, and their aliases.
const LARGE: [&str; 12] = [
    "alerts",
    "a",
    "webhook_events",
    "e",
    "alert_activity",
    "v",
    "notification_logs",
    "n",
    "stats_minute",
    "alert_keys",
    "alert_told",
    "t",
];

#[derive(Clone, Default)]
struct Heard(Arc<Mutex<BTreeSet<String>>>);

#[derive(Default)]
struct Statement(String);

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        // A short statement is its own summary.
        if field.name() == "db.statement" && !value.is_empty() || field.name() == "summary" && self.0.is_empty() {
            self.0 = value.trim().to_owned();
        }
    }
    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

impl<S: tracing::Subscriber> Layer<S> for Heard {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            let mut statement = Statement::default();
            event.record(&mut statement);
            self.0.lock().unwrap().insert(statement.0);
        }
    }
}

async fn ask_for_alerts(db: &Db) {
    use AlertState::{Acknowledged, Open, Resolved};
    let cursor = Some(Cursor { at: 1, id: 1 });
    let source = || Some("github".to_owned());
    let unresolved = AlertQuery { state: List(vec![Open, Acknowledged]), ..AlertQuery::default() };
    let queries = [
        AlertQuery::default(),
        unresolved.clone(),
        AlertQuery { severity: List(vec![Severity::Error, Severity::Warning]), ..unresolved.clone() },
        AlertQuery { is_read: Some(false), ..unresolved.clone() },
        AlertQuery { source: source(), ..unresolved.clone() },
        AlertQuery { assignee: Some("ada@example.com".to_owned()), ..unresolved.clone() },
        AlertQuery { assignee: Some("none".to_owned()), ..unresolved.clone() },
        AlertQuery { assignee: Some("ada@example.com".to_owned()), ..AlertQuery::default() },
        AlertQuery { kind: List(vec![AlertKind::Problem]), is_read: Some(false), ..unresolved },
        AlertQuery { kind: List(vec![AlertKind::Problem]), ..AlertQuery::default() },
        AlertQuery { kind: List(vec![AlertKind::Notice]), ..AlertQuery::default() },
        AlertQuery { state: List(vec![Resolved]), ..AlertQuery::default() },
        AlertQuery { source: source(), ..AlertQuery::default() },
        AlertQuery { severity: List(vec![Severity::Critical]), ..AlertQuery::default() },
    ];
    for query in queries {
        db.list_alerts(&query, None, 50).await.unwrap();
        db.list_alerts(&query, cursor, 50).await.unwrap();
        db.count_alerts(&query).await.unwrap();
        for part in alert_parts(&AlertQuery { up_to: Some(9), ..query }) {
            db.list_alert_ids(&part, cursor, 1_000).await.unwrap();
        }
    }
}

async fn ask_for_events(db: &Db) {
    let text = || Some("github".to_owned());
    let queries = [
        EventQuery::default(),
        EventQuery { status: List(vec![EventStatus::Failed, EventStatus::Pending]), ..EventQuery::default() },
        EventQuery { source: text(), ..EventQuery::default() },
        EventQuery { source: text(), event_type: text(), ..EventQuery::default() },
        EventQuery { event_type: text(), ..EventQuery::default() },
        EventQuery { delivery_id: text(), ..EventQuery::default() },
        EventQuery { ip_address: text(), ..EventQuery::default() },
    ];
    for query in queries {
        db.list_events(&query, None, 50).await.unwrap();
        db.count_events(&query).await.unwrap();
        for part in event_parts(&query) {
            db.list_reprocessable(&part, None, 500).await.unwrap();
        }
    }
    db.due_events(1, 1, 64).await.unwrap();
    db.backlog(1).await.unwrap();
}

async fn ask_for_the_rest(db: &Db) {
    let both = List(vec![NotificationStatus::Failed, NotificationStatus::Pending]);
    for query in [NotificationQuery::default(), NotificationQuery { status: both, ..NotificationQuery::default() }] {
        db.list_notifications(&query, None, 50).await.unwrap();
    }
    db.list_waiting_to_tell(1, 1, 64).await.unwrap();
    db.is_overdue(1, Overdue { critical: 1, other: 1 }, 1).await.unwrap();
    db.release_held(1).await.unwrap();
    db.count_undelivered().await.unwrap();
    db.list_undelivered(0, 64).await.unwrap();
    db.count_unresolved().await.unwrap();
    db.list_source_stats(1).await.unwrap();
    db.list_source_hours(1).await.unwrap();
    db.list_hours_of_source(1, 1).await.unwrap();
    db.count_refused_of_source(1, 1).await.unwrap();
    db.count_source(1).await.unwrap();
    db.last_activity().await.unwrap();
    db.list_activity(1, None, 50).await.unwrap();
    db.list_earlier("key", 9, 1, 100).await.unwrap();
    db.prune_undo(1).await.unwrap();
    for what in Old::ALL {
        db.has_old(what, 1).await.unwrap();
        let mut tx = db.begin(Writer::Sweeper).await.unwrap();
        tx.remove_old(what, 1, opscenter::db::Batch { rows: 64, parts: 64 }).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn change(db: &Db) {
    use AlertChange::{Acknowledge, Assign, Mute, Read, Reopen, Resolve, Unmute, Unread};
    let mut tx = db.begin(Writer::Person).await.unwrap();
    for change in [Read, Unread, Acknowledge, Resolve, Reopen, Mute, Unmute, Assign] {
        tx.change_alerts(&AlertUpdate::new(change, 1), &[1, 2, 3], 1).await.unwrap();
    }
    tx.mark_undelivered(&[1, 2], "why").await.unwrap();
    tx.mark_delivered(&[1, 2]).await.unwrap();
    tx.list_last_sent(&[1, 2]).await.unwrap();
    tx.list_unsent(&[1, 2]).await.unwrap();
    tx.cancel_alerts(&[1, 2], true, "why", 1).await.unwrap();
    tx.hold_alerts(&[1, 2], 2, "why", 1).await.unwrap();
    tx.end_alert_hold(&[1, 2], "why", 1).await.unwrap();
    tx.hand_to_fallback(1, Overdue { critical: 1, other: 1 }, 1).await.unwrap();
    tx.forget_fallback(1).await.unwrap();
    tx.expire_notifications(1, 1, "why", 1).await.unwrap();
    tx.lock_candidates(&[1, 2], 1).await.unwrap();
    let keys = ["1:a".to_owned(), "1:b".to_owned()];
    tx.lock_keys(&keys, 1).await.unwrap();
    tx.lock_subjects(&keys).await.unwrap();
    tx.mute_keys(&[1, 2], Some(1), 1).await.unwrap();
    tx.list_given_up(&[1, 2]).await.unwrap();
    tx.commit().await.unwrap();
}

/// Whether a step of a plan costs what its table holds. In the order of an index, or of ids, a limit ends it.
fn grows(step: &str, sql: &str) -> bool {
    let scanned = step.strip_prefix("SCAN ").filter(|rest| !rest.contains("USING"));
    // A delivery id has one event in each source, and sources are few.
    let are_few = sql.contains("e.delivery_id = ") || sql.contains("order by received desc");
    let is_bounded = sql.contains("order by id limit") || sql.contains("order by id desc limit");
    // An index of one column would hold what is resolved, or notices, besides: all of it would be passed over.
    let index = step.split_once("USING ").and_then(|(_, rest)| rest.split("INDEX ").nth(1)?.split(' ').next());
    let is_strange = match index.filter(|_| sql.contains("order by a.created_at desc")) {
        Some(index) if sql.contains("where a.is_notice") => index != "alerts_notices" && index.starts_with("alerts_"),
        Some(index) if sql.contains("a.state <> 'resolved'") => {
            index.starts_with("alerts_") && !index.starts_with("alerts_open")
        }
        _ => false,
    };
    is_strange
        || step.contains("TEMP B-TREE FOR ORDER BY")
            && !sql.contains("order by due")
            && !sql.contains("order by 1")
            && !are_few
        || step.contains("AUTOMATIC")
        || scanned.is_some_and(|table| LARGE.contains(&table) && !is_bounded)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_asked_often_grows_with_a_table() {
    let heard = Heard::default();
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(heard.clone())).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("o.db").display());
    let config = Cli::parse_from(["opscenter", "--database-url", &url]).config;
    let ops = Arc::new(Ops::open(config, Clock::System).await.unwrap());
    let source = NewSource { slug: "github".into(), provider: "github".into(), ..NewSource::default() };
    let admin = app::types::Actor { name: "test".into(), role: app::types::Role::Admin };
    use app::backend::Sources;
    Dashboard::new(ops.clone()).create_source(&admin, source).await.unwrap();
    heard.0.lock().unwrap().clear();

    ask_for_alerts(&ops.db).await;
    ask_for_events(&ops.db).await;
    ask_for_the_rest(&ops.db).await;
    change(&ops.db).await;

    let pool = SqlitePool::connect(&url).await.unwrap();
    let statements = heard.0.lock().unwrap().clone();
    let is_question = |sql: &&String| ["select", "update", "delete", "insert"].iter().any(|verb| sql.starts_with(verb));
    let statements: Vec<&String> = statements.iter().filter(is_question).collect();
    assert!(statements.len() > 60, "{} were heard", statements.len());
    let mut bad = Vec::new();
    for sql in statements {
        let plan =
            sqlx::raw_sql(sqlx::AssertSqlSafe(format!("explain query plan {sql}"))).fetch_all(&pool).await.unwrap();
        let steps: Vec<String> = plan.iter().map(|row| row.get::<String, _>("detail")).collect();
        if steps.iter().any(|step| grows(step, sql)) {
            bad.push(format!("{sql}\n    {}", steps.join("\n    ")));
        }
    }
    assert!(bad.is_empty(), "{} of these grow:\n{}", bad.len(), bad.join("\n\n"));
}
