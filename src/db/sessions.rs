//! `sessions`: signed-in users, by the hash of a random token.

use app::types::Role;

use super::{Db, Result, Tx, Writer, on};

/// A valid session with its user.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    /// `sessions.id`.
    pub id: i64,
    /// Email of the user, lower case.
    pub email: String,
    /// Current role of the user.
    #[sqlx(try_from = "String")]
    pub role: Role,
    /// Last recorded use, Unix milliseconds.
    pub seen_at: i64,
    /// Absolute end, Unix milliseconds.
    pub expires_at: i64,
}

/// A session to insert.
#[derive(Clone, Copy, Debug)]
pub struct NewSession<'a> {
    /// `users.id`.
    pub user_id: i64,
    /// The hash that the password was verified against.
    pub password_hash: &'a str,
    /// Hash of the session token.
    pub token_hash: &'a str,
    /// Address of the client.
    pub ip: &'a str,
    /// `User-Agent` of the client.
    pub agent: &'a str,
    /// Start, Unix milliseconds.
    pub now: i64,
    /// Absolute end, Unix milliseconds.
    pub expires_at: i64,
}

impl Tx {
    /// Inserts a session. Returns false if the user was deactivated or the password changed since it was verified. The
    /// row lock makes a concurrent change of the user wait for the commit.
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

    /// Deletes a session; returns the email of its user, `None` if there was none.
    pub async fn delete_session(&mut self, token_hash: &str) -> Result<Option<String>> {
        const WHOSE: &str = "select u.email from sessions s join users u on u.id = s.user_id where s.token_hash = $1";
        const SQL: &str = "delete from sessions where token_hash = $1";
        on!(tx self, conn => {
            let email = sqlx::query_scalar(WHOSE).bind(token_hash).fetch_optional(&mut *conn).await?;
            sqlx::query(SQL).bind(token_hash).execute(conn).await?;
            Ok(email)
        })
    }

    /// Deletes all sessions of a user.
    pub async fn delete_sessions_of(&mut self, email: &str) -> Result<()> {
        const SQL: &str = "delete from sessions where user_id in (select id from users where email = $1)";
        on!(tx self, conn => sqlx::query(SQL).bind(email).execute(conn).await.map(drop))
    }
}

impl Db {
    /// The session of a token, if it has neither expired at `now` nor been idle since `idle_since` (Unix milliseconds),
    /// and its user is active.
    pub async fn find_session(&self, token_hash: &str, now: i64, idle_since: i64) -> Result<Option<Session>> {
        const SQL: &str = "select s.id, u.email, u.role, s.seen_at, s.expires_at from sessions s \
             join users u on u.id = s.user_id \
             where s.token_hash = $1 and s.expires_at > $2 and s.seen_at > $3 and u.is_active = true";
        on!(read self, pool => sqlx::query_as(SQL).bind(token_hash).bind(now).bind(idle_since).fetch_optional(pool).await)
    }

    /// Sets `seen_at`.
    pub async fn touch_session(&self, id: i64, now: i64) -> Result<()> {
        const SQL: &str = "update sessions set seen_at = $1 where id = $2";
        on!(write self, Writer::Worker, pool => sqlx::query(SQL).bind(now).bind(id).execute(pool).await.map(drop))
    }

    /// Deletes expired and idle sessions.
    pub async fn prune_sessions(&self, now: i64, idle_since: i64) -> Result<()> {
        const SQL: &str = "delete from sessions where expires_at <= $1 or seen_at <= $2";
        on!(write self, Writer::Housekeeping, conn => sqlx::query(SQL).bind(now).bind(idle_since).execute(conn).await.map(drop))
    }
}
