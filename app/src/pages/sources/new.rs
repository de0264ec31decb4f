//! Adding a source: provider, name, slug, and a secret that is displayed only here.

use leptos::prelude::*;

use super::manage::slug_verdict;
use crate::api::call::Call;
use crate::api::sources::{CreateSource, GetSourceForm};
use crate::error::Error;
use crate::pages::load::Load;
use crate::pages::post::{Post, PostForm};
use crate::types::{ProviderInfo, SourceForm};
use crate::ui::{CopyField, Crumbs, ErrorBanner, Field, Mark, PageTitle, Step};

/// `/sources/new`, for admins.
#[component]
pub fn NewSourcePage() -> impl IntoView {
    let form = Load::new(|| Call::of(GetSourceForm {}));
    let create = Post::to::<CreateSource>();
    view! {
        <PageTitle text="Add a source"/>
        {form.show(move |form| view! { <Loaded form create/> }.into_any())}
    }
}

#[component]
fn Loaded(form: SourceForm, create: Post<()>) -> impl IntoView {
    let error = Signal::derive(move || create.error());
    view! {
        <div class="page">
            <Crumbs href="/sources" parent="Sources" here="New"/>
            <header class="heading"><div><h1>"Add a source"</h1></div></header>
            <div class="wizard">
                <PostForm post=create>
                    {move || error.get().filter(|error| error.field().is_none()).map(|error| view! {
                        <ErrorBanner error/>
                    })}
                    <ol class="steps">
                        <li class="step"><Providers providers=form.providers/></li>
                        <li class="step"><NameAndSecret secret=form.secret error/></li>
                        <li class="step" data-state="todo"><h2>"Connect the provider"</h2></li>
                    </ol>
                </PostForm>
                <aside class="card">
                    <header class="card-head"><h2>"What happens next"</h2></header>
                    <div class="watch" data-first="">
                        <ol>
                            <Step done=false name="You get the webhook URL and setup steps" note=""/>
                            <Step done=false name="The provider signs with the secret" note=""/>
                            <Step done=false name="The first event confirms the connection" note=""/>
                        </ol>
                    </div>
                </aside>
            </div>
        </div>
    }
}

#[component]
fn Providers(providers: Vec<ProviderInfo>) -> impl IntoView {
    let choice = |(i, provider): (usize, ProviderInfo)| {
        let experimental = (!provider.is_sound).then(|| {
            view! {
                <small title="Not yet tested with the provider's own signatures and payloads">"experimental"</small>
            }
        });
        view! {
            <label class="provider">
                <input class="visually-hidden" type="radio" name="provider" value=provider.id.clone() checked={i == 0}
                    required=true/>
                <Mark provider=provider.id/>
                <span>{provider.name}</span>
                {experimental}
            </label>
        }
    };
    // The most used providers come first.
    let mut providers = providers;
    providers.sort_by_key(|provider| (provider.id == "generic", !provider.is_sound, rank(&provider.id)));
    view! {
        <fieldset>
            <legend>"Provider"</legend>
            <div class="providers">{providers.into_iter().enumerate().map(choice).collect_view()}</div>
        </fieldset>
    }
}

/// Sort rank of the most used providers; the rest sort by name.
fn rank(id: &str) -> usize {
    let first = ["github", "stripe", "alertmanager", "grafana", "sentry", "gitlab", "pagerduty", "shopify", "slack"];
    first.iter().position(|name| *name == id).unwrap_or(first.len())
}

#[component]
fn NameAndSecret(secret: String, #[prop(into)] error: Signal<Option<Error>>) -> impl IntoView {
    let wrong = move |field: &'static str| {
        Signal::derive(move || {
            error.with(|error| error.as_ref().filter(|e| e.field() == Some(field)).map(Error::to_string))
        })
    };
    let slug = RwSignal::new(String::new());
    let verdict = slug_verdict(slug);
    let refused = wrong("slug");
    let slug_error = Signal::derive(move || verdict.get().or_else(|| refused.get()));
    view! {
        <h2>"Name and secret"</h2>
        <div class="fields">
            <Field id="name" label="Name" hint="Leave blank to use the provider's name"/>
            <Field id="slug" label="Slug" mono=true required=true hint="Part of the URL: a–z, 0–9 and dashes"
                error=slug_error typed=slug/>
            <div class="field" data-span="">
                <label for="secret">"Secret"</label>
                <CopyField id="secret" name="secret" value=secret/>
                {move || match wrong("secret").get() {
                    Some(error) => view! { <p class="field-error">{error}</p> }.into_any(),
                    None => view! {
                        <p class="field-hint">
                            "Generated for you; replace it if the provider gives you one. Copy it now: after saving, it cannot be viewed again, only replaced."
                        </p>
                    }.into_any(),
                }}
            </div>
        </div>
        <div class="button-row">
            <button class="button" data-kind="primary">"Create source"</button>
            <a class="button" data-kind="quiet" href="/sources">"Cancel"</a>
        </div>
    }
}
