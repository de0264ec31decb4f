//! The command palette: pages, actions, sources, alerts by number or words; and the sheet of keys.

use leptos::html::Dialog;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use crate::api::alerts::list_alerts;
use crate::api::sources::{SourceRow, list_sources};
use crate::live::Live;
use crate::pages::shell::switch_theme;
use crate::types::{Alert, AlertQuery};
use crate::ui::Icon;
use crate::ui::keys::{on_keys, press};
use crate::ui::text::visible;

/// Words, the letter after `g`, and where they lead.
const PLACES: [(&str, &str, &str); 10] = [
    ("Overview", "o", "/"),
    ("Alerts", "a", "/alerts"),
    ("Events", "e", "/events"),
    ("Refused requests", "", "/events/refused"),
    ("Sources", "s", "/sources"),
    ("Add a source", "", "/sources/new"),
    ("Notifications", "n", "/notifications"),
    ("Channels", "", "/notifications/channels"),
    ("Audit log", "", "/settings/audit"),
    ("Settings", "", "/settings"),
];

/// What can be done from anywhere.
const DEEDS: [(&str, Deed); 3] = [
    ("Switch theme", Deed::SwitchTheme),
    ("Sound for critical alerts on or off", Deed::ToggleSound),
    ("Sign out", Deed::SignOut),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    SwitchTheme,
    ToggleSound,
    SignOut,
}

impl Deed {
    fn run(self, live: Live) {
        match self {
            Self::SwitchTheme => switch_theme(),
            Self::ToggleSound => live.toggle_sound(),
            Self::SignOut => press("form[action='/sign-out'] button"),
        }
    }
}

/// What the keys do.
const KEYS: [(&str, &str); 11] = [
    ("j k", "next and previous"),
    ("x", "select"),
    ("Enter", "open"),
    ("e u", "mark as read, as unread"),
    ("a r o", "acknowledge, resolve, reopen"),
    ("m", "mute for an hour, unmute"),
    ("/", "filter"),
    ("g then o a e s n", "go to Overview, Alerts, Events, Sources, Notifications"),
    ("Ctrl K", "search or run a command"),
    ("?", "this sheet"),
    ("Esc", "close"),
];

/// One line of the result.
#[derive(Clone, Debug, PartialEq)]
struct Hit {
    word: String,
    note: &'static str,
    goal: Goal,
}

/// What taking a hit does.
#[derive(Clone, Debug, PartialEq)]
enum Goal {
    Go(String),
    Do(Deed),
}

impl Goal {
    fn href(&self) -> Option<String> {
        match self {
            Self::Go(href) => Some(href.clone()),
            Self::Do(_) => None,
        }
    }
}

#[component]
pub fn Palette() -> impl IntoView {
    let (dialog, sheet) = (NodeRef::<Dialog>::new(), NodeRef::<Dialog>::new());
    let typed = RwSignal::new(String::new());
    listen(dialog, sheet);
    view! {
        <a class="palette-button" href="/alerts" on:click=move |event| { event.prevent_default(); open(dialog); }>
            <Icon data=icondata_lu::LuSearch/><span>"Search or run a command"</span><kbd class="kbd">"Ctrl K"</kbd>
        </a>
        <dialog class="dialog palette" node_ref=dialog aria-label="Search or run a command"><Find typed dialog/></dialog>
        <dialog class="dialog palette" node_ref=sheet aria-label="Keys">
            <h2>"Keys"</h2>
            <dl class="key-sheet">{KEYS.map(|(keys, words)| view! { <dt>{keys.split(' ').map(|key| view! { <kbd class="kbd">{key.to_owned()}</kbd> }).collect_view()}</dt><dd>{words}</dd> }).collect_view()}</dl>
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

/// Ctrl-K, `?`, and `g` with a letter after it.
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

#[component]
fn Find(typed: RwSignal<String>, dialog: NodeRef<Dialog>) -> impl IntoView {
    let found = LocalResource::new(move || look(typed.get()));
    let at = RwSignal::new(0_usize);
    // What is known at once comes first; what was found for other words is not shown.
    let hits = move || {
        let words = typed.get();
        let asked = found.get().filter(|(asked, _)| *asked == words).map(|(_, hits)| hits).unwrap_or_default();
        known(&words).into_iter().chain(asked).collect::<Vec<_>>()
    };
    let navigate = use_navigate();
    let live = expect_context::<Live>();
    let go = Callback::new(move |goal: Goal| {
        close(dialog);
        typed.set(String::new());
        match goal {
            Goal::Go(href) => navigate(&href, Default::default()),
            Goal::Do(deed) => deed.run(live),
        }
    });
    let pressed = move |event: leptos::ev::KeyboardEvent| {
        let count = hits().len().max(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" => at.update(|at| *at = (*at + count - 1) % count),
            "Enter" => {
                if let Some(hit) = hits().get(at.get_untracked()) {
                    go.run(hit.goal.clone());
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let rows = move || {
        hits().into_iter().enumerate().map(|(i, hit)| {
            let (href, goal) = (hit.goal.href(), hit.goal);
            view! {
                <li role="presentation"><a href=href role="option" tabindex="-1" id=format!("hit-{i}") aria-selected=move || (at.get() == i).to_string() on:click=move |event| { event.prevent_default(); go.run(goal.clone()); }>
                    <span>{visible(&hit.word)}</span><small>{hit.note}</small>
                </a></li>
            }
        }).collect_view()
    };
    view! {
        <input class="input" type="search" placeholder="A page, an action, a source, an alert by number or words" aria-label="Search" autofocus=true autocomplete="off"
            role="combobox" aria-expanded="true" aria-controls="hits" aria-activedescendant=move || format!("hit-{}", at.get())
            prop:value=typed on:keydown=pressed on:input=move |event| { at.set(0); typed.set(event_target_value(&event)); }/>
        <ul class="palette-hits" id="hits" role="listbox" aria-label="Results">{rows}</ul>
    }
}

/// An alert by its number, and pages and deeds whose name holds the words.
fn known(typed: &str) -> Vec<Hit> {
    let needle = typed.trim().to_lowercase();
    let number = needle.trim_start_matches('#').parse::<i64>().ok();
    let alert =
        |number| Hit { word: format!("Alert #{number}"), note: "alert", goal: Goal::Go(format!("/alerts/{number}")) };
    let number = number.map(alert);
    let pages = PLACES.iter().filter(|(word, ..)| word.to_lowercase().contains(&needle));
    let page = |(word, _, href): &(&str, &str, &str)| Hit {
        word: (*word).to_owned(),
        note: "page",
        goal: Goal::Go((*href).to_owned()),
    };
    let deeds = DEEDS.iter().filter(|(word, _)| !needle.is_empty() && word.to_lowercase().contains(&needle));
    let deed = |(word, deed): &(&str, Deed)| Hit { word: (*word).to_owned(), note: "action", goal: Goal::Do(*deed) };
    number.into_iter().chain(pages.map(page)).chain(deeds.map(deed)).collect()
}

/// Sources that hold the words, and alerts by their words, with the words.
async fn look(typed: String) -> (String, Vec<Hit>) {
    let needle = typed.trim().to_lowercase();
    if needle.is_empty() {
        return (typed, Vec::new());
    }
    let query = AlertQuery { q: Some(typed.clone()), limit: Some(6), ..AlertQuery::default() };
    let (sources, alerts) = (list_sources().await, list_alerts(query).await);
    let fits = |row: &SourceRow| row.source.name.to_lowercase().contains(&needle) || row.source.slug.contains(&needle);
    let source = |row: SourceRow| Hit {
        goal: Goal::Go(format!("/sources/{}", row.source.slug)),
        word: row.source.name,
        note: "source",
    };
    let alert =
        |alert: Alert| Hit { goal: Goal::Go(format!("/alerts/{}", alert.id)), word: alert.title, note: "alert" };
    let sources = sources.unwrap_or_default().into_iter().filter(fits).map(source);
    let alerts = alerts.map(|list| list.page.items).unwrap_or_default().into_iter().map(alert);
    (typed, sources.chain(alerts).collect())
}
