//! Claims rows: in one transaction the delivery gate decides on them again, and those to send are leased.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use app::types::time::SECOND;
use app::types::{NotificationKind, Severity};

use crate::channels::LoadedChannel;
use crate::db::{Candidate, Result, Tx, Writer};
use crate::delivery::{self, ALREADY_SENT, Decision, FIRED_AGAIN, LastSent, Now, Row};
use crate::ops::Ops;

/// Duration of a lease in milliseconds; longer than `notify::DEADLINE`, which bounds the sending.
const LEASE: i64 = 60 * SECOND;

/// How long a row is postponed while another one of its alert and channel is in flight, in milliseconds.
const BEHIND: i64 = 5 * SECOND;

/// A claimed row.
#[derive(Clone, Debug)]
pub struct Ours {
    /// The row, with the state of its alert at the claim.
    pub row: Candidate,
    /// An alarm whose alert was resolved meanwhile: the message reports both.
    pub is_over: bool,
}

/// The rows of one message, leased to this sender.
#[derive(Debug)]
pub struct Claim {
    /// Empty if none may be sent.
    pub rows: Vec<Ours>,
    /// End of the lease, Unix milliseconds. Also its fencing token: an outcome is recorded only while the row has this value.
    pub lease_until: i64,
}

impl Claim {
    /// Ids of the rows.
    pub fn ids(&self) -> Vec<i64> {
        self.rows.iter().map(|ours| ours.row.id).collect()
    }

    /// Ids of their alerts, ascending, each once.
    pub fn alerts(&self) -> Vec<i64> {
        let mut alerts: Vec<i64> = self.rows.iter().map(|ours| ours.row.alert_id).collect();
        alerts.sort_unstable();
        alerts.dedup();
        alerts
    }
}

/// Row ids, unless stated otherwise, by decision.
#[derive(Default)]
struct Decided {
    send: Vec<Ours>,
    /// By the end of the hold and its reason.
    held: BTreeMap<(i64, &'static str), Vec<i64>>,
    /// Their alert has another row in flight on this channel.
    waiting: Vec<i64>,
    /// By reason.
    cancelled: BTreeMap<&'static str, Vec<i64>>,
    /// Alerts, not rows, that may remain undelivered, by reason.
    unsent: BTreeMap<&'static str, Vec<i64>>,
}

/// Leases those of these rows that no sender holds and that may still be sent; holds, cancels or postpones the others.
pub async fn claim(ops: &Ops, channel: &LoadedChannel, ids: &[i64]) -> Result<Claim> {
    let now = ops.now();
    let lease_until = now + LEASE;
    let mut tx = ops.db.begin(Writer::Person).await?;
    let decided = ask_gate(&mut tx, channel, ids, true, now).await?;
    let claim = Claim { rows: decided.send, lease_until };
    tx.lease_notifications(&claim.ids(), now, lease_until).await?;
    tx.commit().await?;
    Ok(claim)
}

/// Holds and cancels those of these rows that may not be sent, without claiming any; returns the number of held and cancelled
/// rows.
pub async fn clear(ops: &Ops, channel: &LoadedChannel, ids: &[i64]) -> Result<usize> {
    let mut tx = ops.db.begin(Writer::Person).await?;
    let decided = ask_gate(&mut tx, channel, ids, false, ops.now()).await?;
    tx.commit().await?;
    Ok(decided.held.values().chain(decided.cancelled.values()).map(Vec::len).sum())
}

/// Decides on rows that no sender holds, and writes those that are held, cancelled or postponed. With `is_sending` the others
/// are going to be sent.
async fn ask_gate(tx: &mut Tx, channel: &LoadedChannel, ids: &[i64], is_sending: bool, now: i64) -> Result<Decided> {
    tx.lock_alerts_of(ids).await?;
    let rows = tx.lock_candidates(ids, now).await?;
    let last_sent = last_sent(tx, channel.channel.id, &rows).await?;
    let in_flight = in_flight(tx, channel.channel.id, &rows, now).await?;
    let decided = decide(channel, rows, (last_sent, in_flight), is_sending, now);
    for ((until, reason), ids) in &decided.held {
        tx.hold_notifications(ids, *until, reason, now).await?;
    }
    for (reason, ids) in &decided.cancelled {
        tx.cancel_notifications(ids, reason, now).await?;
    }
    for (reason, alerts) in &decided.unsent {
        tx.mark_undelivered(alerts, reason).await?;
    }
    tx.postpone_notifications(&decided.waiting, now + BEHIND).await?;
    Ok(decided)
}

/// What the channel was last sent, by alert.
async fn last_sent(tx: &mut Tx, channel: i64, rows: &[Candidate]) -> Result<HashMap<i64, LastSent>> {
    let mut alerts: Vec<i64> = rows.iter().map(|row| row.alert_id).collect();
    alerts.sort_unstable();
    alerts.dedup();
    let rows = tx.list_last_sent(&alerts).await?.into_iter().filter(|row| row.channel_id == channel);
    Ok(rows.map(|row| (row.alert_id, row.into())).collect())
}

/// Alerts with a leased row of this channel. Their other rows wait for its outcome, so that messages stay in order.
async fn in_flight(tx: &mut Tx, channel: i64, rows: &[Candidate], now: i64) -> Result<HashSet<i64>> {
    let alerts: Vec<i64> = rows.iter().map(|row| row.alert_id).collect::<BTreeSet<_>>().into_iter().collect();
    let leased = |row: &crate::db::UnsentRow| row.channel_id == channel && row.lease_until.is_some_and(|at| at > now);
    Ok(tx.list_unsent(&alerts).await?.into_iter().filter(leased).map(|row| row.alert_id).collect())
}

/// Decides in the order of the rows. With `is_sending`, a row counts as sent for the decision on the next one of the same
/// alert.
fn decide(
    channel: &LoadedChannel,
    rows: Vec<Candidate>,
    (mut last_sent, in_flight): (HashMap<i64, LastSent>, HashSet<i64>),
    is_sending: bool,
    now: i64,
) -> Decided {
    let (filter, mut decided) = (channel.filter(), Decided::default());
    let (behind, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| in_flight.contains(&row.alert_id));
    decided.waiting.extend(behind.iter().map(|row| row.id));
    for row in rows {
        let alert = Now { state: row.state, severity: row.severity, muted_until: row.muted_until };
        let queued = Row { kind: row.kind, created_at: row.created_at, was_held: row.ended_while_held() };
        match delivery::claim(queued, &filter, alert, last_sent.get(&row.alert_id).copied(), now) {
            Decision::Send { is_over } => {
                if is_sending {
                    last_sent.insert(
                        row.alert_id,
                        after(row.kind, row.severity, is_over, last_sent.get(&row.alert_id), now),
                    );
                }
                decided.send.push(Ours { row, is_over });
            }
            Decision::Hold { until, reason } => {
                decided.held.entry((until, reason)).or_default().push(row.id);
                decided.unsent.entry(reason).or_default().push(row.alert_id);
            }
            Decision::Cancel(reason) => {
                decided.cancelled.entry(reason).or_default().push(row.id);
                if !matches!(reason, ALREADY_SENT | FIRED_AGAIN) {
                    decided.unsent.entry(reason).or_default().push(row.alert_id);
                }
            }
        }
    }
    decided
}

/// What the channel was last sent, once this row is sent.
fn after(kind: NotificationKind, severity: Severity, is_over: bool, before: Option<&LastSent>, now: i64) -> LastSent {
    match (kind, before) {
        (NotificationKind::Resolved, Some(before)) => LastSent { is_end: true, sent_at: now, ..*before },
        _ => LastSent { severity, alarmed_at: now, sent_at: now, is_end: is_over },
    }
}
