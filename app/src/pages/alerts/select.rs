//! The selection and the bulk action bar.

use std::collections::HashSet;

use leptos::prelude::*;

use super::view::View;
use crate::api::alerts::{ChangeMatchingAlerts, CountAlerts};
use crate::api::call::Call;
use crate::live::Clock;
use crate::pages::alert::act;
use crate::pages::post::Post;
use crate::types::{Alert, AlertChange, AlertQuery, Changed};
use crate::ui::text::capped;
use crate::ui::{Icon, Task, Toasts};

/// Checked rows, or every match that existed when the list was loaded.
#[derive(Clone, Copy)]
pub struct Selection {
    pub ids: RwSignal<HashSet<i64>>,
    /// Number of matches, once everything is selected.
    all: RwSignal<Option<i64>>,
    view: StoredValue<View>,
    /// Largest alert id when the list was loaded.
    newest: i64,
    matching: Post<Changed>,
    clock: Clock,
}

impl Selection {
    pub fn of(view: View, newest: i64) -> Self {
        let selection = Self {
            ids: RwSignal::default(),
            all: RwSignal::new(None),
            view: StoredValue::new(view),
            newest,
            matching: Post::to::<ChangeMatchingAlerts>(),
            clock: expect_context(),
        };
        selection.say_what_was_done();
        selection
    }

    pub fn holds(self, id: i64) -> bool {
        self.all.get().is_some() && id <= self.newest || self.ids.with(|ids| ids.contains(&id))
    }

    /// Unchecking a row while everything is selected leaves the other displayed rows selected.
    pub fn toggle(self, id: i64, shown: RwSignal<Vec<Alert>>) {
        if self.all.get_untracked().is_some() {
            let shown = shown.with_untracked(|alerts| alerts.iter().map(|alert| alert.id).collect::<HashSet<_>>());
            self.ids.set(shown.into_iter().filter(|id| *id <= self.newest).collect());
            self.all.set(None);
        }
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

    /// Changes the selected alerts and clears the selection.
    pub fn change(self, change: AlertChange) {
        if self.all.get_untracked().is_some() {
            self.matching.send(Call::of(ChangeMatchingAlerts { change, query: self.everything() }));
            return;
        }
        let mut ids: Vec<i64> = self.ids.with_untracked(|ids| ids.iter().copied().collect());
        ids.sort_unstable();
        act(change, &ids);
        self.clear();
    }

    fn everything(self) -> AlertQuery {
        let now = self.clock.0.get_untracked();
        AlertQuery { up_to: Some(self.newest), ..self.view.with_value(|view| view.query(now)) }
    }

    fn say_what_was_done(self) {
        let toasts = expect_context::<Toasts>();
        Effect::new(move |_| match self.matching.get() {
            Some(Ok(changed)) => {
                self.clear();
                toasts.say_changed(&changed);
            }
            Some(Err(error)) => toasts.say(error.to_string()),
            None => {}
        });
    }
}

/// The bar that floats over the list while something is selected.
#[component]
pub fn BulkBar(selection: Selection) -> impl IntoView {
    let words = move || match selection.all.get() {
        Some(n) => format!("All {} selected", capped(n)),
        None => format!("{} selected", selection.ids.with(HashSet::len)),
    };
    let button = move |change, word| {
        view! { <button class="button" data-size="small" type="button" on:click=move |_| selection.change(change)>{word}</button> }
    };
    let bar = move || {
        view! {
            <div class="bulk" role="region" aria-label="Selected alerts">
                <strong>{words}</strong><ChooseAll selection/>
                <span class="bulk-actions">
                    {button(AlertChange::Read, "Mark selected as read")}
                    {button(AlertChange::Acknowledge, "Acknowledge")}
                    {button(AlertChange::Resolve, "Resolve")}
                    <button class="icon-button" type="button" aria-label="Clear selection" on:click=move |_| selection.clear()>
                        <Icon data=icondata_lu::LuX/>
                    </button>
                </span>
            </div>
        }
    };
    move || (!selection.is_empty()).then(bar)
}

/// Extends the selection from the checked rows to every match; counts the matches first.
#[component]
fn ChooseAll(selection: Selection) -> impl IntoView {
    let task = Task::with_toasts();
    let count = move |_| {
        task.start(async move {
            let count = Call::of(CountAlerts { query: selection.everything() }).send().await?;
            selection.all.set(Some(count));
            Ok(())
        });
    };
    move || {
        selection.all.get().is_none().then(|| {
            view! {
                <button class="link" type="button" disabled=move || task.is_running() on:click=count>
                    {move || if task.is_running() { "Counting…" } else { "Select all matching" }}
                </button>
            }
        })
    }
}
