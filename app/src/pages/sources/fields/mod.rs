//! The payload fields that become the alert: shown for the newest event, and chosen in its JSON.

mod parts;
mod picker;
mod tried;

use leptos::prelude::*;

use crate::api::call::Call;
use crate::api::sources::{GetExamplePayload, GetFieldMapping};
use crate::live::Live;
use crate::pages::load::Load;
use crate::pages::may::may_set_up;
use crate::types::{ChosenFields, FIELDS, SourceSetup};
use crate::ui::Icon;
use crate::ui::menu::is_open_now;

use parts::{Parts, Save};
use picker::Picker;
use tried::Tried;

/// The chosen fields, and the part of the alert that the next click in the JSON sets.
#[derive(Clone, Copy)]
struct Choice {
    stored: RwSignal<ChosenFields>,
    fields: RwSignal<ChosenFields>,
    part: RwSignal<usize>,
}

impl Choice {
    fn new(stored: ChosenFields) -> Self {
        let fields = RwSignal::new(stored.clone());
        Self { stored: RwSignal::new(stored), fields, part: RwSignal::new(0) }
    }

    fn is_changed(self) -> bool {
        !self.changed().is_empty()
    }

    /// The fields to save.
    fn changed(self) -> ChosenFields {
        let stored = self.stored.get();
        self.fields.get().into_iter().filter(|(setting, path)| stored.get(setting) != Some(path)).collect()
    }

    fn set(self, setting: &str, path: String) {
        self.fields.update(|fields| drop(fields.insert(setting.to_owned(), path)));
    }
}

/// For providers whose payloads are mapped by the usual names.
#[component]
pub fn AlertFields(found: SourceSetup) -> impl IntoView {
    let can_choose = found.provider.settings.iter().any(|name| name == FIELDS[0].0);
    can_choose.then(|| {
        let (details, is_open) = (NodeRef::new(), RwSignal::new(false));
        // Keeps the choices when it is closed and opened again.
        let open = move || {
            if is_open_now(details) && !is_open.get_untracked() {
                is_open.set(true);
            }
        };
        // It may be open before hydration.
        Effect::new(move |_| open());
        let slug = found.source.slug.clone();
        view! {
            <details class="card fold" node_ref=details on:toggle=move |_| open()>
                <summary><Icon data=icondata_lu::LuListTree/>"Alert fields"</summary>
                {move || is_open.get().then(|| view! { <Chooser slug=slug.clone() stored=stored(&found)/> })}
                <noscript>
                    <p class="list-note">"Choosing fields needs JavaScript. They can also be typed under Settings."</p>
                </noscript>
            </details>
        }
    })
}

/// All fields; those that are not chosen have an empty path.
fn stored(found: &SourceSetup) -> ChosenFields {
    let path = |name: &str| found.source.settings.get(name).and_then(|path| path.as_str()).unwrap_or_default();
    FIELDS.iter().map(|(name, _)| ((*name).to_owned(), path(name).to_owned())).collect()
}

#[component]
fn Chooser(slug: String, stored: ChosenFields) -> impl IntoView {
    let live = expect_context::<Live>();
    let choice = Choice::new(stored);
    let (of, example_of) = (slug.clone(), slug.clone());
    let mapping = Load::new(move || {
        Call::of(GetFieldMapping { slug: of.clone(), fields: choice.fields.get() }).at(&[live.reload.get()])
    });
    // Loaded apart: a choice must neither fold nor scroll the JSON.
    let example = Load::new(move || Call::of(GetExamplePayload { slug: example_of.clone() }).at(&[live.reload.get()]));
    view! {
        <div class="field-mapping">
            {mapping.show(move |mapping| view! { <Parts parts=mapping.parts choice/> }.into_any())}
            {may_set_up().then(|| example.show(move |payload| view! { <Picker payload choice/> }.into_any()))}
            {mapping.show_either(move |mapping| match mapping {
                Ok(mapping) => view! { <Tried events=mapping.tried choice/> }.into_any(),
                // The parts show the error.
                Err(_) => ().into_any(),
            })}
            <Save slug choice/>
        </div>
    }
}
