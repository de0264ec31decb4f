//! Data migrations too large for a migration script: run in bounded batches while the server is up, and resumed after a
//! restart.

mod bodies;

use super::{Db, Result, Tx, Writer, on};

/// Settings: the last id processed, and the last id to process, which the migration set.
const NOTICES: &str = "backfill_notices";
const UNTIL: &str = "backfill_notices_until";

/// Ids per batch.
const BATCH: i64 = 500;

impl Db {
    /// Turns alerts into notices that an earlier version stored as problems although nothing resolves them; one batch
    /// per call. Returns whether there may be more.
    pub async fn backfill_notices(&self, now: i64) -> Result<bool> {
        let (from, until) = (self.number(NOTICES).await?, self.number(UNTIL).await?);
        if from >= until {
            return Ok(false);
        }
        let to = (from + BATCH).min(until);
        let mut tx = self.begin(Writer::Sweeper).await?;
        tx.make_notices(from, to).await?;
        tx.set_setting(NOTICES, &to.to_string(), now).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn number(&self, setting: &str) -> Result<i64> {
        Ok(self.find_setting(setting).await?.and_then(|text| text.parse().ok()).unwrap_or(0))
    }
}

impl Tx {
    /// The same rule as `Kind::of` has for new alerts: no deduplication key, and severity info.
    async fn make_notices(&mut self, from: i64, to: i64) -> Result<()> {
        const SQL: &str = "update alerts set is_notice = true where id > $1 and id <= $2 and dedup_key is null \
             and severity = 'info' and not is_notice";
        on!(tx self, conn => sqlx::query(SQL).bind(from).bind(to).execute(conn).await.map(drop))
    }
}
