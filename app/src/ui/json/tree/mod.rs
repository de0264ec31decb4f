//! The JSON tree: folding, search and copying.

mod folds;
mod row;
mod search;

use std::collections::HashSet;
use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;

use super::lines::Line;
use super::{LINE, scroll_top, window};

use folds::folded_at_first;
use search::Search;

/// The text and its lines, shared by every row.
#[derive(Clone)]
struct Document {
    text: Arc<str>,
    lines: Arc<[Line]>,
}

/// Fold, search and scroll state.
#[derive(Clone, Copy)]
struct View {
    document: StoredValue<Document>,
    folded: RwSignal<HashSet<u32>>,
    needle: RwSignal<String>,
    /// Index of the current search result.
    found_at: RwSignal<usize>,
    scrolled: RwSignal<usize>,
    scroller: NodeRef<Div>,
    pick: Option<Pick>,
}

/// A button on every text, number and object that hands over its JSONPath.
#[derive(Clone, Copy)]
pub struct Pick {
    /// Label of the button.
    pub label: Signal<String>,
    /// Called with the path.
    pub picked: Callback<String>,
}

/// The tree with its search field.
#[component]
pub fn Tree(
    /// The JSON text.
    text: Arc<str>,
    /// The lines of `text`.
    lines: Vec<Line>,
    /// Lets a field be picked instead of copied.
    #[prop(optional)]
    pick: Option<Pick>,
) -> impl IntoView {
    let document = Document { text, lines: lines.into() };
    let view_of = View {
        folded: RwSignal::new(folded_at_first(&document.lines)),
        document: StoredValue::new(document),
        needle: RwSignal::default(),
        found_at: RwSignal::new(0),
        scrolled: RwSignal::new(0),
        scroller: NodeRef::new(),
        pick,
    };
    let shown = Memo::new(move |_| view_of.shown());
    let found = Memo::new(move |_| view_of.found());
    let rows = move || {
        let shown = shown.get();
        let range = window(view_of.scrolled.get(), 900, shown.len());
        let offset = range.start * LINE;
        let current = found.with(|found| found.get(view_of.found_at.get()).copied());
        let drawn = shown[range].iter().map(|at| view_of.row(*at, current == Some(*at))).collect_view();
        view! { <div class="json-window" style=format!("transform: translateY({offset}px)")>{drawn}</div> }
    };
    view! {
        <Search view_of found/>
        <div class="json" tabindex="0" role="tree" aria-label="Payload" node_ref=view_of.scroller
            on:scroll=move |event| view_of.scrolled.set(scroll_top(&event))>
            <div class="json-space" style=move || format!("height: {}px", shown.with(Vec::len) * LINE)>{rows}</div>
        </div>
    }
}
