//! Alerts with a key: the same one while it is open, and in the same state whatever order its deliveries come in.

use app::types::{ActivityKind, AlertChange, AlertState, NotificationKind, Severity};

use super::steps::{Item, Steps};
use crate::db::{NewAlert, Result, SeenAs, Tx};
use crate::provider::Action;

/// Does what a draft asks of its key.
pub async fn apply(tx: &mut Tx, item: &Item<'_>, steps: &mut Steps) -> Result<()> {
    match item.draft.action {
        Action::Open => open(tx, item, steps).await,
        Action::Resolve => resolve(tx, item, steps).await,
        Action::Acknowledge => change(tx, item, AlertChange::Acknowledge, ActivityKind::Acknowledged, steps).await,
        Action::Unacknowledge => change(tx, item, AlertChange::Reopen, ActivityKind::Reopened, steps).await,
    }
}

/// Opens an alert, or counts on the open one; what was over before this came is opened and resolved at once.
async fn open(tx: &mut Tx, item: &Item<'_>, steps: &mut Steps) -> Result<()> {
    let key = item.key();
    let seen = tx.see_key(&key, SeenAs::Opened, item.at(), steps.now).await?;
    let alert = NewAlert { dedup_key: Some(key), ..item.alert(item.draft.severity) };
    if seen.resolved_at > item.at() && seen.resolved_at >= seen.opened_at {
        return open_late(tx, item, alert, steps).await;
    }
    let opened = tx.upsert_alert(&alert).await?;
    if item.is_opened_as(&opened) {
        steps.add_opened(item, opened.id, item.draft.severity);
        steps.tell(item, opened.id, NotificationKind::Opened);
    } else {
        steps.add_step(item, opened.id, ActivityKind::Repeated);
        steps.tell(item, opened.id, NotificationKind::Repeated);
    }
    Ok(())
}

async fn open_late(tx: &mut Tx, item: &Item<'_>, alert: NewAlert, steps: &mut Steps) -> Result<()> {
    for opened in tx.insert_alerts(&[NewAlert { state: AlertState::Resolved, ..alert }]).await? {
        steps.add_opened(item, opened.id, item.draft.severity);
        steps.add_step(item, opened.id, ActivityKind::Resolved);
    }
    Ok(())
}

/// Closes the open alert; with none open, or only a newer one, says so in an info alert.
async fn resolve(tx: &mut Tx, item: &Item<'_>, steps: &mut Steps) -> Result<()> {
    let key = item.key();
    let seen = tx.see_key(&key, SeenAs::Resolved, item.at(), steps.now).await?;
    let closed = if seen.opened_at <= item.at() { tx.resolve_alert(&key, steps.now).await? } else { None };
    match closed {
        Some(id) => {
            steps.add_step(item, id, ActivityKind::Resolved);
            steps.tell(item, id, NotificationKind::Resolved);
        }
        None => inform(tx, item, steps).await?,
    }
    Ok(())
}

/// Takes the open alert in hand, or out of it, as somebody did at the provider.
async fn change(
    tx: &mut Tx,
    item: &Item<'_>,
    change: AlertChange,
    kind: ActivityKind,
    steps: &mut Steps,
) -> Result<()> {
    match tx.find_open_alert(&item.key()).await? {
        Some(id) => {
            let changed = tx.change_alerts(change, &[id], steps.now).await?;
            changed.iter().for_each(|before| steps.add_step(item, before.id, kind));
            Ok(())
        }
        None => inform(tx, item, steps).await,
    }
}

/// A step with nothing open to take is an alert of its own, an info.
async fn inform(tx: &mut Tx, item: &Item<'_>, steps: &mut Steps) -> Result<()> {
    if item.meaning.source.settings.alert_from.is_some_and(|least| least > Severity::Info) {
        return Ok(());
    }
    for opened in tx.insert_alerts(&[item.alert(Severity::Info)]).await? {
        steps.add_opened(item, opened.id, Severity::Info);
    }
    Ok(())
}
