//! Saved filters.

use leptos::prelude::*;

use crate::Error;
use crate::types::ListPage;

/// Saves the current filter under a name; an existing filter with that name is replaced.
#[server(prefix = "/rpc", endpoint = "filters/save")]
pub async fn save_filter(page: ListPage, name: String, query: String) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.save_filter(&actor, page, name, query).await)
}

#[server(prefix = "/rpc", endpoint = "filters/remove")]
pub async fn remove_filter(id: i64) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.remove_filter(&actor, id).await)
}
