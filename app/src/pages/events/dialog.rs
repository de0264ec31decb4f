//! The event dialog: payload on the left, details on the right.

use leptos::html::Dialog;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::facts::Facts;
use super::filters::View;
use super::payload::Payload;
use super::reprocess::{CopyCurl, Reprocess};
use crate::api::call::Call;
use crate::api::events::GetEvent;
use crate::error::Error;
use crate::live::Live;
use crate::pages::load::Load;
use crate::types::EventView;
use crate::ui::place::staying;
use crate::ui::text::visible;
use crate::ui::zone::Zone;
use crate::ui::{Age, Icon, Mark, Problem, StatusBadge};

/// The event whose id is `open`; closed while it is `None`.
#[component]
pub fn EventDialog(open: Memo<Option<i64>>, view_of: Memo<View>) -> impl IntoView {
    let live = expect_context::<Live>();
    let version = RwSignal::new(0_u32);
    let found =
        Load::new(move || Call::maybe(open.get().map(|id| GetEvent { id })).at(&[version.get(), live.reload.get()]));
    let dialog = NodeRef::<Dialog>::new();
    let navigate = use_navigate();
    let close = move || navigate(&view_of.with_untracked(|view| view.with_open(None)), staying());
    show_modal(dialog, open);
    let body = found.show_either(move |answer| match answer {
        Ok(Some(event)) => view! { <Loaded event view_of version/> }.into_any(),
        Ok(None) => ().into_any(),
        Err(error) => view! { <Failed error view_of found/> }.into_any(),
    });
    // Without JavaScript the dialog is not modal, just open.
    view! {
        <dialog class="dialog" data-keys="" node_ref=dialog open=open.get_untracked().is_some() aria-label="Event"
            on:close=move |_| if open.get_untracked().is_some() { close() }>
            {body}
        </dialog>
    }
}

/// Opens the dialog as modal, so that focus is trapped and Escape closes it.
fn show_modal(dialog: NodeRef<Dialog>, open: Memo<Option<i64>>) {
    Effect::new(move |_| {
        let wanted = open.get().is_some();
        let Some(dialog) = dialog.get() else { return };
        #[cfg(feature = "hydrate")]
        {
            let is_modal = dialog.matches(":modal").unwrap_or(false);
            if wanted && !is_modal {
                let _was_open = dialog.remove_attribute("open");
                let _always_possible = dialog.show_modal();
            } else if !wanted && dialog.open() {
                dialog.close();
            }
        }
        #[cfg(not(feature = "hydrate"))]
        let _on_the_server = (dialog, wanted);
    });
}

#[component]
fn Failed(error: Error, view_of: Memo<View>, found: Load<Option<EventView>>) -> impl IntoView {
    view! {
        <header class="dialog-head"><div></div><CloseLink view_of/></header>
        <Problem error retry=move |()| found.again()/>
    }
}

#[component]
fn CloseLink(view_of: Memo<View>) -> impl IntoView {
    view! {
        <a class="icon-button" data-noscroll="" href=move || view_of.with(|view| view.with_open(None))
            aria-label="Close" title="Close (Esc)">
            <Icon data=icondata_lu::LuX/>
        </a>
    }
}

#[component]
fn Loaded(event: EventView, view_of: Memo<View>, version: RwSignal<u32>) -> impl IntoView {
    let row = event.detail.event.clone();
    let (zone, source, id, at) = (expect_context::<Zone>(), event.source_name.clone(), row.id, row.created_at);
    view! {
        <header class="dialog-head">
            <div>
                <h1>
                    <Mark provider=event.provider.clone()/>{visible(&row.event_type)}<StatusBadge status=row.status/>
                </h1>
                <p>
                    {move || format!("{source} · event #{id} · received {}, ", zone.moment_ms(at))}
                    <Age at=row.created_at/>
                </p>
            </div>
            <CopyCurl event=event.clone()/>
            <Reprocess id=row.id version/>
            <CloseLink view_of/>
        </header>
        <div class="dialog-body">
            <Payload id=row.id size=event.size/>
            <Facts event/>
        </div>
        <footer class="dialog-foot" aria-hidden="true">
            <span><kbd class="kbd">"j"</kbd><kbd class="kbd">"k"</kbd>"next and previous event"</span>
            <span><kbd class="kbd">"/"</kbd>"search"</span>
            <span><kbd class="kbd">"Esc"</kbd>"close"</span>
        </footer>
    }
}
