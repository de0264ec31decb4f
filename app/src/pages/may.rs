//! Permissions of the current user. The server enforces them; pages use this only to hide controls that it would reject.

use leptos::prelude::*;

use crate::types::{Actor, Role};

/// Whether the user may act on alerts, events and notifications: operators and admins.
pub fn may_act() -> bool {
    has(Role::Operator)
}

/// Whether the user may configure sources, channels and users: admins.
pub fn may_set_up() -> bool {
    has(Role::Admin)
}

fn has(role: Role) -> bool {
    use_context::<Actor>().is_some_and(|actor| actor.role >= role)
}
