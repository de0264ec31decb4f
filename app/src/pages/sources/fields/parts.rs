//! The parts of the alert with the field of each, and the form that saves the choices.

use leptos::prelude::*;

use super::Choice;
use crate::api::sources::ChooseFields;
use crate::pages::may::may_set_up;
use crate::pages::post::{Post, PostForm};
use crate::types::{FIELDS, FieldPart};
use crate::ui::ErrorBanner;
use crate::ui::text::visible;

/// Longest text of a field that is shown, in characters.
const LONGEST: usize = 120;

/// A row for each part. Admins select here which part a click in the JSON sets.
#[component]
pub fn Parts(parts: Vec<FieldPart>, choice: Choice) -> impl IntoView {
    let rows = FIELDS.iter().enumerate().map(|(at, (setting, label))| {
        let part = parts.iter().find(|part| part.setting == *setting).cloned();
        view! { <Row at setting=*setting label=*label part choice/> }
    });
    let rows = rows.collect_view();
    view! {
        <table class="parts">
            <caption class="visually-hidden">"Parts of the alert of the newest event"</caption>
            <thead>
                <tr><th scope="col">"Part"</th><th scope="col">"Found in"</th><th scope="col">"Text"</th><td></td></tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

#[component]
fn Row(
    at: usize,
    setting: &'static str,
    label: &'static str,
    part: Option<FieldPart>,
    choice: Choice,
) -> impl IntoView {
    let (text, paths) = part.map(|part| (part.text, part.paths)).unwrap_or_default();
    let short: String = text.chars().take(LONGEST).collect();
    let is_cut = short.len() < text.len();
    let place = if paths.is_empty() { "Not in the payload".to_owned() } else { paths.join(", ") };
    let is_chosen = choice.fields.with_untracked(|fields| fields.get(setting).is_some_and(|path| !path.is_empty()));
    let is_on = move || (choice.part.get() == at).to_string();
    view! {
        <tr>
            <th scope="row">{label}{is_chosen.then(|| view! { <span class="badge" data-tone="info">"Chosen"</span> })}</th>
            <td class="mono">{visible(&place)}</td>
            <td>{visible(&short)}{is_cut.then_some("…")}</td>
            <td>
                {may_set_up().then(|| view! {
                    <span class="button-row">
                        <button class="button" data-size="small" type="button" aria-pressed=is_on
                            aria-label=format!("Choose the field of the {}", label.to_lowercase())
                            on:click=move |_| choice.part.set(at)>"Choose"</button>
                        {is_chosen.then(|| view! {
                            <button class="button" data-size="small" type="button"
                                aria-label=format!("Reset the field of the {}", label.to_lowercase())
                                on:click=move |_| choice.set(setting, String::new())>"Reset"</button>
                        })}
                    </span>
                })}
            </td>
        </tr>
    }
}

/// The form to save, once a field has changed.
#[component]
pub fn Save(slug: String, choice: Choice) -> impl IntoView {
    let save = Post::to::<ChooseFields>();
    Effect::new(move |_| {
        if save.is_ok() {
            choice.stored.set(choice.fields.get_untracked());
        }
    });
    let fields = move || {
        let inputs = choice.changed().into_iter().map(|(setting, path)| {
            view! { <input type="hidden" name=format!("fields[{setting}]") value=path/> }
        });
        inputs.collect_view()
    };
    view! {
        {move || save.error().map(|error| view! { <ErrorBanner error/> })}
        {move || choice.is_changed().then(|| {
            let slug = slug.clone();
            view! {
                <PostForm post=save>
                    <input type="hidden" name="slug" value=slug/>
                    {fields}
                    <div class="button-row">
                        <button class="button" data-kind="primary" disabled=move || save.pending()>"Save fields"</button>
                        <p class="field-hint">"For events from now on. Reprocess earlier ones on the Events page."</p>
                    </div>
                </PostForm>
            }
        })}
    }
}
