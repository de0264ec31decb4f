//! The values of a change: until when alerts are muted, and to whom they are assigned.

use app::Error;
use app::types::{Actor, AlertChange, Selection, UNASSIGNED, time};

use crate::dashboard::Dashboard;
use crate::db::AlertUpdate;
use crate::error::Result;

/// Longest mute, in milliseconds.
const LONGEST: i64 = 30 * time::DAY;

impl Dashboard {
    /// The change with its values, which must belong to it.
    pub(super) async fn read_update(
        &self,
        actor: &Actor,
        change: AlertChange,
        selection: &Selection,
    ) -> Result<AlertUpdate> {
        let now = self.ops.now();
        let default = AlertUpdate::new(change, now);
        let until = read_until(change, selection.until, now)?.or(default.until);
        let given = selection.assignee.as_deref();
        if change != AlertChange::Assign && given.is_some() {
            return Err(Error::invalid("assignee", "is only allowed with assign").into());
        }
        let assignee = if change == AlertChange::Assign { self.read_assignee(actor, given).await? } else { None };
        Ok(AlertUpdate { until, assignee, ..default })
    }

    /// The actor by default; nobody if empty, or [`UNASSIGNED`]: forms cannot tell an empty value from none.
    async fn read_assignee(&self, actor: &Actor, given: Option<&str>) -> Result<Option<String>> {
        let email = given.unwrap_or(&actor.name).trim();
        if email.is_empty() || email == UNASSIGNED {
            return Ok(None);
        }
        match self.ops.db.find_assignee(&email.to_lowercase()).await? {
            Some(email) => Ok(Some(email)),
            None => Err(Error::invalid("assignee", "must be the email of an active operator or admin").into()),
        }
    }
}

fn read_until(change: AlertChange, until: Option<i64>, now: i64) -> app::Result<Option<i64>> {
    match until {
        Some(_) if change != AlertChange::Mute => Err(Error::invalid("until", "is only allowed with mute")),
        Some(until) if until <= now => Err(Error::invalid("until", "must be in the future")),
        Some(until) if until > now + LONGEST => Err(Error::invalid("until", "must be at most 30 days ahead")),
        until => Ok(until),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mute_ends_within_thirty_days() {
        let now = 1_700_000_000_000;
        let mute = |until| read_until(AlertChange::Mute, until, now);
        assert_eq!(mute(None), Ok(None));
        assert_eq!(mute(Some(now + 1)), Ok(Some(now + 1)));
        assert!(mute(Some(now)).is_err() && mute(Some(now + LONGEST + 1)).is_err());
        assert!(read_until(AlertChange::Resolve, Some(now + 1), now).is_err());
    }
}
