//! Users, tokens and their roles.

use serde::{Deserialize, Serialize};

use super::text_enum::text_enum;
use crate::error::{Error, Result};

text_enum! {
    /// Roles in ascending order; each includes the permissions of the previous ones.
    pub enum Role {
        /// Reads everything but users, tokens, retention and the audit log.
        Viewer = "viewer",
        /// Also acts on alerts, events and notifications, and mutes.
        Operator = "operator",
        /// Also manages sources, channels, users, tokens and retention.
        Admin = "admin",
    }
}

/// The authenticated user or token that makes a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Actor {
    /// As in the audit log: a user's email, `token:NAME`, `telegram:ID NAME`, or `command`.
    pub name: String,
    /// What the actor may do.
    pub role: Role,
}

impl Actor {
    /// [`Error::Forbidden`] unless the actor's role is at least `role`.
    pub fn require(&self, role: Role) -> Result<()> {
        if self.role >= role {
            return Ok(());
        }
        Err(Error::Forbidden { needs: role })
    }
}

/// A user, without the password hash. Times are in Unix milliseconds UTC.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct User {
    /// Database id.
    pub id: i64,
    /// Address to sign in with, unique.
    pub email: String,
    /// Display name.
    pub name: String,
    /// What the user may do.
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub role: Role,
    /// Whether the user may sign in.
    pub is_active: bool,
    /// Time of creation.
    pub created_at: i64,
    /// Time of the last change.
    pub updated_at: i64,
}
