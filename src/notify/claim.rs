//! Taking rows: the delivery gate is asked once more, in the transaction in which they are taken.

use std::collections::{BTreeMap, HashMap, HashSet};

use app::types::time::SECOND;
use app::types::{NotificationKind, Severity};

use crate::channels::ReadyChannel;
use crate::db::{Candidate, Result, Tx, Writer};
use crate::delivery::{self, Decision, Now, TOLD_ALREADY, Told};
use crate::ops::Ops;

/// How long a claim holds, in milliseconds: longer than any message may take.
const LEASE: i64 = 60 * SECOND;

/// A row that is ours to send.
#[derive(Clone, Debug)]
pub struct Ours {
    pub row: Candidate,
    /// Its alert is over by now: one message says both.
    pub is_over: bool,
}

/// Rows that are ours to send, until the lease ends.
#[derive(Debug)]
pub struct Claim {
    pub rows: Vec<Ours>,
    /// The end of the lease: what is written of an attempt counts only while the row still says so.
    pub lease_until: i64,
}

impl Claim {
    pub fn ids(&self) -> Vec<i64> {
        self.rows.iter().map(|ours| ours.row.id).collect()
    }

    pub fn alerts(&self) -> Vec<i64> {
        let mut alerts: Vec<i64> = self.rows.iter().map(|ours| ours.row.alert_id).collect();
        alerts.sort_unstable();
        alerts.dedup();
        alerts
    }
}

/// What is decided of a batch.
#[derive(Default)]
struct Decided {
    send: Vec<Ours>,
    held: BTreeMap<(i64, &'static str), Vec<i64>>,
    cancelled: BTreeMap<&'static str, Vec<i64>>,
    /// The alerts of what is not said.
    unsaid: BTreeMap<&'static str, Vec<i64>>,
}

/// Claims of these rows those that nobody else holds and that may still go.
pub async fn claim(ops: &Ops, channel: &ReadyChannel, ids: &[i64]) -> Result<Claim> {
    let now = ops.now();
    let lease_until = now + LEASE;
    let mut tx = ops.db.begin(Writer::Person).await?;
    tx.lock_alerts_of(ids).await?;
    let rows = tx.lock_candidates(ids, now).await?;
    let told = told(&mut tx, channel.channel.id, &rows).await?;
    let in_flight = in_flight(&mut tx, channel.channel.id, &rows, now).await?;
    let decided = decide(channel, rows, (told, in_flight), now);
    for ((until, reason), ids) in &decided.held {
        tx.hold_notifications(ids, *until, reason, now).await?;
    }
    for (reason, ids) in &decided.cancelled {
        tx.cancel_notifications(ids, reason, now).await?;
    }
    for (reason, alerts) in &decided.unsaid {
        tx.mark_untold(alerts, reason).await?;
    }
    let claim = Claim { rows: decided.send, lease_until };
    tx.lease_notifications(&claim.ids(), now, lease_until).await?;
    tx.commit().await?;
    Ok(claim)
}

async fn told(tx: &mut Tx, channel: i64, rows: &[Candidate]) -> Result<HashMap<i64, Told>> {
    let mut alerts: Vec<i64> = rows.iter().map(|row| row.alert_id).collect();
    alerts.sort_unstable();
    alerts.dedup();
    let rows = tx.list_told(&alerts).await?.into_iter().filter(|row| row.channel_id == channel);
    let of = |row: crate::db::ToldRow| Told { severity: row.severity, alarmed_at: row.told_at, is_end: row.is_end };
    Ok(rows.map(|row| (row.alert_id, of(row))).collect())
}

/// Alerts of which another sender is telling the beginning: their end waits for it.
async fn in_flight(tx: &mut Tx, channel: i64, rows: &[Candidate], now: i64) -> Result<HashSet<i64>> {
    let is_end = |row: &&Candidate| row.kind == NotificationKind::Resolved;
    let ends: Vec<i64> = rows.iter().filter(is_end).map(|row| row.alert_id).collect();
    let unsaid = tx.list_unsaid(&ends).await?;
    let leased =
        unsaid.into_iter().filter(|row| row.channel_id == channel && row.lease_until.is_some_and(|at| at > now));
    Ok(leased.map(|row| row.alert_id).collect())
}

/// In the order of the rows: of several of one alert the first that goes is counted as told when the next is looked at.
fn decide(
    channel: &ReadyChannel,
    rows: Vec<Candidate>,
    (mut told, in_flight): (HashMap<i64, Told>, HashSet<i64>),
    now: i64,
) -> Decided {
    let (wishes, mut decided) = (channel.wishes(), Decided::default());
    let waits = |row: &Candidate| row.kind == NotificationKind::Resolved && in_flight.contains(&row.alert_id);
    for row in rows.into_iter().filter(|row| !waits(row)) {
        let alert = Now { state: row.state, severity: row.severity, muted_until: row.muted_until };
        let was_held = row.ended_while_held();
        match delivery::claim(row.kind, &wishes, alert, told.get(&row.alert_id).copied(), was_held, now) {
            Decision::Send { is_over } => {
                told.insert(row.alert_id, after(row.kind, row.severity, is_over, told.get(&row.alert_id), now));
                decided.send.push(Ours { row, is_over });
            }
            Decision::Hold { until, reason } => {
                decided.held.entry((until, reason)).or_default().push(row.id);
                decided.unsaid.entry(reason).or_default().push(row.alert_id);
            }
            Decision::Cancel(reason) => {
                decided.cancelled.entry(reason).or_default().push(row.id);
                if reason != TOLD_ALREADY {
                    decided.unsaid.entry(reason).or_default().push(row.alert_id);
                }
            }
        }
    }
    decided
}

fn after(kind: NotificationKind, severity: Severity, is_over: bool, before: Option<&Told>, now: i64) -> Told {
    match (kind, before) {
        (NotificationKind::Resolved, Some(before)) => Told { is_end: true, ..*before },
        _ => Told { severity, alarmed_at: now, is_end: is_over },
    }
}
