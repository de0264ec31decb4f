//! The command palette (pages, actions, sources, alerts by number or text) and the sheet of keyboard shortcuts.

mod find;
mod hits;

use leptos::html::Dialog;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use crate::ui::Icon;
use crate::ui::keys::on_keys;

use find::Find;
use hits::PLACES;

/// Keyboard shortcuts, as listed on the sheet.
const KEYS: [(&str, &str); 12] = [
    ("j k", "next and previous"),
    ("x", "select"),
    ("Enter", "open"),
    ("e u", "mark as read, as unread"),
    ("a r o", "acknowledge, resolve, reopen"),
    ("i", "assign to me"),
    ("m", "mute for an hour, unmute"),
    ("/", "filter"),
    ("g then o a e s n", "go to Overview, Alerts, Events, Sources, Notifications"),
    ("Ctrl K", "search or run a command"),
    ("?", "this sheet"),
    ("Esc", "close"),
];

/// The button and both dialogs. Listens for Ctrl-K, `?` and `g`.
#[component]
pub fn Palette() -> impl IntoView {
    let (dialog, sheet) = (NodeRef::<Dialog>::new(), NodeRef::<Dialog>::new());
    let typed = RwSignal::new(String::new());
    listen(dialog, sheet);
    view! {
        <a class="palette-button" href="/alerts" on:click=move |event| { event.prevent_default(); open(dialog); }>
            <Icon data=icondata_lu::LuSearch/><span>"Search or run a command"</span><kbd class="kbd">"Ctrl K"</kbd>
        </a>
        <dialog class="dialog palette" node_ref=dialog aria-label="Search or run a command">
            <Find typed dialog/>
        </dialog>
        <dialog class="dialog palette" node_ref=sheet aria-label="Keyboard shortcuts">
            <h2>"Keyboard shortcuts"</h2>
            <dl class="key-sheet">
                {KEYS.map(|(keys, words)| view! {
                    <dt>
                        {keys.split(' ').map(|key| view! { <kbd class="kbd">{key.to_owned()}</kbd> }).collect_view()}
                    </dt>
                    <dd>{words}</dd>
                }).collect_view()}
            </dl>
        </dialog>
    }
}

fn open(dialog: NodeRef<Dialog>) {
    #[cfg(feature = "hydrate")]
    if let Some(dialog) = dialog.get_untracked()
        && !dialog.open()
    {
        let _always_possible = dialog.show_modal();
    }
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = dialog;
}

fn close(dialog: NodeRef<Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        dialog.close();
    }
}

/// Opens with Ctrl-K and `?`; handles `g` followed by a letter.
fn listen(dialog: NodeRef<Dialog>, sheet: NodeRef<Dialog>) {
    let navigate = use_navigate();
    let has_gone = StoredValue::new(false);
    on_keys(move |key| {
        if has_gone.get_value() {
            has_gone.set_value(false);
            if let Some((_, _, href)) = PLACES.iter().find(|(_, letter, _)| !letter.is_empty() && *letter == key) {
                navigate(href, Default::default());
                return true;
            }
        }
        match key {
            "g" => has_gone.set_value(true),
            "?" => open(sheet),
            _ => return false,
        }
        true
    });
    #[cfg(feature = "hydrate")]
    {
        let listener = window_event_listener(leptos::ev::keydown, move |event| {
            if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k") {
                event.prevent_default();
                open(dialog);
            }
        });
        on_cleanup(move || listener.remove());
    }
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = dialog;
}
