//! Users, tokens and their roles.

use serde::{Deserialize, Serialize};

use super::text_enum::text_enum;
use crate::error::{Error, Result};

text_enum! {
    /// Roles in ascending order; each includes the permissions of the previous ones.
    pub enum Role {
        Viewer = "viewer",
        Operator = "operator",
        Admin = "admin",
    }
}

/// The authenticated user or token that makes a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Actor {
    /// A user's email, or `token:NAME`.
    pub name: String,
    pub role: Role,
}

impl Actor {
    /// Fails unless the actor's role is at least `role`.
    pub fn require(&self, role: Role) -> Result<()> {
        if self.role >= role {
            return Ok(());
        }
        Err(Error::Forbidden { needs: role })
    }
}

/// A user, without the password hash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct User {
    pub id: i64,
    pub email: String,
    pub name: String,
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub role: Role,
    pub is_active: bool,
    pub created_at: i64,
    pub updated_at: i64,
}
