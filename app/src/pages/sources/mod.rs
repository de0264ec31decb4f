//! Sources: the list, adding one, its set-up steps at the provider, and its own page.

mod activity;
mod advice;
mod choose;
mod edit;
mod fields;
mod list;
mod manage;
mod name;
mod new;
mod rejected;
mod rotate;
mod secret;
mod setting;
mod setup;
mod steps;
mod watch;

pub use list::SourcesPage;
pub use new::NewSourcePage;
pub use secret::NewSecret;
pub use setup::SourcePage;
