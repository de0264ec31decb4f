//! Sources: the list, adding one, and what is left to do at the provider.

mod list;
mod new;
mod setup;

pub use list::SourcesPage;
pub use new::NewSourcePage;
pub use setup::SourcePage;
