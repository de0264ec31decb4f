//! Newer and older events.

use leptos::prelude::*;

use super::filters::View;
use crate::api::call::Call;
use crate::api::events::ListEvents;
use crate::live::{Clock, Live};
use crate::pages::load::Load;
use crate::types::{Event, EventList, EventQuery, Numbers, received_since, time};
use crate::ui::list::LoadOlder;
use crate::ui::place::keep_place;
use crate::ui::text::grouped;
use crate::ui::{Icon, Task};

/// A bar that shows the number of newer events. They are loaded only on a click, so that the list does not move while the
/// user reads it. `received` is the number of events from the start of the hour of `now` until the list was loaded.
#[component]
pub fn NewBar(list: Load<EventList>, now: i64, received: i64, is_filtered: bool) -> impl IntoView {
    let live = expect_context::<Live>();
    let hour = now.div_euclid(time::HOUR) * time::HOUR;
    let since = move |numbers: &Numbers| received_since(&numbers.stats.hours, hour) - received;
    let new = Memo::new(move |_| live.numbers.with(|numbers| numbers.as_ref().map_or(0, since)));
    move || {
        (new.get() > 0).then(|| {
            // The stream carries only the number of new events, not whether they match the filters.
            let words = if is_filtered { "more received. Refresh" } else { "new" };
            view! {
                <button class="new-bar" type="button" on:click=move |_| list.again()>
                    <Icon data=icondata_lu::LuArrowUp/>{format!("{} {words}", grouped(new.get()))}
                </button>
            }
        })
    }
}

/// The button that appends the page at the cursor `next`; nothing if there is none.
#[component]
pub fn Older(events: RwSignal<Vec<Event>>, next: RwSignal<Option<String>>, view_of: Memo<View>) -> impl IntoView {
    let task = Task::default();
    let now = expect_context::<Clock>().at;
    let load = move |cursor: String| {
        let asked = view_of.with_untracked(|view| view.query(now.get_untracked()));
        let query = EventQuery { cursor: Some(cursor), ..asked };
        task.start(async move {
            let list = Call::of(ListEvents { query }).send().await?;
            events.update(|events| events.extend(list.page.items));
            next.set(list.page.next);
            Ok(())
        });
    };
    keep_place(next, task, Callback::new(load));
    view! {
        <LoadOlder next task load href=move |cursor: &str| view_of.with_untracked(|view| view.with_cursor(cursor))/>
    }
}
