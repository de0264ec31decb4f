//! The time range of a filter form.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::range::{CUSTOM, Range, SPANS, parse, write};
use super::zone::Zone;
use crate::live::Clock;

/// Quick ranges, and two times in the reader's zone that show when "Custom" is chosen. `href` is the list's URL with a range.
/// Without JavaScript they are fields of the form, in UTC.
#[component]
pub fn RangeFields(range: Range, #[prop(into)] href: Callback<Range, String>) -> impl IntoView {
    let navigate = use_navigate();
    let go = Callback::new(move |range: Range| navigate(&href.run(range), Default::default()));
    let now = expect_context::<Clock>().at;
    let at_first = range.clone();
    let choose = move |event| match event_target_value(&event) {
        // It begins with the times of the range before.
        word if word == CUSTOM => go.run(at_first.clone().into_times(now.get_untracked())),
        since => go.run(Range { since, ..Range::default() }),
    };
    let (is_any, is_custom, since) = (range.is_any(), range.is_custom(), range.since.clone());
    let option = move |(word, label, _): (&'static str, &'static str, i64)| {
        let is_chosen = since == word;
        view! { <option value=word selected=is_chosen prop:selected=is_chosen>{label}</option> }
    };
    let (from, to) = (range.clone(), range.clone());
    let set_from = Callback::new(move |time| go.run(Range { since: String::new(), from: time, ..from.clone() }));
    let set_to = Callback::new(move |time| go.run(Range { since: String::new(), to: time, ..to.clone() }));
    view! {
        <span class="range">
            <select class="select" name="since" aria-label="Time" on:change=choose>
                <option value="" prop:selected=is_any>"Any time"</option>
                {SPANS.into_iter().map(option).collect_view()}
                <option value=CUSTOM selected=is_custom prop:selected=is_custom>"Custom…"</option>
            </select>
            <span class="range-times">
                <TimeField label="From" name="from" value=range.from set=set_from/>
                <TimeField label="To" name="to" value=range.to set=set_to/>
            </span>
        </span>
    }
}

/// A time in the reader's zone; the form submits it in UTC.
#[component]
fn TimeField(label: &'static str, name: &'static str, value: String, set: Callback<String>) -> impl IntoView {
    let zone = expect_context::<Zone>();
    let at = parse(&value);
    let shown = move || at.map(|at| zone.field(at)).unwrap_or_default();
    let changed = move |event| {
        let text = event_target_value(&event);
        match zone.parse(&text) {
            Some(at) => set.run(write(at)),
            None if text.is_empty() => set.run(String::new()),
            None => {}
        }
    };
    view! {
        <label class="date-field">
            <span>{label}</span>
            <input class="input" type="datetime-local" name=move || (!zone.is_local()).then_some(name) value=shown
                prop:value=shown on:change=changed/>
        </label>
        {move || zone.is_local().then(|| view! { <input type="hidden" name=name value=value.clone()/> })}
    }
}
