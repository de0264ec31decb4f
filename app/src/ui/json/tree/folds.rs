//! Folding, search and the set of visible lines.

use std::collections::HashSet;

use leptos::prelude::*;

use super::View;
#[cfg(feature = "hydrate")]
use crate::ui::json::LINE;
use crate::ui::json::lines::{Kind, Line};

/// Above this number of lines only the first level is expanded initially.
const LONG: usize = 400;

/// Indexes of the lines that are folded initially.
pub fn folded_at_first(lines: &[Line]) -> HashSet<u32> {
    let depth = if lines.len() > LONG { 1 } else { 3 };
    let is_folded = |line: &Line| matches!(line.kind, Kind::Open { count, .. } if count > 0) && line.depth >= depth;
    lines.iter().enumerate().filter(|(_, line)| is_folded(line)).map(|(at, _)| at as u32).collect()
}

impl View {
    /// Lines that are not folded away.
    pub fn shown(self) -> Vec<u32> {
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

    /// Lines whose key or scalar contains the search text, ignoring case.
    pub fn found(self) -> Vec<u32> {
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

    /// Folds everything below the root.
    pub fn fold_all(self) {
        self.document.with_value(|document| {
            let is_inner = |line: &Line| line.depth > 0 && matches!(line.kind, Kind::Open { count, .. } if count > 0);
            let inner = document.lines.iter().enumerate().filter(|(_, line)| is_inner(line)).map(|(at, _)| at as u32);
            self.folded.set(inner.collect());
        });
    }

    /// Expands the parents of a line and scrolls to it.
    pub fn reveal(self, at: u32) {
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
            // After the next layout; before it, the browser would clamp the offset to the old height.
            request_animation_frame(move || {
                scroller.set_scroll_top(i32::try_from((place * LINE).saturating_sub(160)).unwrap_or(i32::MAX));
            });
        }
        #[cfg(not(feature = "hydrate"))]
        let _on_the_server = place;
    }
}
