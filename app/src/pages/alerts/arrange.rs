//! How the list is arranged: the order by column, groups, density and columns.

use leptos::html::Details;
use leptos::prelude::*;

use super::view::View;
use crate::types::AlertSort;
use crate::ui::Icon;
use crate::ui::list_style::{COLUMNS, ListStyle, apply, current};
use crate::ui::menu::{close_menu, menu_key};

/// What the list can be grouped by, besides labels: value in the URL and label.
const GROUPS: [(&str, &str); 5] =
    [("", "Nothing"), ("title", "Title"), ("source", "Source"), ("key", "Key"), ("assignee", "Assignee")];

/// The orders of the list; some have no column, and a phone has no column heads.
const SORTS: [(Option<AlertSort>, &str); 7] = [
    (None, "Last seen"),
    (Some(AlertSort::Severity), "Severity"),
    (Some(AlertSort::Title), "Title"),
    (Some(AlertSort::Source), "Source"),
    (Some(AlertSort::State), "State"),
    (Some(AlertSort::FirstSeen), "First seen"),
    (Some(AlertSort::Occurrences), "Occurrences"),
];

/// A column head that sorts by its column; `None` stands for the order by time.
#[component]
pub fn SortHead(view_of: Memo<View>, sort: Option<AlertSort>, name: &'static str) -> impl IntoView {
    let is_on = move || view_of.with(|view| view.sort == sort);
    let icon = if is_ascending(sort) { icondata_lu::LuArrowUp } else { icondata_lu::LuArrowDown };
    let href = move || View { sort, cursor: None, ..view_of.get() }.href();
    view! {
        <a class="sort" href=href aria-current=move || is_on().then_some("true")
            title=format!("Sort by {}", name.to_lowercase())>
            {name}{move || is_on().then(|| view! { <Icon data=icon/> })}
        </a>
    }
}

const fn is_ascending(sort: Option<AlertSort>) -> bool {
    matches!(sort, Some(AlertSort::Title | AlertSort::Source | AlertSort::State | AlertSort::FirstSeen))
}

/// `aria-sort` of a column: the direction if the list is sorted by it, else `None`.
pub fn aria_sort(view: &View, sort: Option<AlertSort>) -> Option<&'static str> {
    (view.sort == sort).then_some(if is_ascending(sort) { "ascending" } else { "descending" })
}

/// A menu with the groups, the density and the columns. `labels` are the names of metadata to group by.
#[component]
pub fn Display(view_of: Memo<View>, labels: RwSignal<Vec<String>>) -> impl IntoView {
    let menu = NodeRef::<Details>::new();
    let style = RwSignal::new(ListStyle::default());
    let opened = move |_| style.set(current());
    let set = move |new: ListStyle| {
        apply(&new);
        style.set(new);
    };
    let groups = move || {
        let labels = labels.get().into_iter().map(|label| (format!("label.{label}"), label));
        let groups = GROUPS.into_iter().map(|(by, name)| (by.to_owned(), name.to_owned())).chain(labels);
        groups.map(|(by, name)| view! { <GroupLink view_of by name menu/> }).collect_view()
    };
    let sorts = SORTS.map(|(sort, name)| view! { <SortLink view_of sort name menu/> });
    let columns = COLUMNS.into_iter().map(|(column, name)| {
        let is_shown = move || style.with(|style| !style.hidden.contains(&column));
        view! { <Toggle name is_on=Signal::derive(is_shown) toggle=move |()| set(style.get_untracked().toggled(column))/> }
    });
    let is_compact = Signal::derive(move || style.with(|style| style.is_compact));
    let compact = move |()| {
        let before = style.get_untracked();
        set(ListStyle { is_compact: !before.is_compact, ..before });
    };
    view! {
        <details class="menu display" node_ref=menu on:toggle=opened on:keydown=move |event| menu_key(menu, &event)>
            <summary class="chip"><Icon data=icondata_lu::LuRows3/>"Display"</summary>
            <div class="menu-panel">
                <div data-scripted="">
                    <p class="menu-title">"Rows"</p>
                    <Toggle name="Compact" is_on=is_compact toggle=compact/>
                    <p class="menu-title">"Columns"</p>
                    {columns.collect_view()}
                </div>
                <p class="menu-title">"Sort by"</p>
                {sorts.into_iter().collect_view()}
                <p class="menu-title">"Group by"</p>
                {groups}
            </div>
        </details>
    }
}

#[component]
fn SortLink(view_of: Memo<View>, sort: Option<AlertSort>, name: &'static str, menu: NodeRef<Details>) -> impl IntoView {
    let is_on = move || view_of.with(|view| view.group.is_empty() && view.sort == sort).then_some("true");
    let href = move || View { sort, group: String::new(), cursor: None, ..view_of.get() }.href();
    view! {
        <a class="menu-item" href=href aria-current=is_on on:click=move |_| close_menu(menu)>{name}</a>
    }
}

#[component]
fn GroupLink(view_of: Memo<View>, by: String, name: String, menu: NodeRef<Details>) -> impl IntoView {
    let of = by.clone();
    let is_on = move || view_of.with(|view| view.group == of).then_some("true");
    let href = move || View { group: by.clone(), cursor: None, ..view_of.get() }.href();
    view! {
        <a class="menu-item" href=href aria-current=is_on dir="auto" on:click=move |_| close_menu(menu)>{name}</a>
    }
}

#[component]
fn Toggle(name: &'static str, is_on: Signal<bool>, #[prop(into)] toggle: Callback<()>) -> impl IntoView {
    view! {
        <button class="menu-item" type="button" aria-pressed=move || is_on.get().to_string()
            on:click=move |_| toggle.run(())>
            <span class="menu-check">{move || is_on.get().then(|| view! { <Icon data=icondata_lu::LuCheck/> })}</span>
            {name}
        </button>
    }
}
