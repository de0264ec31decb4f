//! Earlier alerts with the same key.

use app::types::Earlier;

use crate::db::{Db, Result, on};

impl Db {
    /// The alerts with this key that were opened since `from` and before the alert `id`, newest first, at most `limit`.
    pub async fn list_earlier(&self, key: &str, id: i64, from: i64, limit: i64) -> Result<Vec<Earlier>> {
        // Limited by id first, so that the older ones of a key that fires often are not read.
        const SQL: &str = "select id, state, created_at, ended_at from (select id, state, created_at, ended_at from alerts \
             where dedup_key = $1 and id < $2 order by id desc limit $4) as newest where created_at >= $3 order by id desc";
        on!(read self, pool => {
            sqlx::query_as(SQL).bind(key).bind(id).bind(from).bind(limit).fetch_all(pool).await
        })
    }
}
