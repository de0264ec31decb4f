//! Keyed rows of a list that the live stream changes.
//!
//! With `For`, memory would grow by half a kilobyte per row without bound (`reactive_graph` 0.2): an owner keeps an entry for
//! each child, and a signal for each subscriber, until it is dropped itself. Here each hundred rows share an owner, and read
//! longer-lived signals only through signals of that owner. It is dropped with the last of its rows.

use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;
use leptos::tachys::view::keyed::{SerializableKey, keyed};

use super::zone::Zone;
use crate::live::Clock;

/// Rows that share an owner.
const GENERATION: usize = 100;

/// Renders an item, with the signals of its generation.
pub type Draw<T, S> = Arc<dyn Fn(T, S) -> AnyView + Send + Sync>;

/// Renders each item as a row.
#[component]
pub fn Rows<T, K, S>(
    /// The items in order.
    #[prop(into)]
    each: Signal<Vec<T>>,
    /// A row renders again when its key changes.
    key: fn(&T) -> K,
    /// Makes the signals of a generation, from those of the list.
    scope: Arc<dyn Fn() -> S + Send + Sync>,
    /// Renders an item. It must read signals of the list only through `S`, and times through [`Clock`] and
    /// [`Zone`].
    draw: Draw<T, S>,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    K: Eq + Hash + SerializableKey + 'static,
    S: Clone + Send + Sync + 'static,
{
    let generations =
        Arc::new(Generations { list: Owner::current().unwrap_or_default(), scope, newest: Mutex::new(None) });
    let row = move |_: usize, item: T| {
        let (shared, scope) = generations.next();
        let own = shared.child();
        let view = own.with(|| draw(item, scope));
        let view = OwnedView::new_with_owner(OwnedView::new_with_owner(view, own), shared);
        (|_: usize| {}, view)
    };
    move || keyed(each.get(), key, row.clone())
}

struct Generations<S> {
    /// The owner of the list.
    list: Owner,
    scope: Arc<dyn Fn() -> S + Send + Sync>,
    /// The newest generation with its number of rows.
    newest: Mutex<Option<(Owner, S, usize)>>,
}

impl<S: Clone> Generations<S> {
    /// The owner and the signals of the next row.
    fn next(&self) -> (Owner, S) {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let (owner, scope, rows) = match newest.take() {
            Some((owner, scope, rows)) if rows < GENERATION => (owner, scope, rows + 1),
            _ => self.begin(),
        };
        *newest = Some((owner.clone(), scope.clone(), rows));
        (owner, scope)
    }

    fn begin(&self) -> (Owner, S, usize) {
        let owner = self.list.child();
        let scope = owner.with(|| {
            provide_context(expect_context::<Clock>().scoped());
            provide_context(expect_context::<Zone>().scoped());
            (self.scope)()
        });
        (owner, scope, 1)
    }
}
