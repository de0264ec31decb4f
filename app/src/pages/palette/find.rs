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
use crate::types::{Alert, AlertQuery, SourceRow};
use crate::ui::text::visible;

/// Arrow keys choose a result, Enter runs it and closes `dialog`.
#[component]
pub fn Find(typed: RwSignal<String>, dialog: NodeRef<Dialog>) -> impl IntoView {
    let found = LocalResource::new(move || look(typed.get()));
    let at = RwSignal::new(0_usize);
    // Local matches come first. Results for an outdated query are discarded.
    let hits = move || {
        let words = typed.get();
        let asked = found.get().filter(|(asked, _)| *asked == words).map(|(_, hits)| hits).unwrap_or_default();
        known(&words).into_iter().chain(asked).collect::<Vec<_>>()
    };
    let navigate = use_navigate();
    let live = expect_context::<Live>();
    let go = Callback::new(move |target: Target| {
        close(dialog);
        typed.set(String::new());
        match target {
            Target::Go(href) => navigate(&href, Default::default()),
            Target::Do(deed) => deed.run(live),
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
    let rows = move || {
        hits()
            .into_iter()
            .enumerate()
            .map(|(i, hit)| {
                let (href, target) = (hit.target.href(), hit.target);
                view! {
                    <li role="presentation">
                        <a href=href role="option" tabindex="-1" id=format!("hit-{i}")
                            aria-selected=move || (at.get() == i).to_string()
                            on:click=move |event| { event.prevent_default(); go.run(target.clone()); }>
                            <span>{visible(&hit.word)}</span><small>{hit.note}</small>
                        </a>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <input class="input" type="search" placeholder="Search pages, actions, sources and alerts" aria-label="Search"
            autofocus=true autocomplete="off" role="combobox" aria-expanded="true" aria-controls="hits"
            aria-activedescendant=move || format!("hit-{}", at.get()) prop:value=typed on:keydown=pressed
            on:input=move |event| { at.set(0); typed.set(event_target_value(&event)); }/>
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
    let source = |row: SourceRow| SearchResult {
        target: Target::Go(format!("/sources/{}", row.source.slug)),
        word: row.source.name,
        note: "source",
    };
    let alert = |alert: Alert| SearchResult {
        target: Target::Go(format!("/alerts/{}", alert.id)),
        word: alert.title,
        note: "alert",
    };
    let sources = sources.unwrap_or_default().into_iter().filter(fits).map(source);
    let alerts = alerts.map(|list| list.page.items).unwrap_or_default().into_iter().map(alert);
    (typed, sources.chain(alerts).collect())
}
