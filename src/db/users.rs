//! `users`.

use app::types::{Role, User};

use super::{Db, Result, Tx, on};

/// What sign-in compares with.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Credentials {
    pub id: i64,
    pub password_hash: String,
    pub is_active: bool,
}

impl Db {
    /// Every user, oldest first.
    pub async fn list_users(&self) -> Result<Vec<User>> {
        const SQL: &str = "select id, email, name, role, is_active, created_at, updated_at from users order by id";
        on!(read self, pool => sqlx::query_as(SQL).fetch_all(pool).await)
    }

    /// Whether an admin who may sign in exists.
    pub async fn has_admin(&self) -> Result<bool> {
        const SQL: &str = "select count(*) from users where role = 'admin' and is_active = true";
        let count: i64 = on!(read self, pool => sqlx::query_scalar(SQL).fetch_one(pool).await?);
        Ok(count > 0)
    }

    /// The password's hash for an email in lower case.
    pub async fn find_credentials(&self, email: &str) -> Result<Option<Credentials>> {
        const SQL: &str = "select id, password_hash, is_active from users where email = $1";
        on!(read self, pool => sqlx::query_as(SQL).bind(email).fetch_optional(pool).await)
    }
}

impl Tx {
    /// Adds a user; an email in use is a unique violation.
    pub async fn insert_user(&mut self, email: &str, password_hash: &str, role: Role, now: i64) -> Result<User> {
        const SQL: &str = "insert into users (email, name, password_hash, role, created_at, updated_at) \
             values ($1, $2, $3, $4, $5, $6) returning id, email, name, role, is_active, created_at, updated_at";
        let name = email.split('@').next().unwrap_or(email);
        on!(tx self, conn => sqlx::query_as(SQL)
            .bind(email).bind(name).bind(password_hash).bind(role.as_str()).bind(now).bind(now)
            .fetch_one(conn).await)
    }

    /// Sets a password; false if there is no such user.
    pub async fn set_password(&mut self, email: &str, password_hash: &str, now: i64) -> Result<bool> {
        const SQL: &str = "update users set password_hash = $1, updated_at = $2 where email = $3";
        on!(tx self, conn => Ok(sqlx::query(SQL).bind(password_hash).bind(now).bind(email).execute(conn).await?.rows_affected() > 0))
    }

    /// Sets a role; false if there is no such user.
    pub async fn set_role(&mut self, email: &str, role: Role, now: i64) -> Result<bool> {
        const SQL: &str = "update users set role = $1, updated_at = $2 where email = $3";
        on!(tx self, conn => Ok(sqlx::query(SQL).bind(role.as_str()).bind(now).bind(email).execute(conn).await?.rows_affected() > 0))
    }

    /// Lets a user in or shuts them out; false if there is no such user.
    pub async fn set_user_active(&mut self, email: &str, is_active: bool, now: i64) -> Result<bool> {
        const SQL: &str = "update users set is_active = $1, updated_at = $2 where email = $3";
        on!(tx self, conn => {
            let query = sqlx::query(SQL).bind(is_active).bind(now).bind(email);
            Ok(query.execute(conn).await?.rows_affected() > 0)
        })
    }

    /// Shuts a user out; false if there is no such user.
    pub async fn disable_user(&mut self, email: &str, now: i64) -> Result<bool> {
        const SQL: &str = "update users set is_active = false, updated_at = $1 where email = $2";
        on!(tx self, conn => Ok(sqlx::query(SQL).bind(now).bind(email).execute(conn).await?.rows_affected() > 0))
    }
}
