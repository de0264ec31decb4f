//! Changing a source: name, slug and settings; deleting it.

use leptos::prelude::*;

use super::rotate::Rotate;
use crate::api::call::Call;
use crate::api::sources::{CheckSourceSlug, DeleteSource, GetSourceContents, UpdateSource};
use crate::pages::load::Load;
use crate::pages::may::may_set_up;
use crate::pages::post::{Post, PostForm};
use crate::types::SourceSetup;
use crate::ui::text::counted_some;
use crate::ui::{Area, ErrorBanner, Field, Icon, Task, error_of};

/// The forms to edit, rotate and delete, for admins.
#[component]
pub fn Manage(found: SourceSetup) -> impl IntoView {
    may_set_up().then(|| {
        view! {
            <Edit found=found.clone()/>
            <Rotate found=found.clone()/>
            <Delete found/>
        }
    })
}

#[component]
fn Edit(found: SourceSetup) -> impl IntoView {
    let update = Post::to::<UpdateSource>();
    let error = Signal::derive(move || update.error());
    let of = move |field: &'static str| error_of(error, field);
    let settings =
        found.source.settings.iter().map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()));
    let settings = settings.collect::<Vec<_>>().join("\n");
    let known = [
        found.provider.settings.clone(),
        ["max_body", "public_url", "replay_window", "alert_from"].map(str::to_owned).to_vec(),
    ]
    .concat();
    let elsewhere = move || error.get().filter(|e| e.field().is_none_or(|field| field != "slug"));
    view! {
        <details class="card fold">
            <summary><Icon data=icondata_lu::LuPencil/>"Edit name, slug and settings"</summary>
            <PostForm post=update>
                <input type="hidden" name="slug" value=found.source.slug.clone()/>
                <div class="fields">
                    <Field id="name" label="Name" value=found.source.name required=true/>
                    <Field id="new_slug" label="Slug" mono=true value=found.source.slug required=true
                        hint="Changing the slug changes the webhook URL" error=of("slug")/>
                    <div class="field" data-span="">
                        <label for="settings">"Settings, one KEY=VALUE per line"</label>
                        <Area id="settings" name="settings" rows=4 value=settings/>
                        <p class="field-hint">{format!("Available settings: {}", known.join(", "))}</p>
                    </div>
                </div>
                {move || elsewhere().map(|error| view! { <ErrorBanner error/> })}
                <div class="button-row">
                    <button class="button" data-kind="primary" disabled=move || update.pending()>"Save"</button>
                </div>
            </PostForm>
        </details>
    }
}

/// Asks for confirmation and lists what is deleted with the source.
#[component]
fn Delete(found: SourceSetup) -> impl IntoView {
    let delete = Post::to::<DeleteSource>();
    let slug = found.source.slug.clone();
    let contents = Load::new(move || Call::of(GetSourceContents { slug: slug.clone() }));
    let words = contents.show_either(|contents| {
        let what = match contents {
            Ok(c) => {
                format!("{} and {} will be deleted", counted_some(c.events, "event"), counted_some(c.alerts, "alert"))
            }
            Err(_) => "All its events and alerts will be deleted".to_owned(),
        };
        view! { <p>{format!("{what} with it, and its webhook URL will return 404 immediately.")}</p> }.into_any()
    });
    view! {
        <details class="card fold" data-tone="bad">
            <summary><Icon data=icondata_lu::LuTrash2/>"Delete this source"</summary>
            <PostForm post=delete>
                <input type="hidden" name="slug" value=found.source.slug/>
                <p>{format!("Permanently delete {}?", found.source.name)}</p>
                {words}
                {move || delete.error().map(|error| view! { <ErrorBanner error/> })}
                <div class="button-row">
                    <button class="button" data-kind="danger" disabled=move || delete.pending()>"Delete source"</button>
                </div>
            </PostForm>
        </details>
    }
}

/// Why a slug cannot be used, checked while typing; `None` until the server has answered.
pub fn slug_verdict(slug: RwSignal<String>) -> Signal<Option<String>> {
    let (told, task) = (RwSignal::new((String::new(), None)), Task::default());
    Effect::new(move |_| {
        let slug = slug.get();
        if !slug.is_empty() {
            task.start(async move {
                let verdict = Call::of(CheckSourceSlug { slug: slug.clone() }).send().await?;
                told.set((slug, verdict));
                Ok(())
            });
        }
    });
    Signal::derive(move || {
        let (of, verdict) = told.get();
        verdict.filter(|_| slug.with(|slug| *slug == of))
    })
}
