//! Server function of the Overview.

use leptos::prelude::*;

use crate::Error;
use crate::types::{Hour, Overview};

/// Figures, health and recent alerts.
#[server(prefix = "/rpc", endpoint = "overview/get")]
pub async fn get_overview() -> Result<Overview, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_overview(&actor).await)
}

/// Sums of the roll-up over the bars of a chart.
#[server(prefix = "/rpc", endpoint = "overview/chart")]
pub async fn get_chart(
    /// Starts of the bars in Unix milliseconds, ascending, separated by commas.
    starts: String,
) -> Result<Vec<Hour>, Error> {
    let (actor, backend) = super::asker()?;
    let starts = starts.split(',').map(str::parse).collect::<Result<_, _>>();
    let starts = super::with_status(starts.map_err(|_| Error::invalid("starts", "must be whole numbers")))?;
    super::with_status(backend.get_chart(&actor, starts).await)
}
