//! The time range of a filter form.

use leptos::html::Input;
use leptos::prelude::*;

use super::keys::submit_form;
use super::range::{CUSTOM, Range, SPANS, write};
use super::zone::Zone;

/// Fields of the enclosing form: a quick range, and two times that show when "Custom" is chosen. A choice submits the form; the
/// times are applied by its button. They are in the reader's zone, or in UTC without JavaScript.
#[component]
pub fn RangeFields(range: Range) -> impl IntoView {
    let chosen = range.choice();
    let option = |word: &'static str, label: &'static str| {
        let is_chosen = chosen == word;
        view! { <option value=word selected=is_chosen prop:selected=is_chosen>{label}</option> }
    };
    let spans = SPANS.iter().map(|span| option(span.word, span.label)).collect_view();
    let (from, to) = if let Range::Between(from, to) = range { (from, to) } else { (None, None) };
    view! {
        <span class="range">
            <select class="select" name="since" aria-label="Time" on:change=|event| submit_form(&event)>
                {option("", "Any time")}{spans}{option(CUSTOM, "Custom…")}
            </select>
            <span class="range-times">
                <TimeField label="From" name="from" at=from/>
                <TimeField label="To" name="to" at=to/>
            </span>
        </span>
    }
}

/// A time in the reader's zone. The form submits it in UTC: the field itself does, or a hidden one while the zone is local.
#[component]
fn TimeField(label: &'static str, name: &'static str, at: Option<i64>) -> impl IntoView {
    let zone = expect_context::<Zone>();
    let hidden = NodeRef::<Input>::new();
    let shown = move || at.map(|at| zone.field(at)).unwrap_or_default();
    let changed = move |event| {
        if let Some(hidden) = hidden.get_untracked() {
            hidden.set_value(&zone.parse(&event_target_value(&event)).map(write).unwrap_or_default());
        }
    };
    view! {
        <label class="date-field">
            <span>{label}</span>
            <input class="input" type="datetime-local" name=move || (!zone.is_local()).then_some(name) value=shown
                prop:value=shown on:change=changed/>
        </label>
        {move || zone.is_local().then(|| view! {
            <input type="hidden" node_ref=hidden name=name value=at.map(write)/>
        })}
    }
}
