//! `devices`: browsers from which a user signed in before, by the hash of a random token. Failed sign-ins from
//! elsewhere do not lock these out.

use super::{Db, Result, Tx, Writer, on};

/// Failed sign-ins after which a device is no longer recognized.
const MOST_FAILURES: i64 = 5;

impl Db {
    /// Id of the device with this token, if the account signed in from it before; `None` if it expired or failed too often.
    pub async fn find_device(&self, token_hash: &str, email: &str, now: i64) -> Result<Option<i64>> {
        const SQL: &str = "select d.id from devices d join users u on u.id = d.user_id \
             where d.token_hash = $1 and u.email = $2 and d.expires_at > $3 and d.failures < $4";
        on!(read self, pool => {
            let query = sqlx::query_scalar(SQL).bind(token_hash).bind(email).bind(now).bind(MOST_FAILURES);
            query.fetch_optional(pool).await
        })
    }

    /// Deletes devices that expired or failed too often.
    pub async fn prune_devices(&self, now: i64) -> Result<()> {
        const SQL: &str = "delete from devices where expires_at <= $1 or failures >= $2";
        on!(write self, Writer::Housekeeping, conn => sqlx::query(SQL).bind(now).bind(MOST_FAILURES).execute(conn).await.map(drop))
    }
}

impl Tx {
    /// Remembers a device under the token hash `new` until `until` (Unix milliseconds), and forgets the token hash `old`.
    pub async fn replace_device(&mut self, user_id: i64, old: &str, new: &str, now: i64, until: i64) -> Result<()> {
        const GONE: &str = "delete from devices where user_id = $1 and token_hash = $2";
        const SQL: &str = "insert into devices (user_id, token_hash, created_at, expires_at) values ($1, $2, $3, $4)";
        on!(tx self, conn => {
            sqlx::query(GONE).bind(user_id).bind(old).execute(&mut *conn).await?;
            sqlx::query(SQL).bind(user_id).bind(new).bind(now).bind(until).execute(&mut *conn).await.map(drop)
        })
    }

    /// Counts a wrong password of a device.
    pub async fn count_device_failure(&mut self, id: i64) -> Result<()> {
        const SQL: &str = "update devices set failures = failures + 1 where id = $1";
        on!(tx self, conn => sqlx::query(SQL).bind(id).execute(conn).await.map(drop))
    }
}
