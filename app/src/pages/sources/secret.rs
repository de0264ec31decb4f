//! The secret on a source's page: shown for copying if it was generated, or a field to enter it if the provider issues it.

use leptos::prelude::*;

use crate::api::flash;
use crate::api::sources::EnterSecret;
use crate::live::Live;
use crate::pages::may::may_set_up;
use crate::pages::post::{Post, PostForm};
use crate::types::{AddedSource, SourceSetup};
use crate::ui::{CopyField, ErrorBanner, Field, Icon, error_of};

/// Context: the source that was just added, with its secret, until its page is left.
#[derive(Clone, Copy)]
pub struct NewSecret(pub RwSignal<Option<AddedSource>>);

impl NewSecret {
    /// The secret of this source, if it was just generated.
    pub fn of(self, slug: &str) -> Option<String> {
        let added = self.0.get_untracked().filter(|added| added.slug == slug);
        added.map_or_else(|| flash::take(flash::NEW_SECRET), |added| added.secret)
    }

    /// Forgets it when the current page is left.
    pub fn forget_on_leaving(self) {
        on_cleanup(move || drop(self.0.try_set(None)));
    }
}

/// The generated secret, or the field for the provider's.
#[component]
pub fn Secret(setup: SourceSetup, #[prop(optional_no_strip)] made: Option<String>) -> impl IntoView {
    match (setup.provider.issues.clone(), made) {
        (Some(name), _) if setup.source.awaits_secret => may_set_up().then(|| view! { <Enter setup name/> }).into_any(),
        (None, Some(secret)) => view! {
            <div class="field" data-span="">
                <label for="made-secret">"Secret"</label>
                <CopyField id="made-secret" value=secret/>
                <p class="field-hint">"Shown only until you leave this page. After that you can replace it but not view it."</p>
            </div>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

#[component]
fn Enter(setup: SourceSetup, name: String) -> impl IntoView {
    let (enter, live) = (Post::to::<EnterSecret>(), expect_context::<Live>());
    Effect::new(move |_| {
        if enter.is_ok() {
            live.reload.update(|n| *n += 1)
        }
    });
    let error = Signal::derive(move || enter.error());
    let elsewhere = move || error.get().filter(|error| error.field() != Some("secret"));
    let label = format!("Paste the {name} from {} here", setup.provider.name);
    view! {
        <div id="enter-secret">
            <PostForm post=enter clears=true>
                <input type="hidden" name="slug" value=setup.source.slug/>
                <div class="enter-secret">
                    <Field id="issued-secret" name="secret" label mono=true required=true error=error_of(error, "secret")/>
                    <button class="button" data-kind="primary" disabled=move || enter.pending()>
                        <Icon data=icondata_lu::LuKeyRound/>"Save"
                    </button>
                </div>
                {move || elsewhere().map(|error| view! { <ErrorBanner error/> })}
            </PostForm>
        </div>
    }
}
