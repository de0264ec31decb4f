//! `alert_keys`: when each key was last seen to open and to be over, by the provider's clock.

use super::{Result, Tx, on};

/// What a delivery says of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeenAs {
    Opened,
    Resolved,
}

/// The newest of each, in Unix milliseconds; 0 for never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KeyTimes {
    pub opened_at: i64,
    pub resolved_at: i64,
}

impl Tx {
    /// Remembers that a key was seen, and locks it until the commit. Older than what is known changes nothing.
    pub async fn see_key(&mut self, key: &str, seen: SeenAs, at: i64, now: i64) -> Result<KeyTimes> {
        const SQL: &str = "insert into alert_keys as k (dedup_key, opened_at, resolved_at, updated_at) \
             values ($1, $2, $3, $4) on conflict (dedup_key) do update set updated_at = excluded.updated_at, \
             opened_at = case when excluded.opened_at > k.opened_at then excluded.opened_at else k.opened_at end, \
             resolved_at = case when excluded.resolved_at > k.resolved_at then excluded.resolved_at else k.resolved_at end \
             returning opened_at, resolved_at";
        let (opened, resolved) = match seen {
            SeenAs::Opened => (at, 0),
            SeenAs::Resolved => (0, at),
        };
        on!(tx self, conn => {
            sqlx::query_as(SQL).bind(key).bind(opened).bind(resolved).bind(now).fetch_one(conn).await
        })
    }
}
