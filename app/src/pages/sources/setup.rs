//! What is left to do at the provider, and the wait for the first event.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::api::sources::{SourceSetup, get_source_setup};
use crate::live::Live;
use crate::types::Alert;
use crate::ui::{Age, ConnectionLost, CopyField, Icon, Problem, Step};

#[component]
pub fn SourcePage() -> impl IntoView {
    let params = use_params_map();
    let live = expect_context::<Live>();
    let slug = Memo::new(move |_| params.with(|params| params.get("slug").unwrap_or_default()));
    let setup = Resource::new(move || (slug.get(), live.reload.get()), |(slug, _)| get_source_setup(slug));
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match setup.await {
                    Ok(setup) => view! { <Loaded setup/> }.into_any(),
                    Err(error) => view! { <Problem error retry=move |()| setup.refetch()/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Loaded(setup: SourceSetup) -> impl IntoView {
    let name = setup.source.name.clone();
    view! {
        <Title text=format!("{name} · OpsCenter")/>
        <div class="page">
            <nav class="crumbs" aria-label="Breadcrumb">
                <a href="/sources">"Sources"</a><Icon data=icondata_lu::LuChevronRight/><span aria-current="page">{name.clone()}</span>
            </nav>
            <header class="heading"><div><h1>{format!("Connect {name}")}</h1></div></header>
            <ConnectionLost/>
            <div class="wizard">
                <ol class="steps"><li class="step"><Steps setup=setup.clone()/></li></ol>
                <Waiting slug=setup.source.slug first_at=setup.last_event_at/>
            </div>
        </div>
    }
}

#[component]
fn Steps(setup: SourceSetup) -> impl IntoView {
    let url = setup.url.clone();
    let step = move |step: String| view! { <li><span>{marked(&step.replace("{url}", &url))}</span></li> };
    view! {
        <h2>{format!("At {}", setup.provider.name)}</h2>
        <div class="field" data-span="">
            <label for="url">"Payload URL"</label>
            <CopyField id="url" value=setup.url/>
        </div>
        <ol class="howto">{setup.provider.steps.into_iter().map(step).collect_view()}</ol>
        <div>
            <div class="code-head"><span>"Or try it from the server's terminal"</span></div>
            <pre class="code-block" tabindex="0"><code>{format!("opscenter send {} --event {}", setup.source.slug, sample(&setup.source.provider))}</code></pre>
        </div>
    }
}

/// A sample that the server can sign.
fn sample(provider: &str) -> &'static str {
    match provider {
        "github" => "push",
        "stripe" => "payout.failed",
        _ => "alert",
    }
}

/// `**strong**` and `` `code` `` of a pack's steps, as elements.
fn marked(text: &str) -> Vec<AnyView> {
    let mut views = Vec::new();
    for (i, part) in text.split("**").enumerate() {
        for (j, piece) in part.split('`').enumerate() {
            let piece = piece.to_owned();
            views.push(match (i % 2, j % 2) {
                (_, 1) => view! { <code>{piece}</code> }.into_any(),
                (1, _) => view! { <strong>{piece}</strong> }.into_any(),
                _ => piece.into_any(),
            });
        }
    }
    views
}

#[component]
fn Waiting(slug: String, first_at: Option<i64>) -> impl IntoView {
    let live = expect_context::<Live>();
    let last = RwSignal::new(first_at);
    let arrived = RwSignal::new(None::<Alert>);
    live.each_after(0, move |frame| {
        if let Ok(alert) = serde_json::from_value::<Alert>(frame.data.clone())
            && alert.source == slug
            && last.get_untracked().is_none_or(|at| alert.last_seen_at > at)
        {
            last.set(Some(alert.last_seen_at));
            arrived.set(Some(alert));
        }
    });
    let tone = move || last.get().is_some().then_some("ok");
    view! {
        <aside class="card" aria-live="polite">
            <div class="waiting">
                <span class="waiting-rings" data-tone=tone><span></span></span>
                <div>
                    <h2>{move || if last.get().is_some() { "Events arrive" } else { "Waiting for the first event…" }}</h2>
                    <p>{move || match last.get() {
                        Some(at) => view! { "The last one "<Age at/> }.into_any(),
                        None => "This turns green by itself.".into_any(),
                    }}</p>
                </div>
            </div>
            <div class="watch">
                <ol>{move || {
                    let done = last.get().is_some();
                    view! {
                        <Step done name="Request reached this server" note=""/>
                        <Step done name="Signature matches the secret" note=""/>
                        <Step done name="Event is stored" note=""/>
                        <Step done name="Shown on the dashboard" note=""/>
                    }
                }}</ol>
            </div>
            {move || arrived.get().map(|alert| view! {
                <div class="card-foot"><a class="button" href=format!("/alerts/{}", alert.id)>"See the alert"</a></div>
            })}
        </aside>
    }
}
