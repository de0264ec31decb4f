//! Opening, repeating, resolving and changing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use app::types::{AlertChange, Before};
use sqlx::QueryBuilder;
use sqlx::types::Json;

use super::{MUTED, NewAlert, Opened};
use crate::db::bulk::{PRESENT, pieces, push_ids};
use crate::db::{Result, Tx, on};

const INSERT: &str = "insert into alerts (webhook_event_id, position, webhook_source_id, title, message, severity, \
     metadata, dedup_key, is_notice, state, episode, ended_at, occurrences, muted_until, last_seen_at, created_at, updated_at) \
     select * from (";

/// Where a worker died between two parts of a delivery, the first is there already.
const ONCE: &str = " on conflict (webhook_event_id, position) do nothing returning id, webhook_event_id, position";

impl Tx {
    /// Adds alerts; returns those that are new.
    pub async fn insert_alerts(&mut self, alerts: &[NewAlert]) -> Result<Vec<Opened>> {
        let mut opened = Vec::with_capacity(alerts.len());
        for piece in pieces(alerts) {
            opened.extend(self.insert_alert_piece(piece).await?);
        }
        Ok(opened)
    }

    async fn insert_alert_piece(&mut self, rows: impl Iterator<Item = Option<&NewAlert>>) -> Result<Vec<Opened>> {
        on!(tx self, conn => {
            let mut query = QueryBuilder::new(INSERT);
            query.push_values(rows, |mut row, a| {
                row.push_bind(a.map(|a| a.webhook_event_id)).push_bind(a.map(|a| a.position))
                    .push_bind(a.map(|a| a.webhook_source_id)).push_bind(a.map(|a| &a.title))
                    .push_bind(a.map(|a| &a.message)).push_bind(a.map(|a| a.severity.as_str()))
                    .push_bind(a.map(|a| Json(&a.metadata))).push_bind(a.and_then(|a| a.dedup_key.as_ref()))
                    .push_bind(a.map(|a| a.is_notice)).push_bind(a.map(|a| a.state.as_str()))
                    .push_bind(a.map(|a| a.episode)).push_bind(a.map(|a| a.ended_at).filter(|at| *at > 0))
                    .push_bind(a.map(|a| a.occurrences)).push_bind(a.and_then(|a| a.muted_until))
                    .push_bind(a.map(|a| a.seen_at)).push_bind(a.map(|a| a.seen_at)).push_bind(a.map(|a| a.seen_at));
            });
            query.push(PRESENT).push(ONCE);
            query.build_query_as().fetch_all(conn).await
        })
    }

    /// Changes those of these alerts that are not so already; returns how they were. They are locked in the order of their ids,
    /// so that two of these wait for each other and never in a circle.
    pub async fn change_alerts(&mut self, change: AlertChange, ids: &[i64], now: i64) -> Result<Vec<Before>> {
        let (set, unless) = assignment(change, now);
        let before = self.lock_alerts(unless, ids).await?;
        let ids: Vec<i64> = before.iter().map(|alert| alert.id).collect();
        self.set_alerts(&set, "", &ids, now).await?;
        Ok(before)
    }

    async fn lock_alerts(&mut self, unless: &str, ids: &[i64]) -> Result<Vec<Before>> {
        let lock = if matches!(self, Self::Postgres(..)) { " for update" } else { "" };
        on!(tx self, conn => {
            let mut sql = QueryBuilder::new("select id, state, is_read, muted_until from alerts where ");
            sql.push(unless).push(" and id in (");
            push_ids(&mut sql, ids.iter().map(Some));
            sql.push(") order by id").push(lock).build_query_as().persistent(false).fetch_all(conn).await
        })
    }

    async fn set_alerts(&mut self, set: &str, only: &str, ids: &[i64], now: i64) -> Result<Vec<i64>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        on!(tx self, conn => {
            let mut sql = QueryBuilder::new("update alerts set ");
            sql.push(set).push(", updated_at = ").push_bind(now).push(" where ").push(only).push("id in (");
            push_ids(&mut sql, ids.iter().map(Some));
            sql.push(") returning id").build_query_scalar().persistent(false).fetch_all(conn).await
        })
    }

    /// Takes a change back where the alert still is as the change left it, and only what the change set; returns the ids.
    pub async fn restore_alerts(&mut self, change: AlertChange, before: &[Before], now: i64) -> Result<Vec<i64>> {
        let mut alike: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for alert in before {
            alike.entry(reversal(change, alert, now)).or_default().push(alert.id);
        }
        let mut restored = Vec::new();
        for (set, ids) in alike {
            restored.extend(self.set_alerts(&set, still(change), &ids, now).await?);
        }
        restored.sort_unstable();
        Ok(restored)
    }
}

/// What gives an alert back what a change took.
fn reversal(change: AlertChange, before: &Before, now: i64) -> String {
    let Before { state, is_read, muted_until, .. } = before;
    match change {
        AlertChange::Read | AlertChange::Unread => format!("is_read = {is_read}"),
        AlertChange::Acknowledge => format!("state = '{state}', is_read = {is_read}"),
        // Its end may have been said: a new episode, as where it is opened again.
        AlertChange::Resolve => format!("state = '{state}', is_read = {is_read}, episode = episode + 1"),
        AlertChange::Reopen => format!("state = '{state}'"),
        AlertChange::Mute | AlertChange::Unmute => match muted_until.map(|until| until.min(now + MUTED)) {
            Some(until) => format!("muted_until = {until}"),
            None => "muted_until = null".to_owned(),
        },
    }
}

/// What an alert is as long as nobody changed it after the change; said, as below, so that the ids are what SQLite goes by.
const fn still(change: AlertChange) -> &'static str {
    match change {
        AlertChange::Read => "is_read and ",
        AlertChange::Unread => "not is_read and ",
        AlertChange::Acknowledge => "state <> 'open' and state <> 'resolved' and ",
        AlertChange::Resolve => {
            "state <> 'open' and state <> 'acknowledged' and not exists (select 1 from alerts other \
             where other.dedup_key = alerts.dedup_key and other.id <> alerts.id \
             and (other.state <> 'resolved' or other.id > alerts.id)) and "
        }
        AlertChange::Reopen => "state <> 'resolved' and state <> 'acknowledged' and ",
        AlertChange::Mute => "muted_until is not null and ",
        AlertChange::Unmute => "muted_until is null and ",
    }
}

/// What a change sets, and the condition under which it would change something.
fn assignment(change: AlertChange, now: i64) -> (Cow<'static, str>, &'static str) {
    let (set, unless) = match change {
        // Said so that no index of one column answers it: SQLite would take that rather than the ids.
        AlertChange::Read => ("is_read = true", "not is_read"),
        AlertChange::Unread => ("is_read = false", "is_read"),
        AlertChange::Acknowledge => {
            ("state = 'acknowledged', is_read = true", "state <> 'resolved' and state <> 'acknowledged'")
        }
        AlertChange::Resolve => {
            return (format!("state = 'resolved', is_read = true, ended_at = {now}").into(), "state <> 'resolved'");
        }
        AlertChange::Mute => return (format!("muted_until = {}", now + MUTED).into(), "state <> 'resolved'"),
        AlertChange::Unmute => ("muted_until = null", "muted_until is not null"),
        AlertChange::Reopen => (
            // A new episode: its beginning and end are said anew.
            "state = 'open', episode = episode + 1",
            // Of several with one key only the newest can be open.
            "state <> 'open' and not exists (select 1 from alerts other where other.dedup_key = alerts.dedup_key \
             and other.id <> alerts.id and (other.state <> 'resolved' or other.id > alerts.id))",
        ),
    };
    (set.into(), unless)
}
