//! Adding a source: provider, name and slug. Its page continues with the secret and the steps at the provider.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::choose::Providers;
use super::name::NameAndSlug;
use super::secret::NewSecret;
use crate::api::call::Call;
use crate::api::sources::{CreateSource, GetSourceForm};
use crate::error::Error;
use crate::pages::load::Load;
use crate::pages::post::{Post, PostForm};
use crate::types::{AddedSource, SourceForm};
use crate::ui::{Crumbs, ErrorBanner, PageTitle, Step};

/// `/sources/new`, for admins.
#[component]
pub fn NewSourcePage() -> impl IntoView {
    let form = Load::new(|| Call::of(GetSourceForm {}));
    let create = Post::to::<CreateSource>();
    go_on(create);
    view! {
        <PageTitle text="Add a source"/>
        {form.show(move |form| view! { <Loaded form create/> }.into_any())}
    }
}

/// Opens the page of the new source, with its secret. Without JavaScript the server redirects.
fn go_on(create: Post<AddedSource>) {
    let (navigate, kept) = (use_navigate(), expect_context::<NewSecret>());
    Effect::new(move |_| {
        if let Some(added) = create.ok() {
            let path = format!("/sources/{}", added.slug);
            kept.0.set(Some(added));
            navigate(&path, Default::default());
        }
    });
}

#[component]
fn Loaded(form: SourceForm, create: Post<AddedSource>) -> impl IntoView {
    let error = Signal::derive(move || create.error());
    let provider = RwSignal::new(None);
    let pending = Signal::derive(move || create.pending());
    view! {
        <div class="page">
            <Crumbs href="/sources" parent="Sources" here="New"/>
            <header class="heading"><div><h1>"Add a source"</h1></div></header>
            <div class="wizard">
                <PostForm post=create>
                    <Elsewhere error/>
                    <ol class="steps">
                        <li class="step"><Providers providers=form.providers chosen=provider/></li>
                        <li class="step"><NameAndSlug provider slugs=form.slugs error pending/></li>
                        <li class="step" data-state="todo"><h2>"Connect the provider"</h2></li>
                    </ol>
                </PostForm>
                <aside class="card">
                    <header class="card-head"><h2>"What happens next"</h2></header>
                    <div class="watch" data-first=""><ol><Next/></ol></div>
                </aside>
            </div>
        </div>
    }
}

/// An error that belongs to no field.
#[component]
fn Elsewhere(error: Signal<Option<Error>>) -> impl IntoView {
    move || {
        let error = error.get().filter(|error| !matches!(error.field(), Some("slug" | "name")));
        error.map(|error| view! { <ErrorBanner error/> })
    }
}

#[component]
fn Next() -> impl IntoView {
    view! {
        <Step done=false name="You get the webhook URL and setup steps" note=""/>
        <Step done=false name="The provider signs with the secret" note=""/>
        <Step done=false name="The first event confirms the connection" note=""/>
    }
}
