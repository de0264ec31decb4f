//! `sessions`: who is signed in, by the hash of a random token.

use app::types::Role;

use super::{Db, Result, Tx, Writer, on};

/// A live session with its user.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    pub id: i64,
    pub email: String,
    #[sqlx(try_from = "String")]
    pub role: Role,
    pub seen_at: i64,
    pub expires_at: i64,
}

/// A session that begins.
#[derive(Clone, Copy, Debug)]
pub struct NewSession<'a> {
    pub user_id: i64,
    /// What the password was checked against.
    pub password_hash: &'a str,
    pub token_hash: &'a str,
    pub ip: &'a str,
    pub agent: &'a str,
    pub now: i64,
    pub expires_at: i64,
}

impl Tx {
    /// Starts a session; `expires_at` is its absolute end. False if the user may not sign in any more or has another password
    /// by now: the lock holds a change of it off until the commit, and that ends the session.
    pub async fn insert_session(&mut self, new: &NewSession<'_>) -> Result<bool> {
        const SQL: &str = "insert into sessions (user_id, token_hash, ip_address, user_agent, created_at, seen_at, expires_at) \
             select id, cast($1 as text), cast($2 as text), cast($3 as text), cast($4 as bigint), cast($5 as bigint), \
             cast($6 as bigint) from users where id = $7 and password_hash = $8 and is_active";
        let lock = if matches!(self, Self::Postgres(..)) { " for update" } else { "" };
        let sql = sqlx::AssertSqlSafe(format!("{SQL}{lock}"));
        on!(tx self, conn => {
            let query = sqlx::query(sql).bind(new.token_hash).bind(new.ip).bind(new.agent).bind(new.now).bind(new.now);
            let query = query.bind(new.expires_at).bind(new.user_id).bind(new.password_hash);
            Ok(query.execute(conn).await?.rows_affected() > 0)
        })
    }

    /// Ends one session; returns whose it was.
    pub async fn delete_session(&mut self, token_hash: &str) -> Result<Option<String>> {
        const WHOSE: &str = "select u.email from sessions s join users u on u.id = s.user_id where s.token_hash = $1";
        const SQL: &str = "delete from sessions where token_hash = $1";
        on!(tx self, conn => {
            let email = sqlx::query_scalar(WHOSE).bind(token_hash).fetch_optional(&mut *conn).await?;
            sqlx::query(SQL).bind(token_hash).execute(conn).await?;
            Ok(email)
        })
    }

    /// Ends every session of a user.
    pub async fn delete_sessions_of(&mut self, email: &str) -> Result<()> {
        const SQL: &str = "delete from sessions where user_id in (select id from users where email = $1)";
        on!(tx self, conn => sqlx::query(SQL).bind(email).execute(conn).await.map(drop))
    }
}

impl Db {
    /// The session of a token: not expired, not idle since `idle_since`, of an active user.
    pub async fn find_session(&self, token_hash: &str, now: i64, idle_since: i64) -> Result<Option<Session>> {
        const SQL: &str = "select s.id, u.email, u.role, s.seen_at, s.expires_at from sessions s \
             join users u on u.id = s.user_id \
             where s.token_hash = $1 and s.expires_at > $2 and s.seen_at > $3 and u.is_active = true";
        on!(read self, pool => sqlx::query_as(SQL).bind(token_hash).bind(now).bind(idle_since).fetch_optional(pool).await)
    }

    /// Notes that a session is in use.
    pub async fn touch_session(&self, id: i64, now: i64) -> Result<()> {
        const SQL: &str = "update sessions set seen_at = $1 where id = $2";
        on!(write self, Writer::Worker, pool => sqlx::query(SQL).bind(now).bind(id).execute(pool).await.map(drop))
    }

    /// Drops sessions that have ended.
    pub async fn prune_sessions(&self, now: i64, idle_since: i64) -> Result<()> {
        const SQL: &str = "delete from sessions where expires_at <= $1 or seen_at <= $2";
        on!(write self, Writer::Housekeeping, conn => sqlx::query(SQL).bind(now).bind(idle_since).execute(conn).await.map(drop))
    }
}
