//! Name and slug of a new source. They follow the provider and each other until they are typed.

use leptos::prelude::*;

use crate::api::call::Call;
use crate::api::sources::CheckSourceSlug;
use crate::error::Error;
use crate::pages::typing::ask_while_typing;
use crate::types::{ProviderInfo, free_slug, slug_of};
use crate::ui::{Field, error_of};

/// The fields, what will happen to the secret, and the buttons.
#[component]
pub fn NameAndSlug(
    provider: RwSignal<Option<ProviderInfo>>,
    slugs: Vec<String>,
    error: Signal<Option<Error>>,
    pending: Signal<bool>,
) -> impl IntoView {
    let (name, slug) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    prefill(provider, name, slug, slugs);
    let (verdict, refused) = (slug_verdict(slug), error_of(error, "slug"));
    let slug_error = Signal::derive(move || verdict.get().or_else(|| refused.get()));
    view! {
        <h2>"Name"</h2>
        <div class="fields">
            <Field id="name" label="Name" hint="Leave blank to use the provider's name" typed=name
                error=error_of(error, "name")/>
            <Field id="slug" label="Slug" mono=true hint="Part of the URL: a–z, 0–9 and dashes. Leave blank to generate one"
                error=slug_error typed=slug/>
        </div>
        <p class="field-hint">{move || provider.with(|provider| secret_hint(provider.as_ref()))}</p>
        <div class="button-row">
            <button class="button" data-kind="primary" disabled=pending>"Create source"</button>
            <a class="button" data-kind="quiet" href="/sources">"Cancel"</a>
        </div>
    }
}

/// Why a slug cannot be used; `None` until the server has answered.
fn slug_verdict(slug: RwSignal<String>) -> Signal<Option<String>> {
    let typed = move || Some(slug.get()).filter(|slug| !slug.is_empty());
    let asked = ask_while_typing(typed, |slug: &String| Call::of(CheckSourceSlug { slug: slug.clone() }));
    Signal::derive(move || {
        let (of, verdict) = asked.get()?;
        verdict.ok().flatten().filter(|_| slug.with(|slug| *slug == of))
    })
}

/// Where the secret comes from.
fn secret_hint(provider: Option<&ProviderInfo>) -> String {
    match provider {
        Some(ProviderInfo { name, issues: Some(secret), .. }) => {
            format!("{name} issues the {secret}. You enter it in the next step, after adding the URL in {name}.")
        }
        _ => "A secret is generated and shown in the next step.".to_owned(),
    }
}

/// Fills in what nobody has typed: the name from the provider, the slug from provider or name, both unused.
fn prefill(
    provider: RwSignal<Option<ProviderInfo>>,
    name: RwSignal<String>,
    slug: RwSignal<String>,
    slugs: Vec<String>,
) {
    let made = StoredValue::new((String::new(), String::new()));
    let slugs = StoredValue::new(slugs);
    let set_slug = move |base: &str| {
        if slug.with_untracked(|slug| *slug == made.get_value().1) {
            let free = slugs.with_value(|slugs| free_slug(base, slugs));
            made.update_value(|made| made.1.clone_from(&free));
            slug.set(free);
        }
    };
    Effect::new(move |_| {
        let Some(provider) = provider.get() else { return };
        if name.with_untracked(|name| *name == made.get_value().0) {
            let free = slugs.with_value(|slugs| free_slug(&provider.id, slugs));
            let numbered = format!("{}{}", provider.name, free.trim_start_matches(&provider.id).replace('-', " "));
            made.update_value(|made| made.0.clone_from(&numbered));
            set_slug(&provider.id);
            name.set(numbered);
        }
    });
    Effect::new(move |_| {
        let typed = name.get();
        if typed != made.get_value().0 && !slug_of(&typed).is_empty() {
            set_slug(&slug_of(&typed));
        }
    });
}
