//! Number of unread alerts, as context for the navigation, the title and the icon of the page.

use leptos::prelude::*;

use super::Live;

/// Unread alerts with severity warning or above.
#[derive(Clone, Copy, Debug)]
pub struct Unread(pub Memo<i64>);

impl Unread {
    /// `at_first` counts until the live stream sends a newer number.
    pub fn new(live: Live, at_first: i64) -> Self {
        Self(Memo::new(move |_| live.numbers.with(|numbers| numbers.as_ref().map_or(at_first, |n| n.stats.unread))))
    }

    /// Marks the icon of the page while there are any.
    pub fn mark_icon(self) {
        #[cfg(feature = "hydrate")]
        Effect::new(move |_| {
            let icon = document().query_selector("link[rel=icon]").ok().flatten();
            let href = if self.0.get() > 0 { "/favicon-unread.svg" } else { "/favicon.svg" };
            let _marked = icon.map(|icon| icon.set_attribute("href", href));
        });
    }
}
