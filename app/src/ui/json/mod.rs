//! The JSON viewer: a foldable tree with search and copying of values and paths. Only visible lines are rendered, so that
//! five megabytes scroll as smoothly as five lines.

pub mod lines;
mod raw;
mod tree;

pub use raw::Raw;
pub use tree::{Pick, Tree};

/// Line height in pixels; must match the style sheet.
pub const LINE: usize = 24;
/// Number of lines that are rendered above and below the visible range.
pub const MARGIN: usize = 12;

/// Indexes of the lines to render, out of `count`. `scrolled` and `height` of the viewport are in pixels.
pub fn window(scrolled: usize, height: usize, count: usize) -> std::ops::Range<usize> {
    let first = (scrolled / LINE).saturating_sub(MARGIN);
    let last = ((scrolled + height) / LINE + MARGIN).min(count);
    first.min(last)..last
}

/// Vertical scroll offset of the event's target, in pixels; 0 on the server.
pub fn scroll_top(event: &leptos::ev::Event) -> usize {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        element.map_or(0, |element| usize::try_from(element.scroll_top()).unwrap_or(0))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _on_the_server = event;
        0
    }
}
