//! The JSON viewer: a tree that folds, found text, values and paths to copy. Only the lines in sight are drawn, so that five
//! megabytes scroll like five lines.

pub mod lines;
mod raw;
mod tree;

pub use raw::Raw;
pub use tree::Tree;

/// Height of a line in pixels, as the style sheet has it, and lines drawn beyond what is in sight.
pub const LINE: usize = 24;
pub const MARGIN: usize = 12;

/// The first and the last line to draw.
pub fn window(scrolled: usize, height: usize, count: usize) -> std::ops::Range<usize> {
    let first = (scrolled / LINE).saturating_sub(MARGIN);
    let last = ((scrolled + height) / LINE + MARGIN).min(count);
    first.min(last)..last
}

/// How far the element of an event is scrolled, in pixels.
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
