//! One source: set-up steps at the provider, waiting for the first event, and management.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::activity::Activity;
use super::manage::Manage;
use super::watch::Waiting;
use crate::api::call::Call;
use crate::api::sources::GetSourceSetup;
use crate::live::Live;
use crate::pages::load::Load;
use crate::types::SourceSetup;
use crate::ui::{BrokenSource, ConnectionLost, CopyField, Icon, Mark, PageTitle, Problem};

/// `/sources/:slug`.
#[component]
pub fn SourcePage() -> impl IntoView {
    let params = use_params_map();
    let live = expect_context::<Live>();
    let slug = Memo::new(move |_| params.with(|params| params.get("slug").unwrap_or_default()));
    let setup = Load::new(move || Call::of(GetSourceSetup { slug: slug.get() }).at(&[live.reload.get()]));
    view! {
        {setup.show_either(move |answer| match answer {
            Ok(found) => view! { <Loaded found/> }.into_any(),
            Err(error) => view! { <PageTitle text="Source"/><Problem error retry=move |()| setup.again()/> }.into_any(),
        })}
    }
}

#[component]
fn Loaded(found: SourceSetup) -> impl IntoView {
    let name = found.source.name.clone();
    let title = if found.last_event_at.is_some() { name.clone() } else { format!("Connect {name}") };
    let paused = (!found.source.is_active)
        .then(|| view! { <span class="badge" data-tone="neutral" data-tint="">"Paused"</span> });
    view! {
        <PageTitle text=name.clone()/>
        <div class="page">
            <nav class="crumbs" aria-label="Breadcrumb">
                <a href="/sources">"Sources"</a>
                <Icon data=icondata_lu::LuChevronRight/>
                <span aria-current="page">{name}</span>
            </nav>
            <header class="heading">
                <Mark provider=found.source.provider.clone()/>
                <div><h1>{title}</h1></div>{paused}
                <a class="button" href=format!("/events?source={}", found.source.slug)>
                    <Icon data=icondata_lu::LuActivity/>"Events"
                </a>
            </header>
            <ConnectionLost/>
            {found.broken.clone().map(|why| view! { <BrokenSource why/> })}
            {if found.last_event_at.is_some() {
                view! { <Own found/> }.into_any()
            } else {
                view! { <Wizard found/> }.into_any()
            }}
        </div>
    }
}

/// Before the first event: what to do at the provider, and a panel that waits for it.
#[component]
fn Wizard(found: SourceSetup) -> impl IntoView {
    view! {
        <div class="wizard">
            <div class="stack">
                <ol class="steps"><li class="step"><Steps setup=found.clone()/></li></ol>
                <Manage found=found.clone()/>
            </div>
            <Waiting found/>
        </div>
    }
}

/// After it: what the source does, and the set-up steps on demand.
#[component]
fn Own(found: SourceSetup) -> impl IntoView {
    view! {
        <div class="stack"><Activity slug=found.source.slug.clone()/></div>
        <div class="wizard">
            <div class="stack">
                <details class="card setup-again">
                    <summary>{format!("Set-up steps for {}", found.provider.name)}</summary>
                    <div class="setup-steps"><Steps setup=found.clone()/></div>
                </details>
                <Manage found=found.clone()/>
            </div>
            <Waiting found/>
        </div>
    }
}

/// Set-up steps at the provider.
#[component]
fn Steps(setup: SourceSetup) -> impl IntoView {
    let url = setup.url.clone();
    let step = move |step: String| {
        let copies_url = step.contains("{url}");
        view! { <li><span>{marked(&step.replace("{url}", &url))}</span>{copies_url.then(|| view! { <CopyUrl/> })}</li> }
    };
    let command =
        setup.provider.sample.as_ref().map(|sample| format!("opscenter send {} --event {sample}", setup.source.slug));
    view! {
        <h2>{format!("In {}", setup.provider.name)}</h2>
        <div class="field" data-span="">
            <label for="url">"Payload URL"</label>
            <CopyField id="url" value=setup.url/>
        </div>
        <ol class="howto">{setup.provider.steps.into_iter().map(step).collect_view()}</ol>
        {command.map(|command| view! {
            <div>
                <div class="code-head"><span>"Or send a test event from the server's terminal"</span></div>
                <pre class="code-block" tabindex="0"><code>{command}</code></pre>
            </div>
        })}
    }
}

/// A button that copies the webhook URL, next to the step that needs it.
#[component]
fn CopyUrl() -> impl IntoView {
    let (copied, set_copied) = signal(false);
    let copy = move |_| {
        crate::ui::copy::copy_field("url");
        set_copied.set(true);
    };
    view! {
        <button class="button" data-size="small" type="button" on:click=copy>
            <Icon data=icondata_lu::LuCopy/>{move || if copied.get() { "Copied" } else { "URL" }}
        </button>
    }
}

/// Renders `**strong**` and `` `code` `` in a pack's steps as elements.
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
