//! New and repeated alerts in the list: moved to the top if it is visible, else counted in a bar above the list.

use leptos::prelude::*;

use super::view::View;
use crate::live::{Arrival, Live};
use crate::types::{Alert, AlertSort, Cursor};
use crate::ui::Icon;

/// Maximum number of rows that live arrivals may build up. The oldest are dropped, to bound memory during a long alert storm;
/// "Load older" brings them back.
const MOST: usize = 200;

/// The displayed rows, and the new ones that are held back.
#[derive(Clone, Copy)]
pub struct Arrivals {
    alerts: RwSignal<Vec<Alert>>,
    /// Cursor of the next older page.
    pub next: RwSignal<Option<String>>,
    waiting: RwSignal<Vec<Alert>>,
    /// Another order than by time; the list then has one page.
    sort: Option<AlertSort>,
    /// Number of alerts that arrived while the top was not visible, including those inserted since.
    count: RwSignal<usize>,
}

impl Arrivals {
    /// Follows the stream from `seq` on.
    pub fn follow(alerts: RwSignal<Vec<Alert>>, next: RwSignal<Option<String>>, seq: i64, filter: View) -> Self {
        let (waiting, count) = (RwSignal::default(), RwSignal::new(0));
        let arrivals = Self { alerts, next, waiting, sort: filter.sort, count };
        expect_context::<Live>().after(seq, move |came| arrivals.apply(came, &filter));
        arrivals
    }

    /// Updates alerts in place. A row that no longer matches the filter stays until the next load, so that rows do not
    /// disappear while the user reads or clicks.
    fn apply(self, came: Vec<Arrival>, filter: &View) {
        let (came, repeated) = replace(self.alerts, came);
        let (came, _) = replace(self.waiting, came);
        // Repeats and reopened alerts too: whatever belongs among the rows that are shown.
        let end = self.next.with_untracked(|next| next.as_deref().and_then(|next| next.parse().ok()));
        let alerts = came.into_iter().map(|arrival| arrival.alert);
        let new: Vec<_> = alerts.filter(|alert| filter.fits(alert) && is_above(end, alert.cursor())).collect();
        if new.is_empty() && repeated == 0 {
            return;
        }
        if is_scrolled() {
            self.count.update(|count| *count += new.len() + repeated);
            self.waiting.update(|waiting| drop(put(waiting, new, self.sort)));
        } else {
            self.put_on_top(new);
        }
    }

    fn put_on_top(self, new: Vec<Alert>) {
        if let Some(last) = self.alerts.try_update(|alerts| put(alerts, new, self.sort)).flatten() {
            self.next.set(Some(last));
        }
    }

    fn show(self) {
        self.count.set(0);
        self.put_on_top(self.waiting.try_update(std::mem::take).unwrap_or_default());
        #[cfg(feature = "hydrate")]
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Updates those alerts that are in the list; returns the others, and how many repeated. The signal is not notified if
/// nothing changed.
fn replace(list: RwSignal<Vec<Alert>>, mut came: Vec<Arrival>) -> (Vec<Arrival>, usize) {
    let swap = |alerts: &mut Vec<Alert>| {
        let (before, mut repeated) = (came.len(), 0);
        came.retain(|arrival| match alerts.iter_mut().find(|present| present.id == arrival.alert.id) {
            Some(present) => {
                repeated += usize::from(present.last_seen_at < arrival.alert.last_seen_at);
                present.clone_from(&arrival.alert);
                false
            }
            None => true,
        });
        (came.len() < before, (came, repeated))
    };
    list.try_maybe_update(swap).unwrap_or_default()
}

/// Inserts new alerts in order; returns the new end of a list by time if it was truncated.
fn put(alerts: &mut Vec<Alert>, new: Vec<Alert>, sort: Option<AlertSort>) -> Option<String> {
    alerts.extend(new);
    match sort {
        Some(sort) => sort.sort(alerts),
        None => alerts.sort_by_key(|alert| std::cmp::Reverse(alert.cursor())),
    }
    let is_cut = alerts.len() > MOST;
    alerts.truncate(MOST);
    alerts.last().filter(|_| is_cut && sort.is_none()).map(|last| last.cursor().to_string())
}

/// Whether an alert sorts above the end of the list. One below it, as after a retry, comes with the older page.
fn is_above(end: Option<Cursor>, place: Cursor) -> bool {
    end.is_none_or(|end| place > end)
}

/// `3 new`, while the top is not visible.
#[component]
pub fn NewBar(arrivals: Arrivals) -> impl IntoView {
    let count = arrivals.count;
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

/// Whether the first row is scrolled out of view.
fn is_scrolled() -> bool {
    #[cfg(feature = "hydrate")]
    return window().scroll_y().is_ok_and(|y| y > 120.0);
    #[cfg(not(feature = "hydrate"))]
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_late_is_left_to_the_rows_that_are_loaded_below() {
        let place = |at, id| Cursor { at, id };
        assert!(is_above(None, place(1, 1)), "the list is whole");
        assert!(is_above(Some(place(5, 7)), place(6, 2)) && is_above(Some(place(5, 7)), place(5, 8)));
        assert!(!is_above(Some(place(5, 7)), place(5, 7)) && !is_above(Some(place(5, 7)), place(4, 9)));
    }
}
