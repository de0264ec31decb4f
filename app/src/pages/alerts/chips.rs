//! The tabs and the chips of the filters: links to the list with one choice more or less.

use leptos::prelude::*;

use super::shown::Shown;
use super::view::View;
use crate::types::Severity;
use crate::ui::Icon;
use crate::ui::badge::severity_icon;
use crate::ui::text::short;

/// Problems, notices or both.
#[component]
pub fn Tabs(view_of: Memo<View>, counts: Signal<[i64; 4]>) -> impl IntoView {
    let open = move || counts.with(|counts| counts.iter().sum::<i64>());
    let tab = move |state: Shown, word: &'static str| {
        let href = move || View { state, cursor: None, ..view_of.get() }.href();
        let is_on = move || view_of.with(|view| view.state.tab() == state).then_some("true");
        let count = (state == Shown::Unresolved).then(|| view! { <data>{move || short(open())}</data> });
        view! { <a href=href aria-current=is_on>{word}{count}</a> }
    };
    view! {
        <nav class="segmented" aria-label="Kind">
            {tab(Shown::Unresolved, "Problems")}{tab(Shown::Notices, "Notices")}{tab(Shown::All, "All")}
        </nav>
    }
}

/// The alerts of one person, or of nobody.
pub fn assignee_chip(view_of: Memo<View>, assignee: String, word: &'static str) -> impl IntoView {
    let of = assignee.clone();
    let is_on = Memo::new(move |_| view_of.with(|view| view.assignee == of));
    let href = move || {
        let assignee = if is_on.get() { String::new() } else { assignee.clone() };
        View { assignee, cursor: None, ..view_of.get() }.href()
    };
    view! { <a class="chip" href=href aria-current=move || is_on.get().then_some("true")>{word}</a> }
}

/// Resolved problems instead of unresolved ones.
pub fn resolved_chip(view_of: Memo<View>) -> impl IntoView {
    let is_on = move || view_of.with(|view| view.state == Shown::Resolved);
    let state = move || if is_on() { Shown::Unresolved } else { Shown::Resolved };
    let href = move || View { state: state(), cursor: None, ..view_of.get() }.href();
    let is_problems = move || view_of.with(|view| view.state.tab() == Shown::Unresolved);
    move || {
        is_problems().then(|| {
            view! { <a class="chip" href=href aria-current=move || is_on().then_some("true")>"Resolved"</a> }
        })
    }
}

/// A severity with the number of its unresolved alerts.
pub fn severity_chip(view_of: Memo<View>, severity: Severity, counts: Signal<[i64; 4]>) -> impl IntoView {
    let href = move || view_of.with(|view| view.toggled(severity).href());
    let is_on = move || view_of.with(|view| view.severity.contains(&severity)).then_some("true");
    let count = move || short(counts.get()[severity as usize]);
    // The counts are those of all unresolved alerts, and would be wrong next to a narrower filter.
    let is_counted = move || view_of.with(View::is_whole);
    let counted = move || is_counted().then(|| view! { <data>{count}</data> });
    view! {
        <a class="chip" data-severity=severity.as_str() href=href aria-current=is_on>
            <Icon data=severity_icon(severity)/>{severity.label()}{counted}
        </a>
    }
}
