//! The next older page, appended to the list.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::view::View;
use crate::api::alerts::ListAlerts;
use crate::api::call::Call;
use crate::live::Clock;
use crate::types::Alert;
use crate::ui::Task;
use crate::ui::list::LoadOlder;
use crate::ui::place::keep_place;

/// The button that appends the page at the cursor `next`; nothing if there is none.
#[component]
pub fn Older(alerts: RwSignal<Vec<Alert>>, next: RwSignal<Option<String>>) -> impl IntoView {
    let query = use_query_map();
    let clock = expect_context::<Clock>();
    let task = Task::default();
    let load = move |cursor: String| {
        let mut wanted = query.with_untracked(View::read).query(clock.at.get_untracked());
        let cursor = Some(cursor);
        wanted.cursor = cursor.clone();
        task.start(async move {
            let list = Call::of(ListAlerts { query: wanted }).send().await?;
            // If new alerts truncated the list meanwhile, appending this page would leave a gap.
            if next.get_untracked() == cursor {
                alerts.update(|alerts| alerts.extend(list.page.items));
                next.set(list.page.next);
            }
            Ok(())
        });
    };
    keep_place(next, task, Callback::new(load));
    view! { <LoadOlder next task load href=move |cursor: &str| query.with_untracked(View::read).with_cursor(cursor)/> }
}
