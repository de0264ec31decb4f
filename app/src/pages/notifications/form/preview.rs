//! What a template makes of the newest alert, while it is typed.

use leptos::prelude::*;

use crate::Error;
use crate::api::call::Call;
use crate::api::notifications::PreviewMessage;
use crate::types::{ChannelKind, MessagePreview};
use crate::ui::Task;
use crate::ui::text::visible;

/// The message, or why the template is wrong.
#[component]
pub fn Preview(kind: ChannelKind, template: RwSignal<String>, subject: RwSignal<String>) -> impl IntoView {
    let (shown, task) = (RwSignal::new(None::<Result<MessagePreview, Error>>), Task::default());
    Effect::new(move |_| {
        let asked = PreviewMessage { kind, template: template.get(), subject: subject.get() };
        task.start(async move {
            // The last message stays while the server cannot be reached.
            match Call::of(asked).send().await {
                Err(error @ Error::Invalid { .. }) => shown.set(Some(Err(error))),
                answer => shown.set(Some(Ok(answer?))),
            }
            Ok(())
        });
    });
    move || {
        shown.get().map(|answer| match answer {
            Ok(preview) => view! { <Shown preview/> }.into_any(),
            Err(error) => {
                view! { <p class="field-error" data-span="" role="status">{error.to_string()}</p> }.into_any()
            }
        })
    }
}

#[component]
fn Shown(preview: MessagePreview) -> impl IntoView {
    let of = preview
        .alert
        .map_or_else(|| "of a sample alert".to_owned(), |title| format!("of the alert {}", visible(&title)));
    let subject = preview.subject.map(|subject| view! { <strong>{visible(&subject)}</strong> });
    view! {
        <figure class="field message-preview" data-span="" role="status">
            <figcaption class="label">{format!("Preview {of}")}</figcaption>
            {subject}
            <pre>{preview.text}</pre>
        </figure>
    }
}
