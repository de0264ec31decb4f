//! The raw text, wrapped to lines of bounded length.

use std::sync::Arc;

use leptos::prelude::*;

use super::{LINE, scroll_top, window};

/// Characters per line.
const WIDTH: usize = 160;

/// The text in lines of at most 160 characters.
#[component]
pub fn Raw(
    /// The text to show.
    text: Arc<str>,
) -> impl IntoView {
    let pieces: Arc<[String]> = text.lines().flat_map(pieces).collect();
    let (scrolled, set_scrolled) = signal(0);
    let count = pieces.len();
    let rows = move || {
        let range = window(scrolled.get(), 900, count);
        let offset = range.start * LINE;
        let lines =
            pieces[range].iter().map(|line| view! { <div class="json-line">{line.clone()}</div> }).collect_view();
        view! { <div class="json-window" style=format!("transform: translateY({offset}px)")>{lines}</div> }
    };
    view! {
        <div class="json" tabindex="0" on:scroll=move |event| set_scrolled.set(scroll_top(&event))>
            <div class="json-space" style=format!("height: {}px", count * LINE)>{rows}</div>
        </div>
    }
}

fn pieces(line: &str) -> Vec<String> {
    let chars: Vec<char> = line.chars().collect();
    if chars.is_empty() {
        vec![String::new()]
    } else {
        chars.chunks(WIDTH).map(|piece| piece.iter().collect()).collect()
    }
}
