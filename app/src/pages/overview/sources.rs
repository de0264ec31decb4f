//! The table of sources by volume and failure.

use leptos::prelude::*;

use crate::types::{SourceStats, Stats};
use crate::ui::text::grouped;
use crate::ui::{Age, Icon, Mark};

/// Number of sources shown.
const SHOWN: usize = 6;

/// The six sources with the most events; bars are relative to the first.
#[component]
pub fn SourceTable(#[prop(into)] stats: Signal<Stats>) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="sources-title">
            <header class="card-head">
                <h2 id="sources-title">"Sources"</h2><p>"24 h"</p>
                <a class="more-link" href="/sources">"All sources "<Icon data=icondata_lu::LuArrowRight/></a>
            </header>
            <table class="table source-table">
                <thead>
                    <tr>
                        <th>"Source"</th>
                        <th class="num col-received">"Received"</th>
                        <th class="col-bar bar"><span class="visually-hidden">"Share"</span></th>
                        <th class="num col-failed">"Failed"</th>
                        <th class="num col-last">"Last event"</th>
                    </tr>
                </thead>
                <tbody>{move || stats.with(|stats| rows(&stats.sources))}</tbody>
            </table>
        </section>
    }
}

fn rows(sources: &[SourceStats]) -> Vec<AnyView> {
    let most = sources.iter().map(|source| source.received).max().unwrap_or(0).max(1);
    sources.iter().take(SHOWN).map(|source| row(source, source.received * 100 / most)).collect()
}

fn row(source: &SourceStats, percent: i64) -> AnyView {
    let failed = match source.failed {
        0 => view! { "0" }.into_any(),
        n => view! { <span class="failed" data-status="failed"><Icon data=icondata_lu::LuCircleX/>{grouped(n)}</span> }
            .into_any(),
    };
    view! {
        <tr>
            <td>
                <a class="row-link" href=format!("/sources/{}", source.slug)>
                    <span class="source">
                        <Mark provider=source.provider.clone()/><span>{source.name.clone()}</span>
                    </span>
                </a>
            </td>
            <td class="num received">{grouped(source.received)}</td>
            <td class="bar"><span class="meter" style=format!("--w:{percent}")></span></td>
            <td class="num">{failed}</td>
            <td class="num">{last_event(source.last_event_at)}</td>
        </tr>
    }
    .into_any()
}

/// Time since the source's last event.
pub fn last_event(at: Option<i64>) -> AnyView {
    match at {
        Some(at) => view! { <Age at/> }.into_any(),
        None => view! { <span class="age">"never"</span> }.into_any(),
    }
}
