//! Keyboard shortcuts of the list: j and k move, x selects, e, a, r, i and m act, / focuses the filter, Escape closes.

use std::collections::HashSet;

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::order::{focus_row, neighbour};
use super::select::Selection;
use super::view::View;
use crate::live::Clock;
use crate::pages::alert::act;
use crate::pages::may::may_act;
use crate::types::{Alert, AlertChange};
use crate::ui::keys::{focus, on_keys};
use crate::ui::place::staying;

/// State that the shortcuts act on.
#[derive(Clone, Copy)]
pub struct KeyboardState {
    /// The displayed rows, in order.
    pub alerts: RwSignal<Vec<Alert>>,
    /// The filters, for the URLs.
    pub view_of: Memo<View>,
    /// Id of the open alert.
    pub open: Memo<Option<i64>>,
    /// Id of the row with keyboard focus.
    pub at: RwSignal<Option<i64>>,
    /// The checked rows.
    pub selection: Selection,
    /// Row that was changed by a button pressed with a key, and gets the focus back once it is drawn again.
    pub refocus: StoredValue<Option<i64>>,
}

/// The part of it that a row reads, in signals of its generation; see [`crate::ui::rows`].
#[derive(Clone, Copy)]
pub struct RowState {
    /// The state of the list, to act on.
    pub list: KeyboardState,
    /// As in [`KeyboardState`].
    pub view_of: Memo<View>,
    /// As in [`KeyboardState`].
    pub open: Memo<Option<i64>>,
    /// The checked rows; `None` if every match is selected.
    pub checked: Memo<Option<HashSet<i64>>>,
}

impl RowState {
    /// Whether a row is selected.
    pub fn is_selected(self, id: i64) -> bool {
        self.checked.with(|checked| match checked {
            Some(ids) => ids.contains(&id),
            None => id <= self.list.selection.newest,
        })
    }
}

impl KeyboardState {
    /// Signals of the current owner.
    pub fn scoped(self) -> RowState {
        let selection = self.selection;
        RowState {
            list: self,
            view_of: Memo::new(move |_| self.view_of.get()),
            open: Memo::new(move |_| self.open.get()),
            checked: Memo::new(move |_| selection.all.get().is_none().then(|| selection.ids.get())),
        }
    }

    /// Checks or unchecks a row, with Shift all rows from the one checked last.
    pub fn check(self, id: i64, is_range: bool) {
        if is_range {
            self.selection.toggle_range(id, self.alerts);
        } else {
            self.selection.toggle(id, self.alerts);
        }
    }

    /// Listens until the list is unmounted.
    pub fn listen(self) {
        let navigate = use_navigate();
        let may_change = may_act();
        let owner = Owner::current();
        on_keys(move |key| {
            let handle = || self.handle(key, may_change, &|href: String| navigate(&href, staying()));
            owner.as_ref().map_or_else(handle, |owner| owner.with(handle))
        });
    }

    fn handle(self, key: &str, may_change: bool, go: &dyn Fn(String)) -> bool {
        let open = |id| go(self.view_of.with_untracked(|view| view.with_open(id)));
        let is_open = self.open.get_untracked().is_some();
        match key {
            "j" | "ArrowDown" => self.step(1, &open),
            "k" | "ArrowUp" => self.step(-1, &open),
            "x" if self.at.get_untracked().is_none() => return false,
            "x" => self.selection.toggle(self.at.get_untracked().unwrap_or_default(), self.alerts),
            "/" => drop(focus("filter-text")),
            "Escape" if is_open => {
                let was_open = self.open.get_untracked().unwrap_or_default();
                open(None);
                focus_row(was_open);
            }
            "Escape" if !untrack(|| self.selection.is_empty()) => self.selection.clear(),
            _ => return may_change && self.change(key),
        }
        true
    }

    fn step(self, step: isize, open: &dyn Fn(Option<i64>)) {
        let from = self.open.get_untracked().or(self.at.get_untracked());
        let Some(next) = untrack(|| neighbour(self.alerts, from, step)) else { return };
        self.at.set(Some(next));
        if self.open.get_untracked().is_some() {
            open(Some(next));
        }
        focus_row(next);
    }

    /// Unmute if the alert is muted, else mute.
    fn mute(self) -> AlertChange {
        let one = self.open.get_untracked().or(self.at.get_untracked());
        let now = expect_context::<Clock>().at.get_untracked();
        let is_muted = self
            .alerts
            .with_untracked(|alerts| alerts.iter().any(|alert| Some(alert.id) == one && alert.is_muted(now)));
        if is_muted { AlertChange::Unmute } else { AlertChange::Mute }
    }

    fn change(self, key: &str) -> bool {
        let change = match key {
            "e" => AlertChange::Read,
            "u" => AlertChange::Unread,
            "a" => AlertChange::Acknowledge,
            "r" => AlertChange::Resolve,
            "o" => AlertChange::Reopen,
            "m" => self.mute(),
            "i" => AlertChange::Assign,
            _ => return false,
        };
        let one = self.open.get_untracked().or(self.at.get_untracked());
        match one {
            _ if !untrack(|| self.selection.is_empty()) => self.selection.change(change),
            Some(id) => act(change, &[id]),
            None => return false,
        }
        true
    }
}
