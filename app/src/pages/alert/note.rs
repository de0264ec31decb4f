//! The form that adds a note to an alert's timeline.

use leptos::prelude::*;

use crate::api::alerts::NoteAlert;
use crate::pages::may::may_act;
use crate::pages::post::{Post, PostForm};

/// The note being typed, and its alert. It survives a re-render of the same alert and is discarded when another one is
/// opened.
#[derive(Clone, Copy)]
pub struct Draft {
    text: RwSignal<(i64, String)>,
    note: Post<()>,
}

/// Provides a [`Draft`] to the form below.
pub fn provide_draft() {
    let draft = Draft { text: RwSignal::default(), note: Post::to::<NoteAlert>() };
    Effect::new(move |_| {
        if draft.note.is_ok() {
            draft.text.set(Default::default());
        }
    });
    provide_context(draft);
}

/// The form, for operators and admins. Requires [`provide_draft`] in a parent.
#[component]
pub fn NoteForm(id: i64) -> impl IntoView {
    let Draft { text, note } = expect_context::<Draft>();
    let value = move || text.with(|(of, text)| if *of == id { text.clone() } else { String::new() });
    may_act().then(|| {
        view! {
            <section class="panel note">
                <PostForm post=note>
                    <input type="hidden" name="id" value=id/>
                    <label class="visually-hidden" for="note">"Note"</label>
                    <input class="input" id="note" name="text" placeholder="Add a note"
                        required=true maxlength="2000" autocomplete="off" prop:value=value
                        on:input=move |event| text.set((id, event_target_value(&event)))/>
                    <button class="button" disabled=move || note.pending()>"Add"</button>
                </PostForm>
                {move || note.error().map(|error| view! {
                    <p class="field-error" role="alert">{error.sentence()}</p>
                })}
            </section>
        }
    })
}
