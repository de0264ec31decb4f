//! People and tokens, and what they may do.

use serde::{Deserialize, Serialize};

use super::text_enum::text_enum;
use crate::error::{Error, Result};

text_enum! {
    /// What someone may do; a later role may all that an earlier one may.
    pub enum Role {
        Viewer = "viewer",
        Operator = "operator",
        Admin = "admin",
    }
}

/// Who asks: a signed-in user or a token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Actor {
    /// A user's email, or `token:NAME`.
    pub name: String,
    pub role: Role,
}

impl Actor {
    /// Refuses unless the role is at least `role`.
    pub fn require(&self, role: Role) -> Result<()> {
        if self.role >= role {
            return Ok(());
        }
        Err(Error::Forbidden { needs: role })
    }
}

/// A user without the password's hash.
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
