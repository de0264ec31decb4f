//! The outbox: notifications are written in the transaction of the change that they report, so that neither exists without
//! the other (transactional outbox). [`crate::notify`] sends them.

mod known;

use std::collections::{BTreeSet, HashMap};

use app::types::{NotificationKind, Severity};

use crate::channels::LoadedChannel;
use crate::db::{NewNotification, Result, Tx};
use crate::delivery::{LastSent, NotificationRequest, Queued, muted, queue};
use known::{Known, Pair};

const NO_CHANNEL: &str = "no matching channel";
const ALL_MUTED: &str = "all matching channels are muted";

/// The rows of a batch, and the alerts that no channel is notified of, with the reason.
#[derive(Default)]
struct Rows {
    new: Vec<NewNotification>,
    /// Index in `new`, since the batch may hold the same notification twice.
    at: HashMap<(Pair, NotificationKind, i64), usize>,
    undelivered: BTreeSet<(&'static str, i64)>,
}

/// Queues notifications for every channel whose filter accepts them; returns the ids of those due at once. `channels` must
/// have been loaded before the transaction.
pub async fn write(
    tx: &mut Tx,
    channels: &[LoadedChannel],
    requests: &[NotificationRequest],
    now: i64,
) -> Result<Vec<i64>> {
    // Until the first channel is set up, nobody expects notifications.
    if requests.is_empty() || (channels.is_empty() && !tx.had_channels().await?) {
        return Ok(Vec::new());
    }
    let mut known = Known::read(tx, requests, now).await?;
    let mut rows = Rows::default();
    for request in requests {
        rows.add(request, channels, &mut known, now);
    }
    let ids = tx.insert_notifications(&rows.new).await?;
    for reason in [NO_CHANNEL, ALL_MUTED] {
        let alerts: Vec<i64> = rows.undelivered.iter().filter(|(why, _)| *why == reason).map(|(_, id)| *id).collect();
        tx.mark_undelivered(&alerts, reason).await?;
    }
    Ok(ids)
}

impl Rows {
    fn add(&mut self, request: &NotificationRequest, channels: &[LoadedChannel], known: &mut Known, now: i64) {
        let (mut is_notified, mut is_muted) = (false, false);
        for channel in channels {
            let pair = (request.alert_id, channel.channel.id);
            let (last_sent, unsent) = (known.last_sent.get(&pair).copied(), known.queued.entry(pair).or_default());
            let filter = channel.filter();
            let queued = queue(request, &filter, last_sent, *unsent, now);
            if request.kind != NotificationKind::Resolved
                && matches!(queued, Some(Queued::Pending | Queued::Held { .. }))
            {
                unsent.alarm = unsent.alarm.max(Some(request.severity));
            }
            let mutes_it = queued.is_some() && muted(filter.muted_until, now).is_some();
            is_muted |= mutes_it;
            is_notified |= ((queued.is_some() || unsent.alarm.is_some()) && !mutes_it)
                || (queued.is_none() && last_sent.is_some_and(|last| covers(last, request)));
            if let Some(queued) = queued {
                self.put(row(request, channel, known.opened.contains(&pair), queued, now));
            }
        }
        if !is_notified && is_alarm(request) {
            self.undelivered.insert((if is_muted { ALL_MUTED } else { NO_CHANNEL }, request.alert_id));
        }
    }

    /// Of two requests in a batch for the same row, the later is current, with the higher of both severities.
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

/// Whether the recipient already knows what the request reports. After a resolve, only a repeat is no news: the alert was
/// resolved by a person while it still fires.
fn covers(last: LastSent, request: &NotificationRequest) -> bool {
    !last.is_end || request.kind == NotificationKind::Repeated
}

/// Whether an alert that nobody is notified of counts as undelivered.
fn is_alarm(request: &NotificationRequest) -> bool {
    !request.is_notice && request.kind != NotificationKind::Resolved && request.severity >= Severity::Warning
}

/// `was_opened`: the opening of this episode was already sent, so that a second one is a repeat.
fn row(
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
        // The unique key allows one opening and one end per episode, and any number of repeats.
        episode: if kind == NotificationKind::Repeated { now } else { request.episode },
        severity: request.severity,
        queued,
        now,
    }
}
