//! `undo_log`: the previous states of alerts that a person changed, in batches.

use app::types::{AlertChange, AlertState};

use super::{Db, Result, Tx, Writer, on};

/// How long a change can be undone, in milliseconds.
const KEPT: i64 = 10 * app::types::time::MINUTE;

/// One batch of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoBatch {
    /// The change that was made.
    pub change: AlertChange,
    /// The alerts before it.
    pub before: Vec<Before>,
}

/// State of an alert before a change. Text form `17.open.0.-`: id, state, whether it was read, until when it was muted.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
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
}

impl std::fmt::Display for Before {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let muted = self.muted_until.map_or_else(|| "-".to_owned(), |until| until.to_string());
        write!(f, "{}.{}.{}.{muted}", self.id, self.state, u8::from(self.is_read))
    }
}

impl std::str::FromStr for Before {
    type Err = String;
    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let wrong = || "is not a valid previous alert state".to_owned();
        let parts: Vec<&str> = text.split('.').collect();
        let [id, state, is_read @ ("0" | "1"), muted] = parts[..] else { return Err(wrong()) };
        let muted_until = if muted == "-" { None } else { Some(muted.parse().map_err(|_| wrong())?) };
        Ok(Self { id: id.parse().map_err(|_| wrong())?, state: state.parse()?, is_read: is_read == "1", muted_until })
    }
}

impl Tx {
    /// Keeps a batch under the id of its operation and its number.
    pub async fn insert_undo(&mut self, key: (&str, i64), actor: &str, batch: &UndoBatch, now: i64) -> Result<()> {
        const SQL: &str =
            "insert into undo_log (id, batch, actor, change, before, created_at) values ($1, $2, $3, $4, $5, $6)";
        let before = batch.before.iter().map(Before::to_string).collect::<Vec<_>>().join(",");
        on!(tx self, conn => sqlx::query(SQL)
            .bind(key.0).bind(key.1).bind(actor).bind(batch.change.as_str()).bind(before).bind(now)
            .execute(conn).await.map(drop))
    }

    /// Removes the first remaining batch of an operation and returns it; `None` if there is none, it is someone else's, or
    /// it is too old.
    pub async fn take_undo(&mut self, id: &str, actor: &str, now: i64) -> Result<Option<UndoBatch>> {
        const SQL: &str = "delete from undo_log where id = $1 and batch = (select min(batch) from undo_log where id = $1) \
             and actor = $2 and created_at >= $3 returning change, before";
        let row: Option<(String, String)> = on!(tx self, conn => {
            sqlx::query_as(SQL).bind(id).bind(actor).bind(now - KEPT).fetch_optional(conn).await
        })?;
        Ok(row.and_then(|(change, before)| {
            let before: std::result::Result<_, _> = before.split(',').map(str::parse).collect();
            Some(UndoBatch { change: change.parse().ok()?, before: before.ok()? })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_an_alert_was_survives_its_text() {
        for muted_until in [None, Some(1_700_000_000_000)] {
            let before = Before { id: 17, state: AlertState::Acknowledged, is_read: true, muted_until };
            assert_eq!(before.to_string().parse(), Ok(before));
        }
        for text in ["", "17", "17.open.2.-", "17.gone.0.-", "x.open.0.-", "17.open.0.-.1"] {
            assert!(text.parse::<Before>().is_err(), "{text}");
        }
    }
}
