//! One source: set-up steps and waiting for the first event, then its activity; and management.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::activity::Activity;
use super::fields::AlertFields;
use super::manage::Manage;
use super::secret::NewSecret;
use super::steps::Steps;
use super::watch::Waiting;
use crate::api::call::Call;
use crate::api::sources::GetSourceSetup;
use crate::live::Live;
use crate::pages::load::Load;
use crate::types::{Alert, SourceSetup};
use crate::ui::{BrokenSource, ConnectionLost, Crumbs, Icon, Mark, PageTitle, Problem};

/// `/sources/:slug`.
#[component]
pub fn SourcePage() -> impl IntoView {
    let params = use_params_map();
    let live = expect_context::<Live>();
    let slug = Memo::new(move |_| params.with(|params| params.get("slug").unwrap_or_default()));
    let setup = Load::new(move || Call::of(GetSourceSetup { slug: slug.get() }).at(&[live.reload.get()]));
    expect_context::<NewSecret>().forget_on_leaving();
    let arrived = RwSignal::new(None);
    let first = Callback::new(move |()| setup.again());
    view! {
        {setup.show_either(move |answer| match answer {
            Ok(found) => view! { <Loaded found first arrived/> }.into_any(),
            Err(error) => view! { <PageTitle text="Source"/><Problem error retry=move |()| setup.again()/> }.into_any(),
        })}
    }
}

#[component]
fn Loaded(found: SourceSetup, first: Callback<()>, arrived: RwSignal<Option<Alert>>) -> impl IntoView {
    let name = found.source.name.clone();
    let made = expect_context::<NewSecret>().of(&found.source.slug);
    let receives = found.last_event_at.is_some();
    let title = if receives { name.clone() } else { format!("Connect {name}") };
    let steps = steps_of(&found, made);
    let paused = (!found.source.is_active)
        .then(|| view! { <span class="badge" data-tone="neutral" data-tint="">"Paused"</span> });
    view! {
        <PageTitle text=name.clone()/>
        <div class="page">
            <Crumbs href="/sources" parent="Sources" here=name/>
            <header class="heading">
                <Mark provider=found.source.provider.clone()/>
                <div><h1>{title}</h1></div>{paused}
                <a class="button" href=format!("/events?source={}", found.source.slug)>
                    <Icon data=icondata_lu::LuActivity/>"Events"
                </a>
            </header>
            <ConnectionLost/>
            {found.broken.clone().map(|why| view! { <BrokenSource why/> })}
            {(receives && found.source.awaits_secret).then(|| view! { <SecretMissing found=found.clone()/> })}
            {receives.then(|| view! {
                <div class="stack"><Activity slug=found.source.slug.clone()/><AlertFields found=found.clone()/></div>
            })}
            <div class="wizard">
                <div class="stack">{steps}<Manage found=found.clone()/></div>
                <Waiting found first arrived/>
            </div>
        </div>
    }
}

/// A warning that deliveries are rejected until the provider's secret is entered.
#[component]
fn SecretMissing(found: SourceSetup) -> impl IntoView {
    let secret = found.provider.issues.unwrap_or_default();
    view! {
        <div class="banner" data-tone="warn" role="status">
            <Icon data=icondata_lu::LuTriangleAlert/>
            <p>{format!("Requests from {} are rejected until its {secret} is entered.", found.provider.name)}</p>
        </div>
    }
}

/// The set-up steps; on demand once events arrive, unless a secret is still to be copied or entered.
fn steps_of(found: &SourceSetup, made: Option<String>) -> AnyView {
    let (setup, summary) = (found.clone(), format!("Setup steps for {}", found.provider.name));
    if found.last_event_at.is_none() {
        return view! { <ol class="steps"><li class="step"><Steps setup made/></li></ol> }.into_any();
    }
    let is_open = made.is_some() || found.source.awaits_secret;
    view! {
        <details class="card setup-again" open=is_open>
            <summary>{summary}</summary>
            <div class="setup-steps"><Steps setup made/></div>
        </details>
    }
    .into_any()
}
