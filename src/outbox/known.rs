//! What channels were already sent of the alerts of a batch, and what still waits for them.

use std::collections::{BTreeSet, HashMap, HashSet};

use app::types::NotificationKind;

use crate::db::{Result, Tx, UnsentRow};
use crate::delivery::{LastSent, NotificationRequest, Unsent};

/// Alert id and channel id.
pub type Pair = (i64, i64);

/// What earlier batches left. Empty for new alerts.
#[derive(Default)]
pub struct Known {
    pub last_sent: HashMap<Pair, LastSent>,
    pub queued: HashMap<Pair, Unsent>,
    /// Pairs to which the opening of the current episode was sent.
    pub opened: HashSet<Pair>,
}

impl Known {
    /// Reads three indexed lists, for the alerts that are not new.
    pub async fn read(tx: &mut Tx, requests: &[NotificationRequest], now: i64) -> Result<Self> {
        let old = requests.iter().filter(|request| !request.is_new).map(|request| request.alert_id);
        let alerts: Vec<i64> = old.collect::<BTreeSet<_>>().into_iter().collect();
        let mut known = Self::default();
        for row in tx.list_last_sent(&alerts).await? {
            known.last_sent.insert((row.alert_id, row.channel_id), row.into());
        }
        for row in tx.list_unsent(&alerts).await? {
            known.queued.entry((row.alert_id, row.channel_id)).or_default().add(&row, now);
        }
        known.opened.extend(tx.list_opened_to(&alerts).await?);
        Ok(known)
    }
}

impl Unsent {
    fn add(&mut self, row: &UnsentRow, now: i64) {
        if row.kind == NotificationKind::Resolved.as_str() {
            return;
        }
        if row.lease_until.is_some_and(|until| until > now) {
            self.in_flight = true;
        }
        self.alarm = self.alarm.max(Some(row.severity));
    }
}
