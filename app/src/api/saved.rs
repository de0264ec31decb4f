//! Server functions for saved filters.

use leptos::prelude::*;

use crate::Error;
use crate::types::ListPage;

/// Saves a filter; one with the same name is replaced.
#[server(prefix = "/rpc", endpoint = "filters/save")]
pub async fn save_filter(
    /// The list that the filter belongs to.
    page: ListPage,
    /// Display name, 1 to 60 characters.
    name: String,
    /// Query string of the list's URL.
    query: String,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.save_filter(&actor, page, name, query).await)
}

/// Deletes one of the user's filters.
#[server(prefix = "/rpc", endpoint = "filters/remove")]
pub async fn remove_filter(
    /// Id of the filter.
    id: i64,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.remove_filter(&actor, id).await)
}
