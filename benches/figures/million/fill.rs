//! Fills the database with SQL: thirty days of three sources, and far more open alerts than is realistic.

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

const EVENTS: i64 = 1_000_000;
const ALERTS: i64 = 1_200_000;
const STEPS: i64 = 10_000_000;
const FAILED: i64 = 200_000;
const DAYS_30: i64 = 30 * 86_400_000;

/// SQL for the integers from 1 to `count`.
const POSTGRES_NUMBERS: &str = "(select i from generate_series(cast(1 as bigint), {count}) i) n";
const SQLITE_NUMBERS: &str =
    "(with recursive r(i) as (select 1 union all select i + 1 from r where i < {count}) select i from r) n";

/// Numbers of rows, as printed with the figures.
pub const FILLED: &str =
    "1,000,000 events, 1,200,000 alerts of which 1,000,000 are open, 10,000,000 steps, 200,000 failed messages";

/// Payloads of about 1 KB; one event in 500 failed.
const FILL_EVENTS: &str = "insert into webhook_events (webhook_source_id, request_id, event_type, delivery_id, payload, \
     content_type, headers, ip_address, status, attempts, due_at, processed_at, created_at, updated_at) \
     select 1 + i % 3, 'request-' || i, case i % 4 when 0 then 'push' when 1 then 'issues.opened' when 2 then \
     'charge.failed' else 'deploy' end, 'delivery ' || i, {bytes}, 'application/json', '{}', '192.0.2.1', \
     case when i % 500 = 0 then 'failed' else 'processed' end, 1, at, at + 4, at, at + 4 \
     from (select i, {first} + i * {step} as at from {numbers}) rows";

/// Five of six are open, one of twelve acknowledged; some events have two alerts.
const FILL_ALERTS: &str = "insert into alerts (webhook_event_id, position, webhook_source_id, title, message, severity, \
     metadata, is_read, state, occurrences, last_seen_at, created_at, updated_at) \
     select 1 + i % {events}, i / {events}, 1 + i % 3, 'Alert number ' || i || ' of checkout', 'The deployment of checkout \
     did not answer within ' || i % 60 || ' seconds.', case when i % 100 = 0 then 'critical' when i % 10 = 0 then 'error' \
     when i % 3 = 0 then 'warning' else 'info' end, '{\"repository\":\"shop/checkout\"}', i % 10 <> 0, \
     case when i % 12 = 0 then 'acknowledged' when i % 12 = 1 then 'resolved' else 'open' end, 1, at, at, at \
     from (select i, {first} + i * {days} / {count} as at from {numbers}) rows";

const FILL_ACTIVITY: &str = "insert into alert_activity (alert_id, webhook_event_id, kind, actor, detail, created_at) \
     select 1 + i % {alerts}, 1 + i % {events}, case when i <= {alerts} then 'opened' else 'repeated' end, 'system', '{}', \
     {first} + i * {days} / {count} from {numbers}";

/// A channel that is inactive, so that 200,000 alerts are undelivered.
const FILL_CHANNEL: &str = "insert into channels (name, kind, recipient, key_ref, settings, is_active, created_at, updated_at) \
     values ('Gone', 'email', 'gone@example.com', 'gone', '{}', false, {first}, {first})";
const FILL_FAILED: &str = "insert into notification_logs (alert_id, channel_id, channel, recipient, kind, severity, status, \
     attempts, due_at, error_message, created_at, updated_at) select i * 6, (select max(id) from channels), 'email', \
     'gone@example.com', 'opened', 'warning', 'failed', 3, at, 'no answer within 30 s', at, at \
     from (select i, {first} + i * {days} / {count} as at from {numbers}) rows";
const FLAG_UNTOLD: &str = "update alerts set is_untold = true where id % 6 = 0 and id <= 6 * {count}";

const FILL_STATS: &str = "insert into stats_minute (minute, webhook_source_id, received, failed, info, took_ms, \
     took_count) select created_at / 60000 * 60000, webhook_source_id, count(*), 0, count(*), 4 * count(*), count(*) \
     from webhook_events group by 1, 2";

const SQLITE_TEXT: [&str; 2] = [
    "insert into alerts_text (rowid, words) select id, lower(title || ' ' || message) from alerts",
    "insert into events_text (rowid, words) select id, event_type || ' ' || delivery_id || ' checkout' from webhook_events",
];
const POSTGRES_TEXT: [&str; 2] = [
    "insert into alerts_text (rowid, words) select id, to_tsvector('simple', title || ' ' || message) from alerts",
    "insert into events_text (rowid, words) select id, to_tsvector('simple', event_type || ' ' || delivery_id || ' checkout') \
     from webhook_events",
];

/// Fills the database while the server is running.
pub async fn fill(url: &str) -> Duration {
    let started = Instant::now();
    let postgres = url.starts_with("postgres");
    let now = opscenter::clock::Clock::System.now();
    let put = |sql: &str, count: i64| {
        let (numbers, bytes) = if postgres {
            (POSTGRES_NUMBERS, "cast(repeat('{\"a\":\"value\"}', 70) as bytea)")
        } else {
            (SQLITE_NUMBERS, "cast(replace(hex(zeroblob(35)), '00', '{\"a\":\"value\"}{\"a\":\"value\"}') as blob)")
        };
        sql.replace("{numbers}", numbers)
            .replace("{bytes}", bytes)
            .replace("{count}", &count.to_string())
            .replace("{first}", &(now - DAYS_30).to_string())
            .replace("{step}", &(DAYS_30 / EVENTS).to_string())
            .replace("{days}", &DAYS_30.to_string())
            .replace("{events}", &EVENTS.to_string())
            .replace("{alerts}", &ALERTS.to_string())
    };
    let mut steps =
        vec![put(FILL_EVENTS, EVENTS), put(FILL_ALERTS, ALERTS), put(FILL_ACTIVITY, STEPS), FILL_STATS.into()];
    steps.extend([put(FILL_CHANNEL, 1), put(FILL_FAILED, FAILED), put(FLAG_UNTOLD, FAILED)]);
    steps.extend(if postgres { POSTGRES_TEXT } else { SQLITE_TEXT }.map(str::to_owned));
    // Autovacuum would do the same; on SQLite we keep no planner statistics.
    steps.extend(postgres.then(|| "vacuum analyze".to_owned()));
    for step in steps {
        run(url, step).await;
    }
    started.elapsed()
}

/// The number of events.
pub async fn count_events(url: &str) -> i64 {
    const SQL: &str = "select count(*) from webhook_events";
    if url.starts_with("postgres") {
        sqlx::query_scalar(SQL).fetch_one(&mut PgConnection::connect(url).await.unwrap()).await.unwrap()
    } else {
        sqlx::query_scalar(SQL).fetch_one(&mut SqliteConnection::connect(url).await.unwrap()).await.unwrap()
    }
}

async fn run(url: &str, sql: String) {
    if url.starts_with("postgres") {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    } else {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    }
}
