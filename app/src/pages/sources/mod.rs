//! Sources: the list, adding one, and its set-up steps at the provider.

mod activity;
mod list;
mod manage;
mod new;
mod rotate;
mod setup;
mod steps;
mod watch;

pub use list::SourcesPage;
pub use new::NewSourcePage;
pub use setup::SourcePage;
