//! What is selected, and the bar that floats over the list while something is.

use std::collections::HashSet;

use leptos::prelude::*;

use super::view::View;
use crate::api::alerts::{ChangeMatchingAlerts, count_alerts};
use crate::live::Clock;
use crate::pages::alert::act;
use crate::types::{AlertChange, AlertQuery};
use crate::ui::text::grouped;
use crate::ui::{Icon, Toasts};

/// Ticked rows, or everything that matches.
#[derive(Clone, Copy)]
pub struct Selection {
    pub ids: RwSignal<HashSet<i64>>,
    /// How many match, once everything is selected.
    pub all: RwSignal<Option<i64>>,
}

impl Selection {
    pub fn new() -> Self {
        Self { ids: RwSignal::default(), all: RwSignal::new(None) }
    }

    pub fn toggle(self, id: i64) {
        self.all.set(None);
        self.ids.update(|ids| {
            if !ids.remove(&id) {
                ids.insert(id);
            }
        });
    }

    pub fn clear(self) {
        self.all.set(None);
        self.ids.update(HashSet::clear);
    }

    pub fn is_empty(self) -> bool {
        self.ids.with(HashSet::is_empty)
    }

    /// In ascending order.
    pub fn list(self) -> Vec<i64> {
        let mut ids: Vec<i64> = self.ids.with_untracked(|ids| ids.iter().copied().collect());
        ids.sort_unstable();
        ids
    }
}

/// `newest` bounds what "everything that matches" means: what was there when the list was loaded.
#[component]
pub fn BulkBar(selection: Selection, view_of: View, newest: i64) -> impl IntoView {
    let matching = use_matching(selection);
    let clock = expect_context::<Clock>();
    let query = StoredValue::new(view_of);
    let all =
        move || AlertQuery { up_to: Some(newest), ..query.with_value(|view| view.query(clock.0.get_untracked())) };
    let count = Action::new(move |_: &()| async move { count_alerts(all()).await });
    Effect::new(move |_| {
        if let Some(Ok(n)) = count.value().get() {
            selection.all.set(Some(n));
        }
    });
    let change = move |change: AlertChange| match selection.all.get_untracked() {
        Some(_) => drop(matching.dispatch(ChangeMatchingAlerts { change, query: all() })),
        None => {
            act(change, &selection.list());
            selection.clear();
        }
    };
    let words = move || match selection.all.get() {
        Some(n) => format!("All {} selected", grouped(n)),
        None => format!("{} selected", selection.ids.with(HashSet::len)),
    };
    let bar = move || {
        let choose_all = selection.all.get().is_none().then(|| {
            view! {
                <button class="link" type="button" disabled=move || count.pending().get() on:click=move |_| drop(count.dispatch(()))>
                    {move || if count.pending().get() { "Counting…" } else { "Select all that match" }}
                </button>
            }
        });
        view! {
            <div class="bulk" role="region" aria-label="Selected alerts">
                <strong>{words}</strong>{choose_all}
                <span class="bulk-actions">
                    <button class="button" data-size="small" type="button" on:click=move |_| change(AlertChange::Read)>"Mark selected as read"</button>
                    <button class="button" data-size="small" type="button" on:click=move |_| change(AlertChange::Acknowledge)>"Acknowledge"</button>
                    <button class="button" data-size="small" type="button" on:click=move |_| change(AlertChange::Resolve)>"Resolve"</button>
                    <button class="icon-button" type="button" aria-label="Clear selection" on:click=move |_| selection.clear()>
                        <Icon data=icondata_lu::LuX/>
                    </button>
                </span>
            </div>
        }
    };
    move || (!selection.is_empty()).then(bar)
}

/// Says what a change of everything did, and lets go of the selection.
fn use_matching(selection: Selection) -> ServerAction<ChangeMatchingAlerts> {
    let matching = ServerAction::<ChangeMatchingAlerts>::new();
    let toasts = expect_context::<Toasts>();
    Effect::new(move |_| match matching.value().get() {
        Some(Ok(changed)) => {
            selection.clear();
            toasts.say_changed(&changed);
        }
        Some(Err(error)) => toasts.say(error.to_string()),
        None => {}
    });
    matching
}

/// The words for a count in the heading.
pub fn heading(unread: i64) -> String {
    format!("{} unread, warning and worse", grouped(unread))
}
