//! Inserting alerts, and the changes that people make: read, acknowledge, resolve, reopen, mute, and undoing these.

use std::borrow::Cow;
use std::collections::BTreeMap;

use app::types::AlertChange;
use sqlx::QueryBuilder;
use sqlx::types::Json;

use super::{AlertUpdate, NewAlert, Opened};
use crate::db::bulk::{PRESENT, pieces, push_ids};
use crate::db::{Before, Result, Tx, on};

const INSERT: &str = "insert into alerts (webhook_event_id, position, webhook_source_id, title, message, severity, \
     metadata, dedup_key, is_notice, state, episode, ended_at, occurrences, muted_until, last_seen_at, created_at, updated_at) \
     select * from (";

/// After a worker crashed between two parts of a large delivery, the alerts of the first part exist already.
const ONCE: &str = " on conflict (webhook_event_id, position) do nothing returning id, webhook_event_id, position";

impl Tx {
    /// Inserts alerts and returns the new rows. Alerts with the same event and position as an existing one are skipped.
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

    /// Applies a change to those of these alerts that it would alter; returns their previous state. Rows are locked in
    /// ascending order of ids, so that concurrent changes cannot deadlock.
    pub async fn change_alerts(&mut self, update: &AlertUpdate, ids: &[i64], now: i64) -> Result<Vec<Before>> {
        let Some((set, unless)) = assignment(update, now) else {
            return self.assign_alerts(update.assignee.as_deref(), ids, now).await;
        };
        let before = self.lock_alerts(unless, ids).await?;
        let ids: Vec<i64> = before.iter().map(|alert| alert.id).collect();
        self.set_alerts(&set, "", &ids, now).await?;
        Ok(before)
    }

    pub(super) async fn lock_alerts(&mut self, unless: &str, ids: &[i64]) -> Result<Vec<Before>> {
        let lock = if matches!(self, Self::Postgres(..)) { " for update" } else { "" };
        on!(tx self, conn => {
            let mut sql = QueryBuilder::new("select id, state, is_read, muted_until, assignee from alerts where ");
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

    /// Undoes a change on alerts that are still as the change left them, and restores only the columns it set. Returns
    /// the ids of the restored alerts, ascending.
    pub async fn restore_alerts(&mut self, update: &AlertUpdate, before: &[Before], now: i64) -> Result<Vec<i64>> {
        let change = update.change;
        if change == AlertChange::Assign {
            return self.restore_assignees(update.assignee.as_deref(), before, now).await;
        }
        let mut alike: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for alert in before {
            alike.entry(reversal(change, alert)).or_default().push(alert.id);
        }
        let mut restored = Vec::new();
        for (set, ids) in alike {
            restored.extend(self.set_alerts(&set, still(change), &ids, now).await?);
        }
        restored.sort_unstable();
        Ok(restored)
    }
}

/// The `set` clause that restores what a change overwrote.
fn reversal(change: AlertChange, before: &Before) -> String {
    let Before { state, is_read, muted_until, .. } = before;
    match change {
        AlertChange::Read | AlertChange::Unread => format!("is_read = {is_read}"),
        AlertChange::Acknowledge => format!("state = '{state}', is_read = {is_read}"),
        // Its end may have been notified: a new episode, as after a reopen.
        AlertChange::Resolve => format!("state = '{state}', is_read = {is_read}, episode = episode + 1"),
        AlertChange::Reopen => format!("state = '{state}'"),
        AlertChange::Mute | AlertChange::Unmute => match muted_until {
            Some(until) => format!("muted_until = {until}"),
            None => "muted_until = null".to_owned(),
        },
        AlertChange::Assign => String::new(),
    }
}

/// The condition that holds until the alert is changed again. Written without equalities, like [`assignment`], so that SQLite
/// looks rows up by id.
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
        AlertChange::Assign => "",
    }
}

/// The `set` clause of a change, and the condition under which it alters anything. `None` for [`AlertChange::Assign`], whose
/// value is bound.
fn assignment(update: &AlertUpdate, now: i64) -> Option<(Cow<'static, str>, &'static str)> {
    let (set, unless) = match update.change {
        // Not an equality: SQLite would use the index of that column rather than the ids.
        AlertChange::Read => ("is_read = true", "not is_read"),
        AlertChange::Unread => ("is_read = false", "is_read"),
        AlertChange::Acknowledge => {
            ("state = 'acknowledged', is_read = true", "state <> 'resolved' and state <> 'acknowledged'")
        }
        AlertChange::Resolve => {
            let set = format!("state = 'resolved', is_read = true, ended_at = {now}");
            return Some((set.into(), "state <> 'resolved'"));
        }
        AlertChange::Mute => {
            let set = format!("muted_until = {}", update.muted_until(now));
            return Some((set.into(), "state <> 'resolved'"));
        }
        AlertChange::Unmute => ("muted_until = null", "muted_until is not null"),
        AlertChange::Assign => return None,
        AlertChange::Reopen => (
            // A new episode, whose opening and end are notified again.
            "state = 'open', episode = episode + 1",
            // Of several alerts with the same key only the newest can be open (unique index `alerts_open_key`).
            "state <> 'open' and not exists (select 1 from alerts other where other.dedup_key = alerts.dedup_key \
             and other.id <> alerts.id and (other.state <> 'resolved' or other.id > alerts.id))",
        ),
    };
    Some((set.into(), unless))
}
