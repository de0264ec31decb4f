//! Rotating a source's secret, with a confirmation: deliveries fail if the provider does not get the new one in time.

use leptos::prelude::*;

use crate::api::flash;
use crate::api::sources::RotateSource;
use crate::pages::post::{Post, PostForm};
use crate::types::{Rotated, SourceSetup};
use crate::ui::zone::Moment;
use crate::ui::{CopyField, ErrorBanner, Field, Icon, error_of};

/// The form, and after a rotation the new secret.
#[component]
pub fn Rotate(found: SourceSetup) -> impl IntoView {
    let rotate = Post::to::<RotateSource>();
    let previous_until = found.previous_until;
    let kept = flash::take(flash::SECRET).map(|secret| Rotated { secret, previous_until });
    let is_open = kept.is_some();
    let made = move || rotate.ok().or(kept.clone());
    let error = Signal::derive(move || rotate.error());
    let elsewhere = move || error.get().filter(|error| error.field() != Some("secret"));
    view! {
        <details class="card fold" open=is_open>
            <summary><Icon data=icondata_lu::LuKeyRound/>"Rotate the secret"</summary>
            <PostForm post=rotate clears=true>
                <input type="hidden" name="slug" value=found.source.slug/>
                <div class="fields">
                    <Field id="secret" label="New secret" mono=true error=error_of(error, "secret")
                        hint="At least 16 characters. Leave blank to generate one, shown only once"/>
                    <Field id="keep_hours" label="Keep the old one valid for (hours)" kind="number" value="24"
                        required=true/>
                </div>
                {move || elsewhere().map(|error| view! { <ErrorBanner error/> })}
                {move || match made() {
                    Some(made) => view! { <Made made/> }.into_any(),
                    None => previous_until.map(|until| view! { <Until until/> }).into_any(),
                }}
                <Confirmed rotate/>
            </PostForm>
        </details>
    }
}

/// The button, which asks for confirmation. Without JavaScript it submits at once.
#[component]
fn Confirmed(rotate: Post<Rotated>) -> impl IntoView {
    let asked = RwSignal::new(false);
    let ask = move |event: leptos::ev::MouseEvent| {
        if !asked.get_untracked() {
            event.prevent_default();
        }
        asked.update(|asked| *asked = !*asked);
    };
    view! {
        <div class="button-row">
            {move || asked.get().then(|| view! {
                <span>"Replace the secret now? Give the provider the new one before the old one expires."</span>
            })}
            <button class="button" data-kind="primary" disabled=move || rotate.pending() on:click=ask>
                {move || if asked.get() { "Replace it" } else { "Rotate" }}
            </button>
            {move || asked.get().then(|| view! {
                <button class="button" data-kind="quiet" type="button" on:click=move |_| asked.set(false)>
                    "Cancel"
                </button>
            })}
        </div>
    }
}

#[component]
fn Made(made: Rotated) -> impl IntoView {
    view! {
        <div class="field">
            <label for="new-secret">"New secret (shown only once)"</label><CopyField id="new-secret" value=made.secret/>
        </div>
        {made.previous_until.map(|until| view! { <Until until/> })}
    }
}

/// Until when the previous secret is accepted.
#[component]
fn Until(until: i64) -> impl IntoView {
    view! {
        <p class="field-hint">
            "The previous secret is accepted until "<Moment at=until/>"."
        </p>
    }
}
