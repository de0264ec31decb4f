//! `api_tokens`: bearer tokens of API clients; only their hashes are stored.

use app::types::{Role, Token};

use super::{Db, Result, Tx, Writer, on};

impl Db {
    /// All tokens, revoked ones included, oldest first.
    pub async fn list_tokens(&self) -> Result<Vec<Token>> {
        const SQL: &str = "select id, name, role, last_used_at, revoked_at, created_at from api_tokens order by id";
        on!(read self, pool => sqlx::query_as(SQL).fetch_all(pool).await)
    }

    /// The token with this hash; `None` if it is unknown or revoked.
    pub async fn find_token(&self, token_hash: &str) -> Result<Option<Token>> {
        const SQL: &str = "select id, name, role, last_used_at, revoked_at, created_at from api_tokens \
             where token_hash = $1 and revoked_at is null";
        on!(read self, pool => sqlx::query_as(SQL).bind(token_hash).fetch_optional(pool).await)
    }

    /// Sets `last_used_at`.
    pub async fn touch_token(&self, id: i64, now: i64) -> Result<()> {
        const SQL: &str = "update api_tokens set last_used_at = $1 where id = $2";
        on!(write self, Writer::Worker, pool => sqlx::query(SQL).bind(now).bind(id).execute(pool).await.map(drop))
    }
}

impl Tx {
    /// Inserts a token. Fails with a unique violation if the name is taken, also by a revoked one.
    pub async fn insert_token(&mut self, name: &str, token_hash: &str, role: Role, now: i64) -> Result<()> {
        const SQL: &str = "insert into api_tokens (name, token_hash, role, created_at) values ($1, $2, $3, $4)";
        on!(tx self, conn => sqlx::query(SQL)
            .bind(name).bind(token_hash).bind(role.as_str()).bind(now).execute(conn).await.map(drop))
    }

    /// Revokes a token; false if no valid token has this name.
    pub async fn revoke_token(&mut self, name: &str, now: i64) -> Result<bool> {
        const SQL: &str = "update api_tokens set revoked_at = $1 where name = $2 and revoked_at is null";
        on!(tx self, conn => Ok(sqlx::query(SQL).bind(now).bind(name).execute(conn).await?.rows_affected() > 0))
    }
}
