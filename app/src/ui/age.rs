//! Time since an event, updated by the page's clock.

use leptos::prelude::*;

use super::zone::Zone;
use crate::live::Clock;
use crate::types::time;

/// `3 min ago`, with the exact time as tooltip. Requires the [`Clock`] context.
#[component]
pub fn Age(
    /// Time of the event, in Unix milliseconds.
    at: i64,
) -> impl IntoView {
    let (clock, zone) = (expect_context::<Clock>(), expect_context::<Zone>());
    let age = Memo::new(move |_| time::ago(at, clock.now()));
    // "ago" is a separate element, so that CSS can hide it where space is limited.
    let span = move || age.with(|age| age.strip_suffix(" ago").unwrap_or(age).to_owned());
    let ago = move || age.with(|age| if age.ends_with(" ago") { " ago" } else { "" });
    view! {
        <time class="age" datetime=time::iso(at) title=move || zone.exact(at)>
            {span}<span class="age-ago">{ago}</span>
        </time>
    }
}
