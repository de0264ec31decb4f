//! `undo_log`: the previous states of alerts that a bulk change was made to.

use app::types::{AlertChange, Before};

use super::{Db, Result, Tx, Writer, on};

/// How long a bulk change can be undone, in milliseconds.
const KEPT: i64 = 10 * app::types::time::MINUTE;

impl Tx {
    /// Keeps previous states under a random id.
    pub async fn insert_undo(
        &mut self,
        id: &str,
        actor: &str,
        change: AlertChange,
        before: &[Before],
        now: i64,
    ) -> Result<()> {
        const SQL: &str = "insert into undo_log (id, actor, change, before, created_at) values ($1, $2, $3, $4, $5)";
        let before = before.iter().map(Before::to_string).collect::<Vec<_>>().join(",");
        on!(tx self, conn => {
            sqlx::query(SQL).bind(id).bind(actor).bind(change.as_str()).bind(before).bind(now).execute(conn).await.map(drop)
        })
    }

    /// Removes what is kept under an id and returns it; `None` if there is nothing, it is someone else's, or it is too old.
    pub async fn take_undo(&mut self, id: &str, actor: &str, now: i64) -> Result<Option<(AlertChange, Vec<Before>)>> {
        const SQL: &str =
            "delete from undo_log where id = $1 and actor = $2 and created_at >= $3 returning change, before";
        let row: Option<(String, String)> = on!(tx self, conn => {
            sqlx::query_as(SQL).bind(id).bind(actor).bind(now - KEPT).fetch_optional(conn).await
        })?;
        Ok(row.and_then(|(change, before)| {
            let before: std::result::Result<_, _> = before.split(',').map(str::parse).collect();
            Some((change.parse().ok()?, before.ok()?))
        }))
    }
}

impl Db {
    /// Removes what can no longer be undone.
    pub async fn prune_undo(&self, now: i64) -> Result<()> {
        const SQL: &str = "delete from undo_log where created_at < $1";
        on!(write self, Writer::Housekeeping, conn => sqlx::query(SQL).bind(now - KEPT).execute(conn).await.map(drop))
    }
}
