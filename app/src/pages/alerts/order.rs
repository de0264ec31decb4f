//! Moving from one row of the list to the next.

use leptos::prelude::*;

use crate::types::Alert;
use crate::ui::keys::focus;

/// The alert `step` rows below (or above, if negative) `id`; the first row if `id` is not in the list.
pub fn neighbour(alerts: RwSignal<Vec<Alert>>, id: Option<i64>, step: isize) -> Option<i64> {
    alerts.with(|alerts| {
        let place = alerts.iter().position(|alert| Some(alert.id) == id);
        let next = match place {
            Some(place) => place.checked_add_signed(step)?,
            None => 0,
        };
        alerts.get(next).map(|alert| alert.id)
    })
}

/// Focuses a row's link, which Enter opens.
pub fn focus_row(id: i64) {
    focus(&format!("alert-{id}"));
}
