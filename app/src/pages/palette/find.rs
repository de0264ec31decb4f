//! The search field and its results.

use leptos::html::Dialog;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::close;
use super::hits::{SearchResult, Target, known};
use crate::api::alerts::ListAlerts;
use crate::api::call::Call;
use crate::api::sources::ListSources;
use crate::live::Live;
use crate::pages::may::may_set_up;
use crate::types::{Alert, AlertKind, AlertQuery, SourceRow, time};
use crate::ui::Icon;
use crate::ui::badge::severity_icon;
use crate::ui::text::visible;

/// Arrow keys choose a result, Enter runs it and closes `dialog`.
#[component]
pub fn Find(typed: RwSignal<String>, dialog: NodeRef<Dialog>) -> impl IntoView {
    let found = LocalResource::new(move || look(typed.get()));
    let at = RwSignal::new(0_usize);
    let is_admin = may_set_up();
    // Local matches come first. Results for an outdated query are discarded.
    let hits = move || {
        let words = typed.get();
        let asked = found.get().filter(|(asked, _)| *asked == words).map(|(_, hits)| hits).unwrap_or_default();
        known(&words, is_admin).into_iter().chain(asked).collect::<Vec<_>>()
    };
    let navigate = use_navigate();
    let live = expect_context::<Live>();
    let go = Callback::new(move |target: Target| {
        close(dialog);
        typed.set(String::new());
        match target {
            Target::Go(href) => navigate(&href, Default::default()),
            Target::Do(command) => command.run(live),
        }
    });
    let pressed = move |event: leptos::ev::KeyboardEvent| {
        let count = hits().len().max(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" => at.update(|at| *at = (*at + count - 1) % count),
            "Enter" => {
                if let Some(hit) = hits().get(at.get_untracked()) {
                    go.run(hit.target.clone());
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    Effect::new(move |_| {
        let chosen = document().get_element_by_id(&format!("hit-{}", at.get()));
        let _shown = chosen.map(|chosen| chosen.scroll_into_view_with_bool(false));
    });
    let is_empty = Memo::new(move |_| hits().is_empty());
    let active = move || (!is_empty.get()).then(|| format!("hit-{}", at.get()));
    let rows = move || hits().into_iter().enumerate().map(|(i, hit)| view! { <Row i hit at go/> }).collect_view();
    view! {
        <input class="input" type="search" placeholder="Search pages, actions, sources and alerts" aria-label="Search"
            autofocus=true autocomplete="off" role="combobox" aria-controls="hits"
            aria-expanded=move || (!is_empty.get()).to_string() aria-activedescendant=active
            prop:value=typed on:keydown=pressed
            on:input=move |event| { at.set(0); typed.set(event_target_value(&event)); }/>
        <p class="palette-none" role="status">{move || is_empty.get().then_some("Nothing found.")}</p>
        <ul class="palette-hits" id="hits" role="listbox" aria-label="Results">{rows}</ul>
    }
}

/// Sources and alerts that match; returned with the query they belong to.
async fn look(typed: String) -> (String, Vec<SearchResult>) {
    let needle = typed.trim().to_lowercase();
    if needle.is_empty() {
        return (typed, Vec::new());
    }
    let query = AlertQuery { q: Some(typed.clone()), limit: Some(6), ..AlertQuery::default() };
    let (sources, alerts) = (Call::of(ListSources {}).send().await, Call::of(ListAlerts { query }).send().await);
    let fits = |row: &SourceRow| row.source.name.to_lowercase().contains(&needle) || row.source.slug.contains(&needle);
    let source = |row: SourceRow| {
        SearchResult::plain(&row.source.name, "source", Target::Go(format!("/sources/{}", row.source.slug)))
    };
    let alerts = alerts.map(|list| (list.now, list.page.items)).unwrap_or_default();
    let alert = |alert: Alert| alert_hit(alert, alerts.0);
    let sources = sources.unwrap_or_default().into_iter().filter(fits).map(source);
    let alerts: Vec<SearchResult> = alerts.1.into_iter().map(alert).collect();
    (typed, sources.chain(alerts).collect())
}

fn alert_hit(alert: Alert, now: i64) -> SearchResult {
    let state = if alert.kind == AlertKind::Notice { "notice" } else { alert.state.as_str() };
    SearchResult {
        note: format!("{} · {state} · {} · {}", alert.severity, alert.source_name, time::ago(alert.last_seen_at, now)),
        severity: Some(alert.severity),
        target: Target::Go(format!("/alerts/{}", alert.id)),
        word: alert.title,
    }
}

/// One result.
#[component]
fn Row(i: usize, hit: SearchResult, at: RwSignal<usize>, go: Callback<Target>) -> impl IntoView {
    let (href, target) = (hit.target.href(), hit.target);
    let icon = hit.severity.map(|severity| {
        view! {
            <span class="hit-severity" data-severity=severity.as_str()><Icon data=severity_icon(severity)/></span>
        }
    });
    view! {
        <li role="presentation">
            <a href=href role="option" tabindex="-1" id=format!("hit-{i}")
                aria-selected=move || (at.get() == i).to_string()
                on:click=move |event| { event.prevent_default(); go.run(target.clone()); }>
                {icon}<span>{visible(&hit.word)}</span><small>{visible(&hit.note)}</small>
            </a>
        </li>
    }
}
