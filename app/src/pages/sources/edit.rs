//! The form for name, slug and settings of a source.

use leptos::prelude::*;

use super::setting::{COMMON, Input, Setting, describe};
use crate::api::sources::UpdateSource;
use crate::error::Error;
use crate::pages::post::{Post, PostForm};
use crate::types::SourceSetup;
use crate::ui::{ErrorBanner, Field, FieldNote, Icon, error_of, note_id};

/// Name, slug, and a field for each setting.
#[component]
pub fn Edit(found: SourceSetup) -> impl IntoView {
    let update = Post::to::<UpdateSource>();
    let error = Signal::derive(move || update.error());
    let fields = names(&found).into_iter().map(|name| {
        let value =
            found.source.settings.get(&name).map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
        view! { <SettingField name value=value.unwrap_or_default() error/> }
    });
    let fields = fields.collect_view();
    view! {
        <details class="card fold">
            <summary><Icon data=icondata_lu::LuPencil/>"Settings"</summary>
            <PostForm post=update>
                <input type="hidden" name="slug" value=found.source.slug.clone()/>
                <div class="fields">
                    <Field id="name" label="Name" value=found.source.name required=true/>
                    <Field id="new_slug" label="Slug" mono=true value=found.source.slug required=true
                        hint="Changing the slug changes the webhook URL" error=error_of(error, "slug")/>
                    {fields}
                </div>
                <Elsewhere error/>
                <div class="button-row">
                    <button class="button" data-kind="primary" disabled=move || update.pending()>"Save"</button>
                </div>
            </PostForm>
        </details>
    }
}

/// Settings of every source, then the pack's, then stored ones that the pack no longer has.
fn names(found: &SourceSetup) -> Vec<String> {
    let known = COMMON.iter().map(|name| (*name).to_owned()).chain(found.provider.settings.iter().cloned());
    let mut names: Vec<String> = known.collect();
    let others: Vec<String> = found.source.settings.keys().filter(|name| !names.contains(name)).cloned().collect();
    names.extend(others);
    names
}

/// An error of another field than one of the settings or the slug.
#[component]
fn Elsewhere(error: Signal<Option<Error>>) -> impl IntoView {
    let is_shown = |error: &Error| error.field().is_some_and(|field| field == "slug" || field.starts_with("settings."));
    move || error.get().filter(|error| !is_shown(error)).map(|error| view! { <ErrorBanner error/> })
}

#[component]
fn SettingField(name: String, value: String, error: Signal<Option<Error>>) -> impl IntoView {
    let other = || Setting { label: name.clone(), hint: "", input: Input::Text };
    let Setting { label, hint, input } = describe(&name).unwrap_or_else(other);
    let wrong = error_of(error, format!("settings.{name}"));
    let (id, field) = (format!("setting-{name}"), format!("settings[{name}]"));
    let kind = if input == Input::Number { "number" } else { "text" };
    match input {
        Input::Choice(choices) => view! { <Choice id field label hint choices value wrong/> }.into_any(),
        Input::Text | Input::Number => view! { <Field id name=field label kind value hint error=wrong/> }.into_any(),
    }
}

#[component]
fn Choice(
    id: String,
    field: String,
    label: String,
    hint: &'static str,
    choices: &'static [(&'static str, &'static str)],
    value: String,
    wrong: Signal<Option<String>>,
) -> impl IntoView {
    // A stored value that is no choice, such as another spelling, is kept.
    let stored = (!value.is_empty() && !choices.iter().any(|(choice, _)| *choice == value)).then(|| value.clone());
    let options = choices.iter().map(|(choice, label)| {
        view! { <option value=*choice selected={*choice == value}>{*label}</option> }
    });
    let options = options.collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select class="select" id=id.clone() name=field aria-describedby=note_id(&id)
                aria-invalid=move || wrong.get().is_some().then_some("true")>
                <option value="">"Default"</option>
                {options}
                {stored.map(|stored| view! { <option value=stored.clone() selected=true>{stored.clone()}</option> })}
            </select>
            <FieldNote of=id hint error=wrong/>
        </div>
    }
}
