//! The list of sources.

use leptos::prelude::*;

use crate::api::call::Call;
use crate::api::sources::{ListSources, SetSourceActive};
use crate::live::Live;
use crate::pages::load::Load;
use crate::pages::may::may_set_up;
use crate::pages::overview::last_event;
use crate::pages::post::{Post, PostForm};
use crate::types::SourceRow;
use crate::ui::text::grouped;
use crate::ui::{ConnectionLost, Empty, ErrorBanner, Icon, Mark, MiniSpark, PageTitle};

/// `/sources`.
#[component]
pub fn SourcesPage() -> impl IntoView {
    let live = expect_context::<Live>();
    let toggle = Post::to::<SetSourceActive>();
    let sources = Load::new(move || Call::of(ListSources {}).at(&[toggle.version(), live.reload.get()]));
    view! {
        <PageTitle text="Sources"/>
        {sources.show(move |rows| view! { <Loaded rows toggle/> }.into_any())}
    }
}

#[component]
fn Loaded(rows: Vec<SourceRow>, toggle: Post<()>) -> impl IntoView {
    let may_change = may_set_up();
    let paused = rows.iter().filter(|row| !row.source.is_active).count();
    let summary = if paused > 0 { format!("{}, {paused} paused", rows.len()) } else { rows.len().to_string() };
    let body = if rows.is_empty() {
        view! { <NoSources may_change/> }.into_any()
    } else {
        view! { <Table rows toggle may_change/> }.into_any()
    };
    view! {
        <header class="list-head">
            <div class="list-title">
                <h1>"Sources"</h1><p>{summary}</p>
                {may_change.then(|| view! {
                    <a class="button" data-kind="primary" href="/sources/new">
                        <Icon data=icondata_lu::LuPlus/>"Add source"
                    </a>
                })}
            </div>
            <ConnectionLost/>
            {move || toggle.error().map(|error| view! { <ErrorBanner error/> })}
        </header>
        <section class="list" aria-label="Sources">{body}</section>
    }
}

#[component]
fn NoSources(may_change: bool) -> impl IntoView {
    view! {
        <Empty icon=icondata_lu::LuWebhook title="No sources yet"
            text="A source is a webhook URL that a service such as GitHub or Stripe posts to, plus its signing secret.">
            {may_change.then(|| view! {
                <div class="button-row"><a class="button" data-kind="primary" href="/sources/new">"Add source"</a></div>
            })}
        </Empty>
    }
}

#[component]
fn Table(rows: Vec<SourceRow>, toggle: Post<()>, may_change: bool) -> impl IntoView {
    view! {
        <table class="table sources-table">
            <thead>
                <tr>
                    <th>"Name"</th>
                    <th class="col-provider">"Provider"</th>
                    <th class="col-active">"Active"</th>
                    <th class="num col-seen">"Last event"</th>
                    <th class="col-hours">"24 hours"</th>
                    <th class="num col-count">"Received 24 h"</th>
                    <th class="num col-count">"Failed 24 h"</th>
                    <th class="num col-count">"Rejected 24 h"</th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(|row| view! { <Row row toggle may_change/> }).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(row: SourceRow, toggle: Post<()>, may_change: bool) -> impl IntoView {
    let SourceRow { source, stats, provider_name, hours, refused, broken } = row;
    let broken = broken.map(|why| view! {
        <span class="failed" data-status="failed" title=why.clone()><Icon data=icondata_lu::LuCircleX/>"Broken"</span>
    });
    let awaits = source.awaits_secret.then(|| {
        view! {
            <span class="failed" data-tone="warn"><Icon data=icondata_lu::LuKeyRound/>"Secret not entered"</span>
        }
    });
    let refused_href = format!("/events/refused?source={}", source.slug);
    view! {
        <tr data-paused=(!source.is_active).then_some("")>
            <td class="cell-name">
                <a class="row-link" href=format!("/sources/{}", source.slug)>
                    <span class="source-name">{source.name.clone()}</span>
                    <span class="slug">{source.slug.clone()}</span>
                    {broken}{awaits}
                </a>
            </td>
            <td class="cell-provider">
                <span class="source"><Mark provider=source.provider.clone()/><span>{provider_name}</span></span>
            </td>
            <td class="cell-active">
                <Switch name=source.name slug=source.slug is_active=source.is_active toggle may_change/>
            </td>
            <td class="cell-seen num">{last_event(stats.last_event_at)}</td>
            <td class="cell-hours"><MiniSpark values=hours/></td>
            <td class="cell-received num" data-unit="received">{grouped(stats.received)}</td>
            <td class="cell-failed num" data-unit="failed">{bad(stats.failed, None)}</td>
            <td class="cell-refused num" data-unit="refused">{bad(refused, Some(refused_href))}</td>
        </tr>
    }
}

/// A count that is highlighted unless it is zero.
fn bad(count: i64, href: Option<String>) -> AnyView {
    if count == 0 {
        return view! { "0" }.into_any();
    }
    let number = view! { <Icon data=icondata_lu::LuCircleX/>{grouped(count)} };
    match href {
        Some(href) => view! { <a class="failed above" data-status="failed" href=href>{number}</a> }.into_any(),
        None => view! { <span class="failed" data-status="failed">{number}</span> }.into_any(),
    }
}

/// A button in a plain form, so that it works without JavaScript.
#[component]
fn Switch(name: String, slug: String, is_active: bool, toggle: Post<()>, may_change: bool) -> impl IntoView {
    view! {
        <PostForm post=toggle>
            <input type="hidden" name="slug" value=slug/>
            <input type="hidden" name="active" value=(!is_active).to_string()/>
            <button class="switch" role="switch" aria-checked=is_active.to_string() disabled=!may_change
                aria-label=format!("Receive events from {name}")>
                <span class="switch-track"></span>
                <span class="switch-word">{if is_active { "On" } else { "Paused" }}</span>
            </button>
        </PostForm>
    }
}
