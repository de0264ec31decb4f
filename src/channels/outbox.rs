//! What is to be said, written in the transaction of the change that it tells of.

use std::collections::{BTreeSet, HashMap, HashSet};

use app::types::{NotificationKind, Severity};

use super::{Channels, LoadedChannel};
use crate::db::{NewNotification, Result, Tx, UnsaidRow};
use crate::delivery::{LastSent, NotificationRequest, Queued, Unsaid, muted, queue};

const NOBODY_WANTS_IT: &str = "no matching channel";
const ALL_MUTED: &str = "all matching channels are muted";

/// An alert and a channel.
type Pair = (i64, i64);

/// What is known of alerts that are not new.
#[derive(Default)]
struct Known {
    told: HashMap<Pair, LastSent>,
    unsaid: HashMap<Pair, Unsaid>,
    /// Whom the beginning of the present episode was told.
    opened: HashSet<Pair>,
}

/// What a batch has to say, and of which alerts nobody is told.
#[derive(Default)]
struct Written {
    new: Vec<NewNotification>,
    /// Where a row stands in `new`: each is written once.
    at: HashMap<(Pair, NotificationKind, i64), usize>,
    undelivered: BTreeSet<(&'static str, i64)>,
}

impl Channels {
    /// Writes what is to be said to the channels that want it; returns the ids of what is due at once. The channels must have
    /// been read before the transaction.
    pub async fn write_due(&self, tx: &mut Tx, requests: &[NotificationRequest], now: i64) -> Result<Vec<i64>> {
        let channels = self.copy().await;
        // Before there is a channel nobody expects to be told.
        if requests.is_empty() || (channels.is_empty() && !tx.had_channels().await?) {
            return Ok(Vec::new());
        }
        let mut known = Known::read(tx, requests, now).await?;
        let mut written = Written::default();
        for request in requests {
            written.add(request, &channels, &mut known, now);
        }
        let ids = tx.insert_notifications(&written.new).await?;
        for reason in [NOBODY_WANTS_IT, ALL_MUTED] {
            let alerts: Vec<i64> =
                written.undelivered.iter().filter(|(why, _)| *why == reason).map(|(_, id)| *id).collect();
            tx.mark_undelivered(&alerts, reason).await?;
        }
        Ok(ids)
    }
}

impl Known {
    /// Of an alert that is new there is nothing to know.
    async fn read(tx: &mut Tx, requests: &[NotificationRequest], now: i64) -> Result<Self> {
        let old = requests.iter().filter(|request| !request.is_new).map(|request| request.alert_id);
        let alerts: Vec<i64> = old.collect::<BTreeSet<_>>().into_iter().collect();
        let mut known = Self::default();
        for row in tx.list_last_sent(&alerts).await? {
            known.told.insert((row.alert_id, row.channel_id), row.into());
        }
        for row in tx.list_unsaid(&alerts).await? {
            known.unsaid.entry((row.alert_id, row.channel_id)).or_default().add(&row, now);
        }
        known.opened.extend(tx.list_opened_to(&alerts).await?);
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
    fn add(&mut self, request: &NotificationRequest, channels: &[LoadedChannel], known: &mut Known, now: i64) {
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
            let is_known = |told: LastSent| !told.is_end || request.kind == NotificationKind::Repeated;
            heard |= ((queued.is_some() || unsaid.alarm.is_some()) && !is_muted)
                || (queued.is_none() && told.is_some_and(is_known));
            if let Some(queued) = queued {
                self.put(new(request, channel, known.opened.contains(&pair), queued, now));
            }
        }
        if !heard && is_alarm(request) {
            self.undelivered.insert((if all_muted { ALL_MUTED } else { NOBODY_WANTS_IT }, request.alert_id));
        }
    }

    /// Of two in one batch that would be the same row the later is true, and as severe as the worse.
    fn put(&mut self, row: NewNotification) {
        let key = ((row.alert_id, row.channel_id), row.kind, row.episode);
        match self.at.get(&key).and_then(|at| self.new.get_mut(*at)) {
            Some(earlier) => *earlier = NewNotification { severity: row.severity.max(earlier.severity), ..row },
            None => {
                self.at.insert(key, self.new.len());
                self.new.push(row);
            }
        }
    }
}

/// What somebody should hear of.
fn is_alarm(request: &NotificationRequest) -> bool {
    !request.is_notice && request.kind != NotificationKind::Resolved && request.severity >= Severity::Warning
}

/// `was_opened`: the beginning of the episode was told, so that what is said now is said again.
fn new(
    request: &NotificationRequest,
    channel: &LoadedChannel,
    was_opened: bool,
    queued: Queued,
    now: i64,
) -> NewNotification {
    let is_again = request.kind == NotificationKind::Opened && was_opened;
    let kind = if is_again { NotificationKind::Repeated } else { request.kind };
    NewNotification {
        alert_id: request.alert_id,
        channel_id: channel.channel.id,
        channel: channel.channel.kind,
        recipient: channel.channel.recipient.clone(),
        kind,
        // Beginning and end are said once an episode; a repeat whenever it is news.
        episode: if kind == NotificationKind::Repeated { now } else { request.episode },
        severity: request.severity,
        queued,
        now,
    }
}
