//! The next page, added below.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::filters::View;
use crate::api::alerts::list_alerts;
use crate::live::Clock;
use crate::types::Alert;

#[component]
pub fn Older(alerts: RwSignal<Vec<Alert>>, next: RwSignal<Option<String>>) -> impl IntoView {
    let query = use_query_map();
    let clock = expect_context::<Clock>();
    let load = Action::new(move |cursor: &String| {
        let mut wanted = query.with_untracked(View::read).query(clock.0.get_untracked());
        wanted.cursor = Some(cursor.clone());
        async move {
            let list = list_alerts(wanted).await?;
            alerts.update(|alerts| alerts.extend(list.page.items));
            next.set(list.page.next);
            Ok::<(), crate::Error>(())
        }
    });
    let failed = move || load.value().get().and_then(Result::err);
    move || {
        next.get().map(|cursor| {
            let href = query.with_untracked(View::read).with_cursor(&cursor);
            view! {
                <div class="list-foot">
                    {move || failed().map(|error| view! { <p class="field-error" role="alert">{error.to_string()}</p> })}
                    <a class="button" href=href on:click=move |event| {
                        event.prevent_default();
                        load.dispatch(cursor.clone());
                    }>{move || if load.pending().get() { "Loading…" } else { "Load older" }}</a>
                </div>
            }
        })
    }
}
