//! Reads and writes the retention settings.

use app::types::Retention;

use crate::db::Tx;
use crate::ops::Ops;

const NAME: &str = "retention";

/// The retention in effect, in days; the default if none was stored.
pub async fn read(ops: &Ops) -> crate::db::Result<Retention> {
    match ops.db.find_setting(NAME).await? {
        // An unreadable setting must not fall back to the defaults, which could delete more than intended.
        Some(text) => serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into())),
        None => Ok(Retention::default()),
    }
}

/// Stores the retention, in days, in the transaction of the caller.
pub async fn write(tx: &mut Tx, days: &Retention, now: i64) -> crate::error::Result<()> {
    let text = serde_json::to_string(days).map_err(anyhow::Error::from)?;
    Ok(tx.set_setting(NAME, &text, now).await?)
}
