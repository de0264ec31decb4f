//! `alert_activity`: the timelines of all alerts. Its ids are the sequence numbers of the live stream.

use app::types::{Activity, ActivityKind, Alert, Cursor, Frame, FrameKind};
use serde_json::{Map, Value};
use sqlx::QueryBuilder;
use sqlx::types::Json;

use super::alerts::COLUMNS;
use super::bulk::{PRESENT, pieces};
use super::{Db, Result, Tx, on};

/// Key of the PostgreSQL advisory lock: ASCII "opsc".
const STREAM_LOCK: i64 = 0x6f70_7363;

/// A timeline entry to insert.
#[derive(Clone, Debug)]
pub struct NewActivity {
    /// The alert whose timeline it belongs to.
    pub alert_id: i64,
    /// The event that caused it; `None` for changes by people and for sent notifications.
    pub webhook_event_id: Option<i64>,
    /// What happened.
    pub kind: ActivityKind,
    /// A user's email, `token:NAME`, `telegram:ID NAME`, the slug of the source, or `opscenter`.
    pub actor: String,
    /// Details that depend on `kind`, such as `rule`, `text`, `until` or `channel`.
    pub detail: Map<String, Value>,
    /// Unix milliseconds.
    pub created_at: i64,
}

/// A timeline entry joined with the current state of its alert.
#[derive(sqlx::FromRow)]
struct FrameRow {
    seq: i64,
    #[sqlx(try_from = "String")]
    step: ActivityKind,
    at: i64,
    #[sqlx(flatten)]
    alert: Alert,
}

impl Tx {
    /// Inserts timeline entries and returns their ids in ascending order. Must be the last statement before the commit: on
    /// PostgreSQL it takes an advisory lock, held until the commit, so that ids follow commit order.
    pub async fn insert_activity(&mut self, steps: &[NewActivity]) -> Result<Vec<i64>> {
        if steps.is_empty() {
            return Ok(Vec::new());
        }
        self.lock_stream().await?;
        let mut ids = Vec::with_capacity(steps.len());
        for piece in pieces(steps) {
            ids.extend(self.insert_steps(piece).await?);
        }
        ids.sort_unstable();
        Ok(ids)
    }

    async fn lock_stream(&mut self) -> Result<()> {
        const SQL: &str = "select pg_advisory_xact_lock($1)";
        match self {
            Self::Sqlite(..) => Ok(()),
            Self::Postgres(checkout, _) => {
                on!(one checkout, conn => sqlx::query(SQL).bind(STREAM_LOCK).execute(conn).await.map(drop))
            }
        }
    }

    async fn insert_steps(&mut self, steps: impl Iterator<Item = Option<&NewActivity>>) -> Result<Vec<i64>> {
        on!(tx self, conn => {
            let mut query = QueryBuilder::new("insert into alert_activity \
                (alert_id, webhook_event_id, kind, actor, detail, created_at) select * from (");
            query.push_values(steps, |mut row, step| {
                row.push_bind(step.map(|s| s.alert_id)).push_bind(step.and_then(|s| s.webhook_event_id))
                    .push_bind(step.map(|s| s.kind.as_str())).push_bind(step.map(|s| &s.actor))
                    .push_bind(step.map(|s| Json(&s.detail))).push_bind(step.map(|s| s.created_at));
            });
            query.push(PRESENT).push(" returning id");
            query.build_query_scalar().fetch_all(conn).await
        })
    }
}

impl Db {
    /// Id of the newest timeline entry; 0 if there is none.
    pub async fn last_activity(&self) -> Result<i64> {
        const SQL: &str = "select coalesce(max(id), 0) from alert_activity";
        on!(read self, pool => sqlx::query_scalar(SQL).fetch_one(pool).await)
    }

    /// Up to `limit` frames with a sequence number above `seq`, in ascending order.
    pub async fn list_frames(&self, seq: i64, limit: i64) -> Result<Vec<Frame>> {
        let rows: Vec<FrameRow> = on!(read self, pool => {
            let mut sql = QueryBuilder::new("select v.id as seq, v.kind as step, v.created_at as at, ");
            sql.push(COLUMNS).push(" from alert_activity v join alerts a on a.id = v.alert_id \
                join webhook_sources s on s.id = a.webhook_source_id \
                left join webhook_events e on e.id = a.webhook_event_id where v.id > ");
            sql.push_bind(seq).push(" order by v.id limit ").push_bind(limit);
            sql.build_query_as().fetch_all(pool).await
        })?;
        Ok(rows.into_iter().map(frame).collect())
    }

    /// A page of an alert's timeline, newest first. Reads `limit + 1` rows, so that the caller knows whether there is a
    /// next page.
    pub async fn list_activity(&self, alert_id: i64, cursor: Option<Cursor>, limit: i64) -> Result<Vec<Activity>> {
        const SQL: &str = "select id, alert_id, webhook_event_id, kind, actor, detail, created_at \
             from alert_activity where alert_id = $1 and id < $2 order by id desc limit $3";
        let below = cursor.map_or(i64::MAX, |cursor| cursor.id);
        on!(read self, pool => sqlx::query_as(SQL).bind(alert_id).bind(below).bind(limit + 1).fetch_all(pool).await)
    }
}

fn frame(row: FrameRow) -> Frame {
    let kind = match row.step {
        ActivityKind::Opened => FrameKind::NewAlert,
        _ => FrameKind::AlertUpdated,
    };
    Frame::new(kind, row.seq, row.at, serde_json::to_value(&row.alert).unwrap_or_default())
}
