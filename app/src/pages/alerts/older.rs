//! The next page, added below.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::view::View;
use crate::api::alerts::list_alerts;
use crate::live::Clock;
use crate::types::Alert;
use crate::ui::list::LoadOlder;

#[component]
pub fn Older(alerts: RwSignal<Vec<Alert>>, next: RwSignal<Option<String>>) -> impl IntoView {
    let query = use_query_map();
    let clock = expect_context::<Clock>();
    let load = Action::new(move |cursor: &String| {
        let mut wanted = query.with_untracked(View::read).query(clock.0.get_untracked());
        wanted.cursor = Some(cursor.clone());
        let cursor = Some(cursor.clone());
        async move {
            let list = list_alerts(wanted).await?;
            // Another end of the list since, as when new alerts cut it: these would leave a gap.
            if next.get_untracked() == cursor {
                alerts.update(|alerts| alerts.extend(list.page.items));
                next.set(list.page.next);
            }
            Ok::<(), crate::Error>(())
        }
    });
    view! { <LoadOlder next load href=move |cursor: &str| query.with_untracked(View::read).with_cursor(cursor)/> }
}
