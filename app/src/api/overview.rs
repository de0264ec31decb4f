//! Server function of the Overview.

use leptos::prelude::*;

use crate::Error;
use crate::types::Overview;

/// Figures, health and recent alerts.
#[server(prefix = "/rpc", endpoint = "overview/get")]
pub async fn get_overview() -> Result<Overview, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_overview(&actor).await)
}
