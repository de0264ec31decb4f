//! The tree: folded and unfolded, searched, copied from.

use std::collections::HashSet;
use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;

use super::lines::{Kind, Line, path, unquoted};
use super::{LINE, scroll_top, window};
use crate::ui::Icon;
use crate::ui::copy::copy_text;
use crate::ui::text::visible;

/// With more lines than this only the first level is unfolded.
const LONG: usize = 400;

/// Longest value drawn, in characters; it is copied whole.
const LONGEST: usize = 400;

/// A text and its lines, shared by every row.
#[derive(Clone)]
struct Document {
    text: Arc<str>,
    lines: Arc<[Line]>,
}

/// What is folded, found and in sight.
#[derive(Clone, Copy)]
struct View {
    document: StoredValue<Document>,
    folded: RwSignal<HashSet<u32>>,
    needle: RwSignal<String>,
    /// Place among the lines that were found.
    found_at: RwSignal<usize>,
    scrolled: RwSignal<usize>,
    scroller: NodeRef<Div>,
}

#[component]
pub fn Tree(text: Arc<str>, lines: Vec<Line>) -> impl IntoView {
    let document = Document { text, lines: lines.into() };
    let view_of = View {
        folded: RwSignal::new(folded_at_first(&document.lines)),
        document: StoredValue::new(document),
        needle: RwSignal::default(),
        found_at: RwSignal::new(0),
        scrolled: RwSignal::new(0),
        scroller: NodeRef::new(),
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

fn folded_at_first(lines: &[Line]) -> HashSet<u32> {
    let depth = if lines.len() > LONG { 1 } else { 3 };
    let is_folded = |line: &Line| matches!(line.kind, Kind::Open { count, .. } if count > 0) && line.depth >= depth;
    lines.iter().enumerate().filter(|(_, line)| is_folded(line)).map(|(at, _)| at as u32).collect()
}

#[component]
fn Search(view_of: View, found: Memo<Vec<u32>>) -> impl IntoView {
    let step = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            let count = found.with(Vec::len).max(1);
            view_of.found_at.update(|at| *at = (*at + if event.shift_key() { count - 1 } else { 1 }) % count);
        }
    };
    Effect::new(move |_| {
        if let Some(at) = found.with(|found| found.get(view_of.found_at.get()).copied()) {
            view_of.reveal(at);
        }
    });
    let place = move || match (view_of.needle.with(String::is_empty), found.with(Vec::len)) {
        (true, _) => String::new(),
        (_, 0) => "none".to_owned(),
        (_, count) => format!("{} of {count}", view_of.found_at.get() + 1),
    };
    view! {
        <div class="json-tools">
            <span class="search-field">
                <Icon data=icondata_lu::LuSearch/>
                <input class="input" id="json-search" type="search" placeholder="Search keys and values" aria-label="Search in the payload" autocomplete="off"
                    on:keydown=step on:input=move |event| { view_of.found_at.set(0); view_of.needle.set(event_target_value(&event)); }/>
                <span class="search-count" aria-live="polite">{place}</span>
            </span>
            <button class="icon-button" type="button" title="Unfold all" aria-label="Unfold all" on:click=move |_| view_of.folded.set(HashSet::new())>
                <Icon data=icondata_lu::LuUnfoldVertical/>
            </button>
            <button class="icon-button" type="button" title="Fold" aria-label="Fold" on:click=move |_| view_of.fold_all()>
                <Icon data=icondata_lu::LuFoldVertical/>
            </button>
        </div>
    }
}

impl View {
    /// Lines that no fold hides.
    fn shown(self) -> Vec<u32> {
        self.folded.with(|folded| {
            self.document.with_value(|document| {
                let (mut shown, mut at) = (Vec::new(), 0_u32);
                while let Some(line) = document.lines.get(at as usize) {
                    shown.push(at);
                    at = match line.kind {
                        Kind::Open { end, count, .. } if folded.contains(&at) || count == 0 => end + 1,
                        _ => at + 1,
                    };
                }
                shown
            })
        })
    }

    /// Lines whose key or scalar holds what is looked for, letter case aside.
    fn found(self) -> Vec<u32> {
        let needle = self.needle.get().to_lowercase();
        if needle.is_empty() {
            return Vec::new();
        }
        self.document.with_value(|document| {
            let holds = |range: &std::ops::Range<usize>| document.text[range.clone()].to_lowercase().contains(&needle);
            let fits = |line: &Line| {
                line.key.as_ref().is_some_and(holds)
                    || matches!(line.kind, Kind::Text | Kind::Literal) && holds(&line.value)
            };
            document.lines.iter().enumerate().filter(|(_, line)| fits(line)).map(|(at, _)| at as u32).collect()
        })
    }

    fn fold_all(self) {
        self.document.with_value(|document| {
            let is_inner = |line: &Line| line.depth > 0 && matches!(line.kind, Kind::Open { count, .. } if count > 0);
            let inner = document.lines.iter().enumerate().filter(|(_, line)| is_inner(line)).map(|(at, _)| at as u32);
            self.folded.set(inner.collect());
        });
    }

    /// Unfolds what hides a line, and scrolls to it.
    fn reveal(self, at: u32) {
        let parents = self.document.with_value(|document| {
            let parent = |at: &u32| document.lines.get(*at as usize)?.parent;
            std::iter::successors(parent(&at), parent).collect::<Vec<_>>()
        });
        if self.folded.with_untracked(|folded| parents.iter().any(|parent| folded.contains(parent))) {
            self.folded.update(|folded| folded.retain(|at| !parents.contains(at)));
        }
        let place = untrack(|| self.shown()).iter().position(|shown| *shown == at).unwrap_or_default();
        #[cfg(feature = "hydrate")]
        if let Some(scroller) = self.scroller.get_untracked() {
            // Once what was unfolded has its height, else the browser stops at the old end.
            request_animation_frame(move || {
                scroller.set_scroll_top(i32::try_from((place * LINE).saturating_sub(160)).unwrap_or(i32::MAX));
            });
        }
        #[cfg(not(feature = "hydrate"))]
        let _on_the_server = place;
    }

    fn row(self, at: u32, is_current: bool) -> AnyView {
        self.document.with_value(|document| {
            let line = &document.lines[at as usize];
            let is_folded = self.folded.with_untracked(|folded| folded.contains(&at));
            view! {
                <div class="json-line" role="treeitem" data-current=is_current.then_some("") style=format!("--depth: {}", line.depth)>
                    {self.fold_button(line, at, is_folded)}
                    {line.key.clone().map(|key| view! { <span class="json-key">{cut(unquoted(&document.text[key]))}</span>": " })}
                    {value(document, line, is_folded)}
                    {(!matches!(line.kind, Kind::Close(_))).then(|| self.copy_buttons(at))}
                </div>
            }
            .into_any()
        })
    }

    fn fold_button(self, line: &Line, at: u32, is_folded: bool) -> Option<AnyView> {
        let Kind::Open { count: 1.., .. } = line.kind else { return None };
        let toggle = move |_| {
            self.folded.update(|folded| {
                if !folded.remove(&at) {
                    folded.insert(at);
                }
            });
        };
        let icon = if is_folded { icondata_lu::LuChevronRight } else { icondata_lu::LuChevronDown };
        Some(
            view! {
                <button class="json-fold" type="button" aria-label=if is_folded { "Unfold" } else { "Fold" }
                    aria-expanded=(!is_folded).to_string() on:click=toggle><Icon data=icon/></button>
            }
            .into_any(),
        )
    }

    fn copy_buttons(self, at: u32) -> AnyView {
        let value = move |_| {
            self.document.with_value(|document| {
                let line = &document.lines[at as usize];
                let text = &document.text[line.value.clone()];
                let string = crate::read::text::<String>(text).ok().filter(|_| line.kind == Kind::Text);
                copy_text(string.as_deref().unwrap_or(text));
            });
        };
        let place = move |_| self.document.with_value(|d| copy_text(&path(&d.text, &d.lines, at as usize)));
        view! {
            <span class="json-copy">
                <button class="button" data-size="small" type="button" on:click=value><Icon data=icondata_lu::LuCopy/>"Value"</button>
                <button class="button" data-size="small" type="button" on:click=place><Icon data=icondata_lu::LuCopy/>"Path"</button>
            </span>
        }
        .into_any()
    }
}

fn value(document: &Document, line: &Line, is_folded: bool) -> AnyView {
    let text = &document.text[line.value.clone()];
    match line.kind {
        Kind::Open { bracket, count: 0, .. } => {
            view! { <span class="json-mark">{if bracket == b'{' { "{}" } else { "[]" }}</span><span class="json-note">"empty"</span> }.into_any()
        }
        Kind::Open { bracket, count, .. } if is_folded => {
            let (marks, word) = if bracket == b'{' { ("{…}", "key") } else { ("[…]", "item") };
            view! { <span class="json-mark">{marks}</span><span class="json-note">{crate::ui::text::counted(count.into(), word)}</span> }.into_any()
        }
        Kind::Open { bracket, .. } | Kind::Close(bracket) => {
            view! { <span class="json-mark">{char::from(bracket).to_string()}</span> }.into_any()
        }
        Kind::Text => view! { <span class="json-text">{cut(text)}</span> }.into_any(),
        Kind::Literal => view! { <span class="json-literal">{cut(text)}</span> }.into_any(),
    }
}

fn cut(text: &str) -> String {
    let short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() { format!("{}…", visible(&short)) } else { visible(text) }
}
