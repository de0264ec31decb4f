//! Toasts: short confirmations, with an undo button where possible.

use leptos::prelude::*;

use super::Icon;
use super::text::counted;
use crate::Error;
use crate::types::{AlertChange, Changed};

/// A message at the bottom of the page, hidden after 8 s.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    /// The message, one line.
    pub text: String,
    /// Shown as an error.
    pub is_error: bool,
    /// Id of a change; shown with an undo button.
    pub undo: Option<String>,
}

/// The current toast, provided as context; a new one replaces it.
#[derive(Clone, Copy)]
pub struct Toasts(pub RwSignal<Option<Toast>>);

impl Toasts {
    /// Shows a confirmation.
    pub fn say(self, text: impl Into<String>) {
        self.show(Toast { text: text.into(), is_error: false, undo: None });
    }

    /// Shows an error.
    pub fn fail(self, error: &Error) {
        self.show(Toast { text: error.sentence(), is_error: true, undo: None });
    }

    /// Shows the result of a change, with an undo button if it can be undone.
    pub fn say_changed(self, changed: &Changed) {
        let alerts = counted(changed.count, "alert");
        let text = match changed.change {
            AlertChange::Read => format!("Marked {alerts} as read"),
            AlertChange::Unread => format!("Marked {alerts} as unread"),
            AlertChange::Acknowledge => format!("Acknowledged {alerts}"),
            AlertChange::Resolve => format!("Resolved {alerts}"),
            AlertChange::Reopen => format!("Reopened {alerts}"),
            AlertChange::Mute => format!("Muted {alerts}"),
            AlertChange::Unmute => format!("Unmuted {alerts}"),
            AlertChange::Assign => format!("Assigned {alerts}"),
        };
        let text = if changed.incomplete { format!("{text}, then an error occurred") } else { text };
        self.show(Toast { text, is_error: changed.incomplete, undo: changed.undo.clone() });
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

/// The element in which toasts appear. Requires the [`Toasts`] context.
#[component]
pub fn ToastBar(
    /// Called with the id of the change to undo.
    #[prop(into)]
    undo: Callback<String>,
) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let shown = move || {
        toasts.0.get().map(|toast| {
            let button = toast.undo.map(|back| {
                view! {
                    <button class="button" data-size="small" type="button" on:click=move |_| undo.run(back.clone())>
                        "Undo"
                    </button>
                }
            });
            view! {
                <div class="toast" data-tone=toast.is_error.then_some("bad")>
                    <Icon data=if toast.is_error { icondata_lu::LuCircleX } else { icondata_lu::LuCheck }/>
                    <span>{toast.text}</span>
                    {button}
                    <button class="icon-button" type="button" aria-label="Dismiss" on:click=move |_| toasts.0.set(None)>
                        <Icon data=icondata_lu::LuX/>
                    </button>
                </div>
            }
        })
    };
    view! { <div class="toasts" role="status">{shown}</div> }
}
