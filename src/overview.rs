//! Figures of the Overview (tiles, chart, sources and health), read from rollups and heartbeats.

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::types::number::capped;
use app::types::{Check, CheckStatus, Checks, Health, Hour, Numbers, Stats, time};

use crate::ops::Ops;

/// A node without a heartbeat for this long counts as gone; in milliseconds.
const GONE: i64 = 15_000;

/// Queue delays above which the queue counts as degraded and as down, in milliseconds.
const SLOW_QUEUE: i64 = 10_000;
const DOWN_QUEUE: i64 = 60_000;

/// Round trip above which a service counts as degraded, in milliseconds.
const SLOW_TRIP: f64 = 250.0;

/// Maximum age of the figures that a page shows.
const RECENT: Duration = Duration::from_secs(1);

/// Stats and health, at most one second old.
pub async fn numbers(ops: &Ops) -> crate::db::Result<Arc<Numbers>> {
    ops.numbers.within(RECENT, Box::pin(read(ops)), || sqlx::Error::PoolTimedOut).await
}

/// The same, read no earlier than `moment`.
pub async fn numbers_after(ops: &Ops, moment: Instant) -> crate::db::Result<Arc<Numbers>> {
    ops.numbers.within(moment.elapsed().min(RECENT), Box::pin(read(ops)), || sqlx::Error::PoolTimedOut).await
}

async fn read(ops: &Ops) -> crate::db::Result<Numbers> {
    let (stats, checks) = tokio::join!(stats(ops), checks(ops));
    let stats = stats?;
    Ok(Numbers { health: summary(ops, checks, stats.untold), stats })
}

/// The stats of the current UTC day and of the last 24 hours.
pub async fn stats(ops: &Ops) -> crate::db::Result<Stats> {
    let now = ops.now();
    let first = now.div_euclid(time::HOUR) * time::HOUR - 23 * time::HOUR;
    let (day, before, today, unresolved, untold, untold_reasons, hours, sources) = tokio::try_join!(
        ops.db.sum_stats(now - time::DAY, now + 1),
        ops.db.sum_stats(now - 2 * time::DAY, now - time::DAY),
        ops.db.sum_stats(time::day_start(now, 0), now + 1),
        ops.db.count_unresolved(),
        ops.db.count_undelivered(),
        ops.db.list_undelivered_reasons(),
        ops.db.list_hours(first),
        ops.db.list_source_stats(now - time::DAY),
    )?;
    let [_, warning, error, critical] = unresolved.by_severity;
    Ok(Stats {
        events_today: today.received,
        critical_24h: day.critical,
        avg_processing_ms: (day.took_count > 0).then(|| day.took_ms as f64 / day.took_count as f64),
        failed_24h: day.failed,
        events_before_24h: before.received,
        events_24h: day.received,
        critical_open: critical,
        warning_open: warning + error,
        unread: unresolved.unread,
        open: unresolved.by_severity,
        untold,
        untold_reasons,
        hours: all_hours(first, hours),
        sources,
    })
}

/// 24 hours from `first` on, with zeros where nothing happened.
fn all_hours(first: i64, rows: Vec<Hour>) -> Vec<Hour> {
    let hour = |at| rows.iter().find(|row| row.at == at).cloned().unwrap_or(Hour { at, ..Hour::default() });
    (0..24).map(|i| hour(first + i * time::HOUR)).collect()
}

/// After a failed write the database counts as down for this long, unless it has stored a delivery since.
const SINCE_FAILURE: Duration = Duration::from_secs(15);

/// Runs every check; a check that fails to run counts as down.
pub async fn health(ops: &Ops) -> Health {
    let (checks, untold) = tokio::join!(checks(ops), ops.db.count_undelivered());
    summary(ops, checks, untold.unwrap_or_default())
}

async fn checks(ops: &Ops) -> Checks {
    let (database, bus, queue, websocket, notifications) =
        tokio::join!(database(ops), bus(ops), queue(ops), websocket(ops), notifications(ops));
    Checks { database, bus, queue, websocket, notifications }
}

fn summary(ops: &Ops, checks: Checks, untold: i64) -> Health {
    Health {
        status: checks.worst().map_or(CheckStatus::Down, |(_, check)| check.status),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime_ms: ops.now() - ops.started_at,
        untold,
        checks,
    }
}

async fn database(ops: &Ops) -> Check {
    if let Some(why) = ops.db.availability().failing(SINCE_FAILURE) {
        return down(clean(&why));
    }
    let started = Instant::now();
    match ops.db.version().await {
        Ok(version) => round_trip(started.elapsed().as_secs_f64() * 1000.0, version),
        Err(error) => down(clean(&error.to_string())),
    }
}

async fn bus(ops: &Ops) -> Check {
    match ops.bus.ping().await {
        None => Check { status: CheckStatus::Operational, latency_ms: None, detail: "In process".to_owned() },
        Some(Ok(latency)) => round_trip(latency, "Redis".to_owned()),
        Some(Err(error)) => Check { status: CheckStatus::Down, latency_ms: None, detail: clean(&error) },
    }
}

/// Down if heartbeats are missing or work items wait too long; never because no events come in.
async fn queue(ops: &Ops) -> Check {
    let now = ops.now();
    let (workers, backlog) = match (ops.db.find_workers(now - GONE).await, ops.db.backlog(now).await) {
        (Ok(workers), Ok(backlog)) => (workers, backlog),
        (Err(error), _) | (_, Err(error)) => return down(clean(&error.to_string())),
    };
    if workers.count == 0 {
        return down("No worker heartbeat for 15 s".to_owned());
    }
    let oldest = backlog.1.map_or(0, |since| now - since);
    let status = match oldest {
        DOWN_QUEUE.. => CheckStatus::Down,
        SLOW_QUEUE.. => CheckStatus::Degraded,
        _ => CheckStatus::Operational,
    };
    Check { status, latency_ms: None, detail: queue_detail(workers.last_job_at, backlog.0, oldest, now) }
}

fn queue_detail(last_job: Option<i64>, waiting: i64, oldest: i64, now: i64) -> String {
    let last = last_job.map_or("No jobs yet".to_owned(), |at| format!("Last job {}", time::ago(at, now)));
    match waiting {
        0 => format!("{last}, queue empty"),
        n => format!("{last}, {} waiting, oldest {}", capped(n), time::span(oldest)),
    }
}

async fn websocket(ops: &Ops) -> Check {
    match ops.db.count_clients(ops.now() - GONE).await {
        Ok(clients) => {
            let word = if clients == 1 { "client" } else { "clients" };
            Check { status: CheckStatus::Operational, latency_ms: None, detail: format!("{clients} {word}") }
        }
        Err(error) => down(clean(&error.to_string())),
    }
}

/// Degraded while a channel fails or an open alert is undelivered; never because there is no channel.
async fn notifications(ops: &Ops) -> Check {
    let (channels, undelivered) = match tokio::join!(ops.channels.list(), ops.db.count_undelivered()) {
        (Ok(channels), Ok(undelivered)) => (channels, undelivered),
        (Err(error), _) | (_, Err(error)) => return down(clean(&error.to_string())),
    };
    let active: Vec<_> = channels.iter().filter(|channel| channel.channel.is_active).collect();
    let failing: Vec<&str> =
        active.iter().filter(|channel| channel.is_failing()).map(|channel| channel.channel.name.as_str()).collect();
    let (status, detail) = match (failing.as_slice(), undelivered, active.len()) {
        ([], 0, 0) => (CheckStatus::Operational, "No channels".to_owned()),
        ([], 0, 1) => (CheckStatus::Operational, "1 channel".to_owned()),
        ([], 0, n) => (CheckStatus::Operational, format!("{n} channels")),
        ([], n, _) => (CheckStatus::Degraded, format!("{} undelivered", capped(n))),
        ([one], ..) => (CheckStatus::Degraded, format!("{one} is failing")),
        ([one, rest @ ..], ..) => (CheckStatus::Degraded, format!("{one} and {} more are failing", rest.len())),
    };
    Check { status, latency_ms: None, detail: clean(&detail) }
}

fn round_trip(latency: f64, detail: String) -> Check {
    let status = if latency > SLOW_TRIP { CheckStatus::Degraded } else { CheckStatus::Operational };
    Check { status, latency_ms: Some((latency * 100.0).round() / 100.0), detail }
}

const fn down(detail: String) -> Check {
    Check { status: CheckStatus::Down, latency_ms: None, detail }
}

fn clean(text: &str) -> String {
    crate::provider::clean_line(text, 200)
}
