//! Sources: the list, adding one, and what is left to do at the provider.

mod list;
mod manage;
mod new;
mod setup;
mod watch;

pub use list::SourcesPage;
pub use new::NewSourcePage;
pub use setup::SourcePage;
