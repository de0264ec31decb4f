//! New alerts while somebody reads: on top if the top is in sight, else behind a bar that says how many.

use leptos::prelude::*;

use super::view::View;
use crate::live::Live;
use crate::types::{Alert, Frame, FrameKind};
use crate::ui::Icon;

/// Rows that are shown, and those that wait above them.
#[derive(Clone, Copy)]
pub struct Arrivals {
    pub alerts: RwSignal<Vec<Alert>>,
    waiting: RwSignal<Vec<Alert>>,
}

impl Arrivals {
    /// Follows the stream from `seq` on.
    pub fn follow(alerts: RwSignal<Vec<Alert>>, seq: i64, filter: View) -> Self {
        let arrivals = Self { alerts, waiting: RwSignal::default() };
        expect_context::<Live>().each_after(seq, move |frame| {
            if let Ok(alert) = serde_json::from_value::<Alert>(frame.data.clone()) {
                arrivals.apply(alert, frame, &filter);
            }
        });
        arrivals
    }

    /// Replaces an alert where it stands. A row that no longer fits the filter stays until the next load: nothing vanishes
    /// under the reader's hand.
    fn apply(self, alert: Alert, frame: &Frame, filter: &View) {
        let replace = |alerts: &mut Vec<Alert>| match alerts.iter_mut().find(|present| present.id == alert.id) {
            Some(present) => {
                *present = alert.clone();
                true
            }
            None => false,
        };
        let is_known =
            self.alerts.try_update(replace).unwrap_or(true) || self.waiting.try_update(replace).unwrap_or(true);
        if is_known || frame.kind != FrameKind::NewAlert || !filter.fits(&alert) {
            return;
        }
        let list = if is_scrolled() { self.waiting } else { self.alerts };
        list.update(|list| list.insert(0, alert));
    }

    fn show(self) {
        let waiting = self.waiting.try_update(std::mem::take).unwrap_or_default();
        self.alerts.update(|alerts| drop(alerts.splice(0..0, waiting)));
        #[cfg(feature = "hydrate")]
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// `3 new`, while the top is out of sight.
#[component]
pub fn NewBar(arrivals: Arrivals) -> impl IntoView {
    let count = Memo::new(move |_| arrivals.waiting.with(Vec::len));
    move || {
        (count.get() > 0).then(|| {
            view! {
                <button class="new-bar" type="button" on:click=move |_| arrivals.show()>
                    <Icon data=icondata_lu::LuArrowUp/>{format!("{} new", count.get())}
                </button>
            }
        })
    }
}

/// Whether the first row is out of sight.
fn is_scrolled() -> bool {
    #[cfg(feature = "hydrate")]
    return window().scroll_y().is_ok_and(|y| y > 120.0);
    #[cfg(not(feature = "hydrate"))]
    false
}
