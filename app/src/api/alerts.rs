//! Alerts.

use leptos::prelude::*;

use crate::Error;
#[cfg(feature = "ssr")]
use crate::types::TimelineQuery;
use crate::types::{Activity, AlertChange, AlertDetail, AlertList, AlertQuery, Changed, Page};

#[server(prefix = "/rpc", endpoint = "alerts/list")]
pub async fn list_alerts(query: AlertQuery) -> Result<AlertList, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.list_alerts(&actor, query).await)
}

#[server(prefix = "/rpc", endpoint = "alerts/get")]
pub async fn get_alert(id: i64) -> Result<AlertDetail, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_alert(&actor, id).await)
}

#[server(prefix = "/rpc", endpoint = "alerts/timeline")]
pub async fn list_timeline(id: i64, cursor: String) -> Result<Page<Activity>, Error> {
    let (actor, backend) = super::asker()?;
    let query = TimelineQuery { limit: None, cursor: Some(cursor) };
    super::with_status(backend.list_timeline(&actor, id, query).await)
}

#[server(prefix = "/rpc", endpoint = "alerts/count")]
pub async fn count_alerts(query: AlertQuery) -> Result<i64, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.count_alerts(&actor, query).await)
}

/// `ids` is comma-separated, so that a plain HTML form can send it in one field.
#[server(prefix = "/rpc", endpoint = "alerts/change")]
pub async fn change_alerts(change: AlertChange, ids: String) -> Result<Changed, Error> {
    super::with_status(change_named(change, &ids).await)
}

/// Undoes a change. `before` is a comma-separated list of the previous alert states.
#[server(prefix = "/rpc", endpoint = "alerts/undo")]
pub async fn undo_alerts(change: AlertChange, before: String) -> Result<Changed, Error> {
    super::with_status(undo_named(change, &before).await)
}

/// Undoes a change of every matching alert.
#[server(prefix = "/rpc", endpoint = "alerts/undo_bulk")]
pub async fn undo_bulk(id: String) -> Result<Changed, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.undo_bulk(&actor, id).await)
}

/// Changes every alert that matches `query`, up to the newest id that the client had loaded.
#[server(prefix = "/rpc", endpoint = "alerts/change_matching")]
pub async fn change_matching_alerts(change: AlertChange, query: AlertQuery) -> Result<Changed, Error> {
    use crate::types::Selection;
    let (actor, backend) = super::asker()?;
    let query = AlertQuery { limit: None, cursor: None, ..query };
    let selection = Selection { filter: Some(query), all: true, ids: None };
    super::with_status(backend.change_alerts(&actor, change, selection).await)
}

#[server(prefix = "/rpc", endpoint = "alerts/note")]
pub async fn note_alert(id: i64, text: String) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.note_alert(&actor, id, text).await)
}

#[cfg(feature = "ssr")]
async fn change_named(change: AlertChange, ids: &str) -> Result<Changed, Error> {
    use crate::types::Selection;
    let (actor, backend) = super::asker()?;
    let ids: Result<Vec<i64>, _> = ids.split(',').map(str::parse).collect();
    let ids = ids.map_err(|_| Error::invalid("ids", "must be numbers separated by commas"))?;
    let selection = Selection { ids: Some(ids), ..Selection::default() };
    backend.change_alerts(&actor, change, selection).await
}

#[cfg(feature = "ssr")]
async fn undo_named(change: AlertChange, before: &str) -> Result<Changed, Error> {
    let (actor, backend) = super::asker()?;
    let before: Result<Vec<_>, String> = before.split(',').map(str::parse).collect();
    backend.undo_alerts(&actor, change, before.map_err(|why| Error::invalid("before", why))?).await
}
