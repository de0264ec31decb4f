//! What earlier versions stored, moved to how it is stored now: in bounded batches while the server runs, and resumed after a stop.

use super::{Db, Result, Tx, Writer, on};

/// Settings: the largest id that was looked at, and the last that there is to look at.
const NOTICES: &str = "backfill_notices";
const UNTIL: &str = "backfill_notices_until";

/// Ids that a batch looks at.
const BATCH: i64 = 500;

impl Db {
    /// Makes notices of some alerts that an earlier version stored as problems without an end; whether there may be more.
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
    /// As `Kind::of` decides for new ones: no key, and not bad.
    async fn make_notices(&mut self, from: i64, to: i64) -> Result<()> {
        const SQL: &str = "update alerts set is_notice = true where id > $1 and id <= $2 and dedup_key is null \
             and severity = 'info' and not is_notice";
        on!(tx self, conn => sqlx::query(SQL).bind(from).bind(to).execute(conn).await.map(drop))
    }
}
