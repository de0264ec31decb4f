//! The selected rows: checked ones, or every match.

use std::collections::HashSet;

use leptos::prelude::*;

use super::shown::Shown;
use super::view::View;
use crate::api::alerts::ChangeMatchingAlerts;
use crate::api::call::Call;
use crate::live::Clock;
use crate::pages::alert::{Changes, act};
use crate::types::{Alert, AlertChange, AlertQuery};

/// Changes of more alerts than this are confirmed first.
const MANY: i64 = 50;

/// Checked rows, or every match that existed when the list was loaded.
#[derive(Clone, Copy)]
pub struct Selection {
    /// Ids of the checked rows.
    pub ids: RwSignal<HashSet<i64>>,
    /// Number of matches, once everything is selected.
    pub all: RwSignal<Option<i64>>,
    /// The change that waits for a confirmation.
    pub asked: RwSignal<Option<AlertChange>>,
    view: StoredValue<View>,
    /// Largest alert id when the list was loaded.
    pub newest: i64,
    /// The row that was checked last, where a range begins.
    anchor: StoredValue<Option<i64>>,
    changes: Changes,
    clock: Clock,
}

impl Selection {
    /// Nothing is selected yet.
    pub fn new(view: View, newest: i64) -> Self {
        Self {
            ids: RwSignal::default(),
            all: RwSignal::new(None),
            asked: RwSignal::new(None),
            view: StoredValue::new(view),
            newest,
            anchor: StoredValue::new(None),
            changes: expect_context(),
            clock: expect_context(),
        }
    }

    /// Unchecking a row while everything is selected leaves the other displayed rows selected.
    pub fn toggle(self, id: i64, shown: RwSignal<Vec<Alert>>) {
        self.begin(shown);
        self.ids.update(|ids| {
            if !ids.remove(&id) {
                ids.insert(id);
            }
        });
        self.anchor.set_value(Some(id));
    }

    /// Gives the rows from the one checked last to `id` the state that `id` gets, as with Shift in a mail program.
    pub fn toggle_range(self, id: i64, shown: RwSignal<Vec<Alert>>) {
        let range = shown.with_untracked(|alerts| between(alerts, self.anchor.get_value(), id));
        self.begin(shown);
        self.ids.update(|ids| {
            if ids.contains(&id) {
                ids.retain(|id| !range.contains(id));
            } else {
                ids.extend(range);
            }
        });
        self.anchor.set_value(Some(id));
    }

    fn begin(self, shown: RwSignal<Vec<Alert>>) {
        self.asked.set(None);
        if self.all.get_untracked().is_some() {
            let shown = shown.with_untracked(|alerts| alerts.iter().map(|alert| alert.id).collect::<HashSet<_>>());
            self.ids.set(shown.into_iter().filter(|id| *id <= self.newest).collect());
            self.all.set(None);
        }
    }

    /// Selects nothing.
    pub fn clear(self) {
        self.all.set(None);
        self.asked.set(None);
        self.ids.update(HashSet::clear);
    }

    /// Whether no row is checked. Selecting every match requires a checked row.
    pub fn is_empty(self) -> bool {
        self.ids.with(HashSet::is_empty)
    }

    /// Whether the list has alerts that can be acknowledged and resolved; notices cannot.
    pub fn has_states(self) -> bool {
        self.view.with_value(|view| view.state != Shown::Notices)
    }

    /// Number of selected alerts.
    pub fn count(self) -> i64 {
        self.all.get().unwrap_or_else(|| self.ids.with(|ids| ids.len() as i64))
    }

    /// Changes the selected alerts; asks first if there are many and the change is more than a mark.
    pub fn change(self, change: AlertChange) {
        let is_mark = matches!(change, AlertChange::Read | AlertChange::Unread);
        if untrack(|| self.count()) > MANY && !is_mark {
            self.asked.set(Some(change));
        } else {
            self.confirmed(change);
        }
    }

    /// Changes the selected alerts and clears the selection.
    pub fn confirmed(self, change: AlertChange) {
        if self.all.get_untracked().is_some() {
            self.changes.send(Call::of(ChangeMatchingAlerts { change, query: self.everything() }));
        } else {
            let mut ids: Vec<i64> = self.ids.with_untracked(|ids| ids.iter().copied().collect());
            ids.sort_unstable();
            act(change, &ids);
        }
        self.clear();
    }

    /// The filter of the list, up to the newest alert that it knew.
    pub fn everything(self) -> AlertQuery {
        let now = self.clock.at.get_untracked();
        AlertQuery { up_to: Some(self.newest), sort: None, limit: None, ..self.view.with_value(|view| view.query(now)) }
    }
}

/// The ids from one row to another, in either direction; only the second if the first is not shown.
fn between(alerts: &[Alert], from: Option<i64>, to: i64) -> Vec<i64> {
    let place = |id: i64| alerts.iter().position(|alert| alert.id == id);
    match (from.and_then(place), place(to)) {
        (Some(from), Some(to)) => alerts[from.min(to)..=from.max(to)].iter().map(|alert| alert.id).collect(),
        _ => vec![to],
    }
}
