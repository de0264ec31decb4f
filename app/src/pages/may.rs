//! Permissions of the current user. The server enforces them; pages use this only to hide controls that it would reject.

use leptos::prelude::*;

use crate::types::{Actor, Role};

/// May act on alerts, events and notifications.
pub fn may_act() -> bool {
    has(Role::Operator)
}

/// May configure sources, channels and users.
pub fn may_set_up() -> bool {
    has(Role::Admin)
}

fn has(role: Role) -> bool {
    use_context::<Actor>().is_some_and(|actor| actor.role >= role)
}
