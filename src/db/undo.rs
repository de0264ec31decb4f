//! `undo_log`: the previous states of alerts that a person changed, in batches.

use app::types::AlertState;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{AlertUpdate, Db, Result, Tx, Writer, on};

/// How long a change can be undone, in milliseconds.
const KEPT: i64 = 10 * app::types::time::MINUTE;

/// Batches removed per statement.
const PRUNED: i64 = 20;

/// One batch of a change. Kept as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoBatch {
    /// The change that was made.
    pub update: AlertUpdate,
    /// The alerts before it.
    pub before: Vec<Before>,
}

/// State of an alert before a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Before {
    /// Id of the alert.
    pub id: i64,
    /// State before the change.
    #[sqlx(try_from = "String")]
    pub state: AlertState,
    /// Whether it was read.
    pub is_read: bool,
    /// End of its mute, in Unix milliseconds; `None` if it was not muted.
    pub muted_until: Option<i64>,
    /// Who took care of it; `None` for nobody.
    pub assignee: Option<String>,
}

impl Tx {
    /// Keeps a batch under the id of its operation and its number. `began` is when the operation did, Unix milliseconds.
    pub async fn insert_undo(&mut self, key: (&str, i64), actor: &str, batch: &UndoBatch, began: i64) -> Result<()> {
        const SQL: &str =
            "insert into undo_log (id, batch, actor, change, before, created_at) values ($1, $2, $3, $4, $5, $6)";
        let (change, batch) = (batch.update.change.as_str(), json!(batch).to_string());
        on!(tx self, conn => sqlx::query(SQL)
            .bind(key.0).bind(key.1).bind(actor).bind(change).bind(batch).bind(began)
            .execute(conn).await.map(drop))
    }

    /// Removes the first remaining batch of an operation and returns it; `None` if there is none, it is someone else's, or
    /// it is too old.
    pub async fn take_undo(&mut self, id: &str, actor: &str, now: i64) -> Result<Option<UndoBatch>> {
        const SQL: &str = "delete from undo_log where id = $1 and batch = (select min(batch) from undo_log where id = $1) \
             and actor = $2 and created_at >= $3 returning before";
        let row: Option<String> = on!(tx self, conn => {
            sqlx::query_scalar(SQL).bind(id).bind(actor).bind(now - KEPT).fetch_optional(conn).await
        })?;
        Ok(row.and_then(|batch| serde_json::from_str(&batch).ok()))
    }
}

impl Db {
    /// Removes what can no longer be undone, a few batches at a time, each of which takes up to 100 KB.
    pub async fn prune_undo(&self, now: i64) -> Result<()> {
        const SQL: &str = "delete from undo_log where (id, batch) in \
             (select id, batch from undo_log where created_at < $1 order by created_at limit $2)";
        loop {
            let removed = on!(write self, Writer::Housekeeping, conn => {
                sqlx::query(SQL).bind(now - KEPT).bind(PRUNED).execute(conn).await.map(|done| done.rows_affected())
            })?;
            if removed < PRUNED as u64 {
                return Ok(());
            }
        }
    }
}
