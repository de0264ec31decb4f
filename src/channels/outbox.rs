//! What is to be said, written in the transaction of the change that it tells of.

use std::collections::{BTreeSet, HashMap};

use app::types::{NotificationKind, Severity};

use super::{Channels, ReadyChannel};
use crate::db::{NewNotification, Result, Tx, UnsaidRow};
use crate::delivery::{Queued, Request, Told, Unsaid, muted, queue};

const NOBODY_WANTS_IT: &str = "no channel wants it";
const ALL_MUTED: &str = "every channel that wants it is muted";

/// An alert and a channel.
type Pair = (i64, i64);

/// What is known of alerts that are not new.
#[derive(Default)]
struct Known {
    told: HashMap<Pair, Told>,
    unsaid: HashMap<Pair, Unsaid>,
}

/// What a batch has to say, and of which alerts nobody is told.
#[derive(Default)]
struct Written {
    new: Vec<NewNotification>,
    untold: BTreeSet<(&'static str, i64)>,
}

impl Channels {
    /// Writes what is to be said to the channels that want it; returns the ids of what is due at once. The channels must have
    /// been read before the transaction.
    pub async fn write_due(&self, tx: &mut Tx, requests: &[Request], now: i64) -> Result<Vec<i64>> {
        let channels = self.copy().await;
        if requests.is_empty() || channels.is_empty() {
            return Ok(Vec::new());
        }
        let mut known = Known::read(tx, requests, now).await?;
        let mut written = Written::default();
        for request in requests {
            written.add(request, &channels, &mut known, now);
        }
        let ids = tx.insert_notifications(&written.new).await?;
        for reason in [NOBODY_WANTS_IT, ALL_MUTED] {
            let alerts: Vec<i64> = written.untold.iter().filter(|(why, _)| *why == reason).map(|(_, id)| *id).collect();
            tx.mark_untold(&alerts, reason).await?;
        }
        Ok(ids)
    }
}

impl Known {
    /// Of an alert that is new there is nothing to know.
    async fn read(tx: &mut Tx, requests: &[Request], now: i64) -> Result<Self> {
        let is_old = |request: &&Request| request.kind != NotificationKind::Opened || request.episode > 0;
        let alerts: BTreeSet<i64> = requests.iter().filter(is_old).map(|request| request.alert_id).collect();
        let alerts: Vec<i64> = alerts.into_iter().collect();
        let mut known = Self::default();
        for row in tx.list_told(&alerts).await? {
            let told = Told { severity: row.severity, alarmed_at: row.told_at, is_end: row.is_end };
            known.told.insert((row.alert_id, row.channel_id), told);
        }
        for row in tx.list_unsaid(&alerts).await? {
            known.unsaid.entry((row.alert_id, row.channel_id)).or_default().add(&row, now);
        }
        Ok(known)
    }
}

impl Unsaid {
    fn add(&mut self, row: &UnsaidRow, now: i64) {
        if row.kind == NotificationKind::Resolved.as_str() {
            return;
        }
        if row.lease_until.is_some_and(|until| until > now) {
            self.in_flight = true;
        }
        self.alarm = self.alarm.max(Some(row.severity));
    }
}

impl Written {
    fn add(&mut self, request: &Request, channels: &[ReadyChannel], known: &mut Known, now: i64) {
        let (mut heard, mut all_muted) = (false, false);
        for channel in channels {
            let pair = (request.alert_id, channel.channel.id);
            let wishes = channel.wishes();
            let (told, unsaid) = (known.told.get(&pair).copied(), known.unsaid.entry(pair).or_default());
            let queued = queue(request, &wishes, told, *unsaid, now);
            let is_waiting = matches!(queued, Some(Queued::Pending | Queued::Held { .. }));
            if is_waiting && request.kind != NotificationKind::Resolved {
                unsaid.alarm = unsaid.alarm.max(Some(request.severity));
            }
            let is_muted = queued.is_some() && muted(wishes.muted_until, now).is_some();
            all_muted |= is_muted;
            // That it fires on after a person resolved it is no news to who was told.
            let is_known = |told: crate::delivery::Told| !told.is_end || request.kind == NotificationKind::Repeated;
            heard |= ((queued.is_some() || unsaid.alarm.is_some()) && !is_muted) || told.is_some_and(is_known);
            self.new.extend(queued.map(|queued| new(request, channel, queued, now)));
        }
        if !heard && is_alarm(request) {
            self.untold.insert((if all_muted { ALL_MUTED } else { NOBODY_WANTS_IT }, request.alert_id));
        }
    }
}

/// What somebody should hear of.
fn is_alarm(request: &Request) -> bool {
    !request.is_notice && request.kind != NotificationKind::Resolved && request.severity >= Severity::Warning
}

fn new(request: &Request, channel: &ReadyChannel, queued: Queued, now: i64) -> NewNotification {
    NewNotification {
        alert_id: request.alert_id,
        channel_id: channel.channel.id,
        channel: channel.channel.kind,
        recipient: channel.channel.recipient.clone(),
        kind: request.kind,
        // Beginning and end are said once an episode; a repeat whenever it is news.
        episode: if request.kind == NotificationKind::Repeated { now } else { request.episode },
        severity: request.severity,
        queued,
        now,
    }
}
