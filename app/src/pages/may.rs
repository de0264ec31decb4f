//! What whoever looks may do. The server decides; this only leaves out what it would refuse.

use leptos::prelude::*;

use crate::types::{Actor, Role};

/// Act on alerts, events, notifications.
pub fn may_act() -> bool {
    has(Role::Operator)
}

/// Set up sources, channels, users.
pub fn may_set_up() -> bool {
    has(Role::Admin)
}

fn has(role: Role) -> bool {
    use_context::<Actor>().is_some_and(|actor| actor.role >= role)
}
