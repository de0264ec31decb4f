//! The choice of Web Push to this browser, in the account menu.

#[cfg(feature = "hydrate")]
mod browser;

use leptos::prelude::*;

use super::desktop::Choice;
use crate::types::Severity;

/// State of Web Push in this browser.
#[derive(Clone, Copy, Default)]
struct Push {
    /// Whether the browser supports it.
    offered: RwSignal<bool>,
    /// Lowest severity; `None` for off.
    chosen: RwSignal<Option<Severity>>,
    /// Error of the last change, as a sentence.
    problem: RwSignal<Option<String>>,
    /// Whether a change is in progress.
    is_busy: RwSignal<bool>,
}

/// Sets the minimum severity that is pushed to this browser, or turns push off. Loads the current choice when the menu opens.
/// Not rendered if the browser does not support push.
#[component]
pub fn PushChoice(
    /// Whether the menu has been opened.
    is_open: Signal<bool>,
) -> impl IntoView {
    let push = Push::default();
    Effect::new(move |_| {
        if is_open.get() {
            push.find();
        }
    });
    move || {
        push.offered.get().then(|| {
            view! {
                <Choice label="Push notifications" icon=icondata_lu::LuSmartphone chosen=push.chosen
                    problem=push.problem.into() is_busy=push.is_busy.into() choose=move |severity| push.choose(severity)/>
            }
        })
    }
}

impl Push {
    fn find(self) {
        #[cfg(feature = "hydrate")]
        leptos::task::spawn_local(async move {
            self.show().await;
            if browser::is_supported() && !self.offered.get_untracked() {
                self.offered.set(true);
            }
        });
    }

    fn choose(self, from: Option<Severity>) {
        #[cfg(feature = "hydrate")]
        leptos::task::spawn_local(async move {
            self.is_busy.set(true);
            self.problem.set(browser::choose(from).await.err());
            self.show().await;
            // Resets the select box even if the value is unchanged.
            self.chosen.notify();
            self.is_busy.set(false);
        });
        #[cfg(not(feature = "hydrate"))]
        let _on_the_server = from;
    }

    /// Loads the current choice; keeps the last one if the server cannot be reached.
    #[cfg(feature = "hydrate")]
    async fn show(self) {
        if let Ok(chosen) = browser::chosen().await {
            self.chosen.set(chosen);
        }
    }
}
