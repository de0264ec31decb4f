//! Toasts: short confirmations, with an undo button where possible.

use leptos::prelude::*;

use super::Icon;
use super::text::counted;
use crate::types::{AlertChange, Before, Changed};

/// A toast.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    pub text: String,
    /// What undo reverts: the change, and the previous state of the alerts.
    pub undo: Option<(AlertChange, Vec<Before>)>,
}

/// The current toast; a new one replaces it.
#[derive(Clone, Copy)]
pub struct Toasts(pub RwSignal<Option<Toast>>);

impl Toasts {
    /// Shows a message.
    pub fn say(self, text: impl Into<String>) {
        self.show(Toast { text: text.into(), undo: None });
    }

    /// Shows the result of a change.
    pub fn say_changed(self, changed: &Changed) {
        let alerts = counted(changed.count, "alert");
        let text = match changed.change {
            AlertChange::Read => format!("Marked {alerts} as read"),
            AlertChange::Unread => format!("Marked {alerts} as unread"),
            AlertChange::Acknowledge => format!("Acknowledged {alerts}"),
            AlertChange::Resolve => format!("Resolved {alerts}"),
            AlertChange::Reopen => format!("Reopened {alerts}"),
            AlertChange::Mute => format!("Muted {alerts} for an hour"),
            AlertChange::Unmute => format!("Unmuted {alerts}"),
        };
        let undo = (!changed.before.is_empty()).then(|| (changed.change, changed.before.clone()));
        self.show(Toast { text, undo });
    }

    fn show(self, toast: Toast) {
        self.0.set(Some(toast.clone()));
        #[cfg(feature = "hydrate")]
        set_timeout(
            move || {
                if self.0.with_untracked(|now| now.as_ref() == Some(&toast)) {
                    self.0.set(None);
                }
            },
            std::time::Duration::from_secs(8),
        );
    }
}

/// The place where toasts appear. `undo` is called with the change to revert.
#[component]
pub fn ToastBar(#[prop(into)] undo: Callback<(AlertChange, Vec<Before>)>) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let shown = move || {
        toasts.0.get().map(|toast| {
            let button = toast.undo.map(|back| {
                view! {
                    <button class="button" data-size="small" type="button" on:click=move |_| undo.run(back.clone())>"Undo"</button>
                }
            });
            view! {
                <div class="toast">
                    <Icon data=icondata_lu::LuCheck/><span>{toast.text}</span>{button}
                    <button class="icon-button" type="button" aria-label="Dismiss" on:click=move |_| toasts.0.set(None)>
                        <Icon data=icondata_lu::LuX/>
                    </button>
                </div>
            }
        })
    };
    view! { <div class="toasts" role="status">{shown}</div> }
}
