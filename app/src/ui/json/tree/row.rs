//! One line of the tree.

use leptos::prelude::*;

use super::{Document, Pick, View};
use crate::ui::Icon;
use crate::ui::copy::copy_text;
use crate::ui::json::lines::{Kind, Line, path, unquoted};
use crate::ui::text::{counted, visible};

/// Longest value displayed, in characters; copying copies all of it.
const LONGEST: usize = 400;

impl View {
    /// Renders the line at an index; `is_current` marks the current search result.
    pub fn row(self, at: u32, is_current: bool) -> AnyView {
        self.document.with_value(|document| {
            let line = &document.lines[at as usize];
            let is_folded = self.folded.with_untracked(|folded| folded.contains(&at));
            view! {
                <div class="json-line" role="treeitem" tabindex=self.pick.map(|_| "-1") data-current=is_current.then_some("")
                    style=format!("--depth: {}", line.depth)>
                    {self.fold_button(line, at, is_folded)}
                    {index_of(document, line).map(|index| view! { <span class="json-index">{index}</span>": " })}
                    {line.key.clone().map(|key| view! {
                        <span class="json-key">{cut(unquoted(&document.text[key]))}</span>": "
                    })}
                    {value(document, line, is_folded)}
                    {(!matches!(line.kind, Kind::Close(_))).then(|| self.buttons(at))}
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
                <button class="json-fold" type="button" aria-label=if is_folded { "Expand" } else { "Collapse" }
                    aria-expanded=(!is_folded).to_string() on:click=toggle><Icon data=icon/></button>
            }
            .into_any(),
        )
    }

    fn buttons(self, at: u32) -> AnyView {
        match self.pick {
            Some(pick) => self.pick_button(at, pick),
            None => self.copy_buttons(at),
        }
    }

    fn pick_button(self, at: u32, pick: Pick) -> AnyView {
        let place = move |_| {
            let path = self.document.with_value(|d| path(&d.text, &d.lines, at as usize));
            pick.picked.run(path);
        };
        view! {
            <span class="json-copy" data-pick="">
                <button class="button" data-size="small" type="button" on:click=place>{pick.label}</button>
            </span>
        }
        .into_any()
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
                <button class="button" data-size="small" type="button" on:click=value>
                    <Icon data=icondata_lu::LuCopy/>"Value"
                </button>
                <button class="button" data-size="small" type="button" on:click=place>
                    <Icon data=icondata_lu::LuCopy/>"Path"
                </button>
            </span>
        }
        .into_any()
    }
}

/// The index of an element of an array.
fn index_of(document: &Document, line: &Line) -> Option<u32> {
    let parent = &document.lines[line.parent? as usize];
    let is_element = matches!(parent.kind, Kind::Open { bracket: b'[', .. }) && !matches!(line.kind, Kind::Close(_));
    is_element.then_some(line.index)
}

fn value(document: &Document, line: &Line, is_folded: bool) -> AnyView {
    let text = &document.text[line.value.clone()];
    match line.kind {
        Kind::Open { bracket, count: 0, .. } => view! {
            <span class="json-mark">{if bracket == b'{' { "{}" } else { "[]" }}</span>
            <span class="json-note">"empty"</span>
        }
        .into_any(),
        Kind::Open { bracket, count, .. } if is_folded => {
            let (marks, word) = if bracket == b'{' { ("{…}", "key") } else { ("[…]", "item") };
            view! {
                <span class="json-mark">{marks}</span><span class="json-note">{counted(count.into(), word)}</span>
            }
            .into_any()
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
