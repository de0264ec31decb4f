//! Alerts.

use leptos::prelude::*;

use crate::Error;
use crate::types::{AlertDetail, AlertList, AlertQuery};

#[server(prefix = "/rpc", endpoint = "alerts/list")]
pub async fn list_alerts(query: AlertQuery) -> Result<AlertList, Error> {
    let (actor, backend) = super::asker()?;
    super::told(backend.list_alerts(&actor, query).await)
}

#[server(prefix = "/rpc", endpoint = "alerts/get")]
pub async fn get_alert(id: i64) -> Result<AlertDetail, Error> {
    let (actor, backend) = super::asker()?;
    super::told(backend.get_alert(&actor, id).await)
}

/// `ids` are separated by commas, so that a form without scripts can send them in one field.
#[server(prefix = "/rpc", endpoint = "alerts/mark_read")]
pub async fn mark_alerts_read(ids: String) -> Result<i64, Error> {
    super::told(mark(&ids).await)
}

#[cfg(feature = "ssr")]
async fn mark(ids: &str) -> Result<i64, Error> {
    use crate::types::{AlertChange, Selection};
    let (actor, backend) = super::asker()?;
    let ids: Result<Vec<i64>, _> = ids.split(',').map(str::parse).collect();
    let ids = ids.map_err(|_| Error::invalid("ids", "must be numbers separated by commas"))?;
    backend.change_alerts(&actor, AlertChange::Read, Selection { ids: Some(ids), ..Selection::default() }).await
}
