//! How long things are kept, as the settings say.

use app::types::Retention;

use crate::db::Tx;
use crate::ops::Ops;

const NAME: &str = "retention";

/// The days in force.
pub async fn read(ops: &Ops) -> crate::db::Result<Retention> {
    match ops.db.find_setting(NAME).await? {
        // What cannot be read must not mean that things are removed as usual.
        Some(text) => serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into())),
        None => Ok(Retention::default()),
    }
}

/// Sets them.
pub async fn write(tx: &mut Tx, days: &Retention, now: i64) -> crate::error::Result<()> {
    let text = serde_json::to_string(days).map_err(anyhow::Error::from)?;
    Ok(tx.set_setting(NAME, &text, now).await?)
}
