//! `users`: accounts, and the rule that one active admin must remain.

use app::types::{Role, User};

use super::{Db, Result, Tx, on};

/// The columns that sign-in checks.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Credentials {
    /// `users.id`.
    pub id: i64,
    /// Lower case.
    pub email: String,
    /// Argon2 hash in PHC string format.
    pub password_hash: String,
    /// Whether the user may sign in.
    pub is_active: bool,
}

/// Result of changing a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserChange {
    /// The user was updated.
    Done,
    /// No user has this email.
    NoSuchUser,
    /// No active admin would be left: the transaction must not be committed.
    LastAdmin,
}

impl Db {
    /// All users, oldest first.
    pub async fn list_users(&self) -> Result<Vec<User>> {
        const SQL: &str = "select id, email, name, role, is_active, created_at, updated_at from users order by id";
        on!(read self, pool => sqlx::query_as(SQL).fetch_all(pool).await)
    }

    /// Emails of those who can take care of alerts: active operators and admins, in order, at most 500.
    pub async fn list_assignees(&self) -> Result<Vec<String>> {
        const SQL: &str =
            "select email from users where is_active = true and role <> 'viewer' order by email limit 500";
        on!(read self, pool => sqlx::query_scalar(SQL).fetch_all(pool).await)
    }

    /// The email of an active operator or admin, given in lower case; `None` for anybody else.
    pub async fn find_assignee(&self, email: &str) -> Result<Option<String>> {
        const SQL: &str = "select email from users where email = $1 and is_active = true and role <> 'viewer'";
        on!(read self, pool => sqlx::query_scalar(SQL).bind(email).fetch_optional(pool).await)
    }

    /// Whether there is an active admin.
    pub async fn has_admin(&self) -> Result<bool> {
        const SQL: &str = "select count(*) from users where role = 'admin' and is_active = true";
        let count: i64 = on!(read self, pool => sqlx::query_scalar(SQL).fetch_one(pool).await)?;
        Ok(count > 0)
    }

    /// The credentials for an email in lower case; `None` if there is no such user.
    pub async fn find_credentials(&self, email: &str) -> Result<Option<Credentials>> {
        const SQL: &str = "select id, email, password_hash, is_active from users where email = $1";
        on!(read self, pool => sqlx::query_as(SQL).bind(email).fetch_optional(pool).await)
    }
}

impl Tx {
    /// Inserts an active user, named after the local part of the email. Fails with a unique violation if the email is taken.
    pub async fn insert_user(&mut self, email: &str, password_hash: &str, role: Role, now: i64) -> Result<User> {
        const SQL: &str = "insert into users (email, name, password_hash, role, created_at, updated_at) \
             values ($1, $2, $3, $4, $5, $6) returning id, email, name, role, is_active, created_at, updated_at";
        let name = email.split('@').next().unwrap_or(email);
        on!(tx self, conn => sqlx::query_as(SQL)
            .bind(email).bind(name).bind(password_hash).bind(role.as_str()).bind(now).bind(now)
            .fetch_one(conn).await)
    }

    /// Sets a password hash, and deletes the user's sessions and devices, which were authenticated with the old
    /// password. Returns false if there is no such user.
    pub async fn set_password(&mut self, email: &str, password_hash: &str, now: i64) -> Result<bool> {
        const DEVICES: &str = "delete from devices where user_id in (select id from users where email = $1)";
        const SQL: &str = "update users set password_hash = $1, updated_at = $2 where email = $3";
        // First, as this locks the row: a concurrent sign-in with the old password has either committed its session, which is
        // then deleted, or finds the new password.
        let is_there = on!(tx self, conn => {
            let query = sqlx::query(SQL).bind(password_hash).bind(now).bind(email);
            Ok(query.execute(conn).await?.rows_affected() > 0)
        })?;
        self.delete_sessions_of(email).await?;
        on!(tx self, conn => sqlx::query(DEVICES).bind(email).execute(conn).await.map(drop))?;
        Ok(is_there)
    }

    /// Updates role and status where given. Locks all active admins first: otherwise two concurrent demotions could
    /// each rely on the other admin.
    pub async fn change_user(
        &mut self,
        email: &str,
        role: Option<Role>,
        is_active: Option<bool>,
        now: i64,
    ) -> Result<UserChange> {
        const SQL: &str = "update users set role = coalesce($1, role), is_active = coalesce($2, is_active), \
             updated_at = $3 where email = $4";
        let had_admin = self.lock_admins().await?;
        let changed = on!(tx self, conn => {
            let query = sqlx::query(SQL).bind(role.map(Role::as_str)).bind(is_active).bind(now).bind(email);
            Ok(query.execute(conn).await?.rows_affected())
        })?;
        Ok(match changed {
            0 => UserChange::NoSuchUser,
            _ if had_admin && !self.lock_admins().await? => UserChange::LastAdmin,
            _ => UserChange::Done,
        })
    }

    /// Whether there is an active user with this email.
    pub async fn is_active_user(&mut self, email: &str) -> Result<bool> {
        const SQL: &str = "select count(*) from users where email = $1 and is_active = true";
        let count: i64 = on!(tx self, conn => sqlx::query_scalar(SQL).bind(email).fetch_one(conn).await)?;
        Ok(count > 0)
    }

    /// Locks the rows of all active admins until the commit; false if there is none.
    pub async fn lock_admins(&mut self) -> Result<bool> {
        const SQL: &str = "update users set updated_at = updated_at where role = 'admin' and is_active = true";
        on!(tx self, conn => Ok(sqlx::query(SQL).execute(conn).await?.rows_affected() > 0))
    }
}
