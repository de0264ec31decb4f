//! Server functions for alerts.

use leptos::prelude::*;

use crate::Error;
#[cfg(feature = "ssr")]
use crate::types::TimelineQuery;
use crate::types::{Activity, AlertChange, AlertDetail, AlertGroups, AlertList, AlertQuery, Changed, Page};

/// A page of alerts, with the data of the filter bar.
#[server(prefix = "/rpc", endpoint = "alerts/list")]
pub async fn list_alerts(
    /// Filters and cursor.
    query: AlertQuery,
) -> Result<AlertList, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.list_alerts(&actor, query).await)
}

/// Groups of the newest matches.
#[server(prefix = "/rpc", endpoint = "alerts/groups")]
pub async fn group_alerts(
    /// Filters; order, limit and cursor are ignored.
    query: AlertQuery,
    /// `title`, `source`, `key`, `assignee`, or `label.` and a name of the metadata.
    by: String,
) -> Result<AlertGroups, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.group_alerts(&actor, query, by).await)
}

/// An alert with timeline and notifications.
#[server(prefix = "/rpc", endpoint = "alerts/get")]
pub async fn get_alert(
    /// Id of the alert.
    id: i64,
) -> Result<AlertDetail, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_alert(&actor, id).await)
}

/// A page of older timeline entries, newest first.
#[server(prefix = "/rpc", endpoint = "alerts/timeline")]
pub async fn list_timeline(
    /// Id of the alert.
    id: i64,
    /// `timeline_next` of the alert, or `next` of the previous page.
    cursor: String,
) -> Result<Page<Activity>, Error> {
    let (actor, backend) = super::asker()?;
    let query = TimelineQuery { limit: None, cursor: Some(cursor) };
    super::with_status(backend.list_timeline(&actor, id, query).await)
}

/// Number of matching alerts, at most `MOST_COUNTED + 1`.
#[server(prefix = "/rpc", endpoint = "alerts/count")]
pub async fn count_alerts(
    /// Filters; limit and cursor are ignored.
    query: AlertQuery,
) -> Result<i64, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.count_alerts(&actor, query).await)
}

/// Changes alerts by id.
#[server(prefix = "/rpc", endpoint = "alerts/change")]
pub async fn change_alerts(
    /// The change to apply.
    change: AlertChange,
    /// Alert ids, comma-separated, so that a plain HTML form can send them in one field.
    ids: String,
    /// For a mute: its end in Unix milliseconds; in an hour by default.
    #[server(default)]
    until: Option<i64>,
    /// For an assignment: an email, empty for nobody; the user who asks by default.
    #[server(default)]
    assignee: Option<String>,
) -> Result<Changed, Error> {
    super::with_status(change_named(change, &ids, until, assignee).await)
}

/// Undoes a change. Alerts that were changed since are skipped.
#[server(prefix = "/rpc", endpoint = "alerts/undo")]
pub async fn undo_alerts(
    /// [`Changed::undo`] of the change; valid for ten minutes.
    id: String,
) -> Result<Changed, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.undo_alerts(&actor, id).await)
}

/// Changes every alert that matches a filter.
#[server(prefix = "/rpc", endpoint = "alerts/change_matching")]
pub async fn change_matching_alerts(
    /// The change to apply.
    change: AlertChange,
    /// Filters, with the newest id that the client had loaded as `up_to`; limit and cursor are ignored.
    query: AlertQuery,
) -> Result<Changed, Error> {
    use crate::types::Selection;
    let (actor, backend) = super::asker()?;
    let query = AlertQuery { limit: None, cursor: None, ..query };
    let selection = Selection { filter: Some(query), all: true, ..Selection::default() };
    super::with_status(backend.change_alerts(&actor, change, selection).await)
}

/// Adds a note to an alert's timeline.
#[server(prefix = "/rpc", endpoint = "alerts/note")]
pub async fn note_alert(
    /// Id of the alert.
    id: i64,
    /// The note, truncated to 4,000 bytes.
    text: String,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.note_alert(&actor, id, text).await)
}

#[cfg(feature = "ssr")]
async fn change_named(
    change: AlertChange,
    ids: &str,
    until: Option<i64>,
    assignee: Option<String>,
) -> Result<Changed, Error> {
    use crate::types::Selection;
    let (actor, backend) = super::asker()?;
    let ids: Result<Vec<i64>, _> = ids.split(',').map(str::parse).collect();
    let ids = ids.map_err(|_| Error::invalid("ids", "must be numbers separated by commas"))?;
    let selection = Selection { ids: Some(ids), until, assignee, ..Selection::default() };
    backend.change_alerts(&actor, change, selection).await
}
