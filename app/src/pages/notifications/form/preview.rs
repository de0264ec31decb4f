//! What a template makes of the newest alert, while it is typed.

use leptos::prelude::*;

use crate::api::call::Call;
use crate::api::notifications::PreviewMessage;
use crate::pages::typing::ask_while_typing;
use crate::types::{ChannelKind, MessagePreview};
use crate::ui::text::visible;

/// The rendered message, and any error. After an error the last message stays.
#[component]
pub fn Preview(kind: ChannelKind, template: RwSignal<String>, subject: RwSignal<String>) -> impl IntoView {
    let typed = move || Some((template.get(), subject.get()));
    let asked = ask_while_typing(typed, move |(template, subject): &(String, String)| {
        Call::of(PreviewMessage { kind, template: template.clone(), subject: subject.clone() })
    });
    let answer = move || asked.with(|asked| asked.as_ref().map(|(_, answer)| answer.clone()));
    let shown = RwSignal::new(None::<MessagePreview>);
    Effect::new(move |_| {
        if let Some(Ok(preview)) = answer() {
            shown.set(Some(preview));
        }
    });
    let wrong = move || answer().and_then(Result::err).map(|error| error.sentence());
    view! {
        <p class="field-error" data-span="" role="status">{wrong}</p>
        {move || shown.get().map(|preview| view! { <Shown preview/> })}
    }
}

#[component]
fn Shown(preview: MessagePreview) -> impl IntoView {
    let of = preview
        .alert
        .map_or_else(|| "of a sample alert".to_owned(), |title| format!("of the alert {}", visible(&title)));
    let subject = preview.subject.map(|subject| view! { <strong>{visible(&subject)}</strong> });
    view! {
        <figure class="field message-preview" data-span="">
            <figcaption class="label">{format!("Preview {of}")}</figcaption>
            {subject}
            <pre>{preview.text}</pre>
        </figure>
    }
}
