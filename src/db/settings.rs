//! `settings`: named values, such as the retention, the key check, and leases of tasks that run on one node.

use super::{Db, Result, Tx, Writer, on};

impl Db {
    /// The value of a setting; `None` if it is not set.
    pub async fn find_setting(&self, name: &str) -> Result<Option<String>> {
        const SQL: &str = "select value from settings where name = $1";
        on!(read self, pool => sqlx::query_scalar(SQL).bind(name).fetch_optional(pool).await)
    }

    /// Sets a value unless one exists, and returns the stored one.
    pub async fn init_setting(&self, name: &str, value: &str, now: i64) -> Result<String> {
        const SQL: &str =
            "insert into settings (name, value, updated_at) values ($1, $2, $3) on conflict (name) do nothing";
        on!(write self, Writer::Person, pool => sqlx::query(SQL).bind(name).bind(value).bind(now).execute(pool).await.map(drop))?;
        self.find_setting(name).await?.ok_or(sqlx::Error::RowNotFound)
    }
}

impl Tx {
    /// Upserts a value.
    pub async fn set_setting(&mut self, name: &str, value: &str, now: i64) -> Result<()> {
        const SQL: &str = "insert into settings (name, value, updated_at) values ($1, $2, $3) \
             on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at";
        on!(tx self, conn => sqlx::query(SQL).bind(name).bind(value).bind(now).execute(conn).await.map(drop))
    }

    /// Deletes a setting if it still has this value; false otherwise.
    pub async fn delete_setting(&mut self, name: &str, value: &str) -> Result<bool> {
        const SQL: &str = "delete from settings where name = $1 and value = $2";
        on!(tx self, conn => Ok(sqlx::query(SQL).bind(name).bind(value).execute(conn).await?.rows_affected() > 0))
    }
}

impl Db {
    /// Takes or renews a lease that one holder has at a time; false if another one has it. It is free if it was last renewed
    /// before `expired`, or more than a minute after `now`, since the clock was set back. Unix milliseconds.
    pub async fn take_lease(&self, name: &str, holder: &str, now: i64, expired: i64) -> Result<bool> {
        const SQL: &str = "insert into settings (name, value, updated_at) values ($1, $2, $3) on conflict (name) do update \
             set value = excluded.value, updated_at = excluded.updated_at \
             where settings.value = excluded.value or settings.updated_at < $4 \
             or settings.updated_at > excluded.updated_at + 60000 returning name";
        on!(write self, Writer::Person, pool => {
            let query = sqlx::query_scalar::<_, String>(SQL).bind(name).bind(holder).bind(now).bind(expired);
            Ok(query.fetch_optional(pool).await?.is_some())
        })
    }
}
