//! Managing a source, for admins: settings, secret, deletion.

use leptos::prelude::*;

use super::edit::Edit;
use super::rotate::Rotate;
use crate::api::call::Call;
use crate::api::sources::{DeleteSource, GetSourceContents};
use crate::pages::load::Load;
use crate::pages::may::may_set_up;
use crate::pages::post::{Post, PostForm};
use crate::types::SourceSetup;
use crate::ui::text::counted_some;
use crate::ui::{ErrorBanner, Icon};

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
