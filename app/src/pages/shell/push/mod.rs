//! The choice of Web Push to this browser, in the account menu.

#[cfg(feature = "hydrate")]
mod browser;

use leptos::prelude::*;

use super::desktop::Choice;
use crate::types::Severity;

/// What is pushed to this browser.
#[derive(Clone, Copy)]
struct Push {
    /// Whether the browser can have it.
    offered: RwSignal<bool>,
    /// Lowest severity; `None` for off.
    chosen: RwSignal<Option<Severity>>,
    /// A sentence about the last choice.
    problem: RwSignal<Option<String>>,
    /// Whether a choice is being carried out.
    is_busy: RwSignal<bool>,
}

impl Default for Push {
    fn default() -> Self {
        Self {
            offered: RwSignal::new(false),
            chosen: RwSignal::new(None),
            problem: RwSignal::new(None),
            is_busy: RwSignal::new(false),
        }
    }
}

/// Off, or the lowest severity, for alerts that arrive while no page is open. Asks the server what is chosen when the menu is
/// opened.
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
            // What was selected shows until then, also if nothing has changed.
            self.chosen.notify();
            self.is_busy.set(false);
        });
        #[cfg(not(feature = "hydrate"))]
        let _on_the_server = from;
    }

    /// Shows what the server has; what was shown stays if it cannot be asked.
    #[cfg(feature = "hydrate")]
    async fn show(self) {
        if let Ok(chosen) = browser::chosen().await {
            self.chosen.set(chosen);
        }
    }
}
