//! The life of an event in processing: due, claimed under a lease, finished or released.

use app::types::MOST_COUNTED;
use bytes::Bytes;
use sqlx::QueryBuilder;
use sqlx::types::Json;

use super::NewEvent;
use super::body::StoredBody;
use crate::db::bulk::{PRESENT, pieces, push_ids};
use crate::db::{Db, Result, Tx, on};

/// Most attempts per event: the first and three retries.
pub const MAX_ATTEMPTS: i64 = 4;

/// An event that a worker processes: claimed under a lease, or read unclaimed for its first attempt.
#[derive(Clone, Debug)]
pub struct WorkItem {
    /// `webhook_events.id`.
    pub id: i64,
    /// The source that sent it.
    pub webhook_source_id: i64,
    /// The provider's name of the event type.
    pub event_type: String,
    /// The raw body.
    pub payload: Bytes,
    /// `Content-Type` as received.
    pub content_type: String,
    /// The fencing token of this attempt.
    pub attempt: Attempt,
    /// Whether it is being reprocessed.
    pub is_replay: bool,
    /// Time of receipt, Unix milliseconds.
    pub created_at: i64,
}

#[derive(sqlx::FromRow)]
struct WorkRow {
    id: i64,
    webhook_source_id: i64,
    event_type: String,
    content_type: String,
    #[sqlx(flatten)]
    attempt: Attempt,
    is_replay: bool,
    created_at: i64,
    #[sqlx(flatten)]
    body: StoredBody,
}

/// Select list and joins of [`WorkRow`].
const WORK: &str = "select e.id, e.webhook_source_id, e.event_type, e.content_type, e.attempts, e.replays, e.is_replay, \
     e.created_at, coalesce(p.payload, e.payload) as payload, coalesce(p.encoding, '') as encoding \
     from webhook_events e left join webhook_payloads p on p.event_id = e.id where ";

impl WorkRow {
    /// `None` if its body is damaged: the event is then claimed until its attempts run out.
    fn item(self) -> Option<WorkItem> {
        let Self { id, webhook_source_id, event_type, content_type, attempt, is_replay, created_at, body } = self;
        let damaged = |error: &sqlx::Error| tracing::error!(event = id, "cannot read a stored body: {error}");
        let payload = body.received().inspect_err(damaged).ok()?.into();
        Some(WorkItem { id, webhook_source_id, event_type, payload, content_type, attempt, is_replay, created_at })
    }
}

impl WorkItem {
    /// The first attempt of an event that was stored under this id.
    pub fn first(id: i64, event: NewEvent) -> Self {
        let NewEvent { webhook_source_id, event_type, payload, content_type, created_at, .. } = event;
        let attempt = Attempt::default();
        let payload = payload.bytes().clone();
        Self { id, webhook_source_id, event_type, payload, content_type, attempt, is_replay: false, created_at }
    }

    /// What the choice of a slice needs.
    pub const fn waiting(&self) -> Waiting {
        Waiting { id: self.id, source: self.webhook_source_id, bytes: self.payload.len() as i64 }
    }
}

/// Number of an attempt; with the event id, a fencing token: once a counter has moved on, writes of this attempt are ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
pub struct Attempt {
    /// How often the event was reprocessed or postponed; `attempts` starts over or steps back then.
    pub replays: i64,
    /// Attempts so far, the current one included if it was claimed; 0 for an unclaimed first attempt.
    pub attempts: i64,
}

/// A hinted or due event, with what the choice of a slice needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Waiting {
    /// `webhook_events.id`.
    pub id: i64,
    /// Id of its source.
    pub source: i64,
    /// Size of its body.
    pub bytes: i64,
}

impl Tx {
    /// Marks events processed if they are still at this attempt; returns the ids of these (fencing).
    pub async fn finish_events(&mut self, ids: &[i64], attempt: Attempt, now: i64) -> Result<Vec<i64>> {
        let mut ours = Vec::with_capacity(ids.len());
        for piece in pieces(ids) {
            let ids: Vec<i64> = on!(tx self, conn => {
                let mut query = QueryBuilder::new("update webhook_events set status = 'processed', lease_until = null, \
                     error_message = null, is_replay = false, processed_at = ");
                query.push_bind(now).push(", updated_at = ").push_bind(now);
                query.push(", attempts = ").push_bind(attempt.attempts.max(1)).push(" where attempts = ").push_bind(attempt.attempts);
                query.push(" and replays = ").push_bind(attempt.replays);
                query.push(" and status in ('pending', 'processing') and id in (");
                push_ids(&mut query, piece);
                query.push(") returning id");
                query.build_query_scalar().fetch_all(conn).await
            })?;
            ours.extend(ids);
        }
        Ok(ours)
    }

    /// Sets the `error_message` of events, such as why a body could not be parsed.
    pub async fn note_events(&mut self, notes: &[(i64, &str)]) -> Result<()> {
        for piece in pieces(notes) {
            on!(tx self, conn => {
                let mut query = QueryBuilder::new("update webhook_events set error_message = rows.column2 from (");
                query.push_values(piece, |mut row, note| {
                    row.push_bind(note.map(|note| note.0)).push_bind(note.map(|note| note.1));
                });
                query.push(PRESENT).push(" and webhook_events.id = rows.column1").build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Ends a failed attempt: retry at `due_at` (Unix milliseconds), or `None` to fail the event for good. Returns
    /// false if the event has moved on to another attempt.
    pub async fn release_event(
        &mut self,
        (id, attempt): (i64, Attempt),
        due_at: Option<i64>,
        error: &str,
        now: i64,
    ) -> Result<bool> {
        const SQL: &str = "update webhook_events set status = $1, due_at = coalesce($2, due_at), lease_until = null, \
             error_message = $3, updated_at = $4, attempts = $5 \
             where id = $6 and attempts = $7 and replays = $8 and status in ('pending', 'processing')";
        let status = if due_at.is_some() { "pending" } else { "failed" };
        on!(tx self, conn => {
            let query = sqlx::query(SQL).bind(status).bind(due_at).bind(error).bind(now);
            let query = query.bind(attempt.attempts.max(1)).bind(id).bind(attempt.attempts).bind(attempt.replays);
            Ok(query.execute(conn).await?.rows_affected() > 0)
        })
    }

    /// Claims those of these events that are due or whose lease has expired, for `lease_ms` milliseconds; counts an attempt.
    /// Skips events that another worker holds or is claiming, and those without attempts left.
    pub async fn claim_events(&mut self, ids: &[i64], now: i64, lease_ms: i64) -> Result<Vec<WorkItem>> {
        let until = now + lease_ms;
        let claimed: Vec<i64> = match self {
            Self::Sqlite(checkout, _) => on!(one checkout, conn => {
                let query = sqlx::query_scalar(CLAIM_SQLITE).bind(until).bind(now).bind(now).bind(now);
                query.bind(MAX_ATTEMPTS).bind(Json(ids)).fetch_all(conn).await
            }),
            Self::Postgres(checkout, _) => on!(one checkout, conn => {
                let query = sqlx::query_scalar(CLAIM_POSTGRES).bind(until).bind(now).bind(now).bind(now);
                query.bind(MAX_ATTEMPTS).bind(ids).fetch_all(conn).await
            }),
        }?;
        self.list_work(&claimed).await
    }

    async fn list_work(&mut self, ids: &[i64]) -> Result<Vec<WorkItem>> {
        let mut work = Vec::with_capacity(ids.len());
        for piece in pieces(ids) {
            let rows: Vec<WorkRow> = on!(tx self, conn => {
                let mut query = QueryBuilder::new(WORK);
                query.push("e.id in (");
                push_ids(&mut query, piece);
                query.push(") order by e.id").build_query_as().fetch_all(conn).await
            })?;
            work.extend(rows);
        }
        Ok(work.into_iter().filter_map(WorkRow::item).collect())
    }

    /// Reschedules an event without spending the attempt. `attempts` steps back, so `replays` is incremented to keep
    /// the fencing token unique. Returns false if the event has moved on to another attempt.
    pub async fn postpone_event(
        &mut self,
        (id, attempt): (i64, Attempt),
        due_at: i64,
        why: &str,
        now: i64,
    ) -> Result<bool> {
        const SQL: &str = "update webhook_events set status = 'pending', due_at = $1, lease_until = null, \
             error_message = $2, updated_at = $3, attempts = $4, replays = replays + 1 \
             where id = $5 and attempts = $6 and replays = $7 and status in ('pending', 'processing')";
        on!(tx self, conn => {
            let query = sqlx::query(SQL).bind(due_at).bind(why).bind(now).bind((attempt.attempts - 1).max(0)).bind(id);
            Ok(query.bind(attempt.attempts).bind(attempt.replays).execute(conn).await?.rows_affected() > 0)
        })
    }

    /// Extends the hold on events in progress until `until` (Unix milliseconds): the lease of claimed events, the due time of
    /// first attempts, which are not claimed.
    pub async fn hold_events(&mut self, ids: &[i64], until: i64) -> Result<()> {
        for piece in pieces(ids) {
            on!(tx self, conn => {
                let mut query = QueryBuilder::new("update webhook_events set \
                     lease_until = case when status = 'processing' then cast(");
                query.push_bind(until).push(" as bigint) else lease_until end, \
                     due_at = case when status = 'pending' then cast(").push_bind(until).push(" as bigint) else due_at end \
                     where (status = 'processing' or (status = 'pending' and attempts = 0)) and id in (");
                push_ids(&mut query, piece);
                query.push(")").build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Fails events whose lease expired during their last attempt; returns `(event, source)`.
    pub async fn fail_exhausted(&mut self, now: i64) -> Result<Vec<(i64, i64)>> {
        const SQL: &str = "update webhook_events set status = 'failed', lease_until = null, updated_at = $1, \
             error_message = 'the worker died in the last attempt' \
             where status = 'processing' and lease_until <= $2 and attempts >= $3 returning id, webhook_source_id";
        on!(tx self, conn => sqlx::query_as(SQL).bind(now).bind(now).bind(MAX_ATTEMPTS).fetch_all(conn).await)
    }

    /// Expires all leases of events and returns their number. Also makes pending rows due whose `updated_at` lies in
    /// the future, since the clock was set back. Only at the start of a server that has the database for itself.
    pub async fn free_claims(&mut self, now: i64) -> Result<u64> {
        const CLAIMS: &str = "update webhook_events set lease_until = 0 where status = 'processing'";
        const EVENTS: &str =
            "update webhook_events set due_at = $1, updated_at = $2 where status = 'pending' and updated_at > $3";
        const NOTES: &str = "update notification_logs set due_at = $1, lease_until = null, updated_at = $2 \
             where status = 'pending' and updated_at > $3";
        on!(tx self, conn => {
            for sql in [EVENTS, NOTES] {
                sqlx::query(sql).bind(now).bind(now).bind(now).execute(&mut *conn).await?;
            }
            Ok(sqlx::query(CLAIMS).execute(conn).await?.rows_affected())
        })
    }
}

const CLAIM_SQLITE: &str = "update webhook_events set status = 'processing', attempts = attempts + 1, lease_until = $1, updated_at = $2 \
     where id in (select id from webhook_events where ((status = 'pending' and due_at <= $3) \
       or (status = 'processing' and lease_until <= $4)) and attempts < $5 \
       and id in (select value from json_each($6))) \
     returning id";

const CLAIM_POSTGRES: &str = "update webhook_events set status = 'processing', attempts = attempts + 1, lease_until = $1, updated_at = $2 \
     where id in (select id from webhook_events where ((status = 'pending' and due_at <= $3) \
       or (status = 'processing' and lease_until <= $4)) and attempts < $5 \
       and id = any($6) for update skip locked) \
     returning id";

impl Db {
    /// Source and body size of these events, in the order given. The bodies are not loaded.
    pub async fn list_waiting(&self, ids: &[i64]) -> Result<Vec<Waiting>> {
        let mut waiting = Vec::with_capacity(ids.len());
        for piece in pieces(ids) {
            let piece: Vec<Option<i64>> = piece.map(Option::<&i64>::copied).collect();
            let found: Vec<Waiting> = on!(read self, conn => {
                let mut query = QueryBuilder::new("select e.id, e.webhook_source_id as source, \
                     cast(coalesce(p.size, length(e.payload)) as bigint) as bytes from webhook_events e \
                     left join webhook_payloads p on p.event_id = e.id where e.id in (");
                push_ids(&mut query, piece.iter().map(Option::as_ref));
                query.push(")").build_query_as().fetch_all(conn).await
            })?;
            waiting.extend(found);
        }
        waiting.sort_by_key(|waiting| ids.iter().position(|id| *id == waiting.id));
        Ok(waiting)
    }

    /// Those of these events that were never attempted and were received at or after `since` (Unix milliseconds). Reads them
    /// without a claim.
    pub async fn fresh_events(&self, ids: &[i64], since: i64) -> Result<Vec<WorkItem>> {
        let mut fresh = Vec::with_capacity(ids.len());
        for piece in pieces(ids) {
            let piece: Vec<Option<i64>> = piece.map(Option::<&i64>::copied).collect();
            let events: Vec<WorkRow> = on!(read self, pool => {
                let mut query = QueryBuilder::new(WORK);
                query.push("e.status = 'pending' and e.attempts = 0 and e.created_at >= ");
                query.push_bind(since).push(" and e.id in (");
                push_ids(&mut query, piece.iter().map(Option::as_ref));
                query.push(") order by e.id").build_query_as().fetch_all(pool).await
            })?;
            fresh.extend(events);
        }
        Ok(fresh.into_iter().filter_map(WorkRow::item).collect())
    }

    /// These events, newest first, without those whose body has more than `largest` bytes. To look at, not to work on.
    pub async fn list_event_bodies(&self, ids: &[i64], largest: i64) -> Result<Vec<WorkItem>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let events: Vec<WorkRow> = on!(read self, pool => {
            let mut query = QueryBuilder::new(WORK);
            query.push("coalesce(p.size, length(e.payload)) <= ").push_bind(largest).push(" and e.id in (");
            push_ids(&mut query, ids.iter().map(Some));
            query.push(") order by e.id desc").build_query_as().persistent(false).fetch_all(pool).await
        })?;
        Ok(events.into_iter().filter_map(WorkRow::item).collect())
    }

    /// Ids of claimable events, longest overdue first: pending ones due by `due`, and those whose lease expired by
    /// `now` (Unix milliseconds).
    pub async fn due_events(&self, due: i64, now: i64, limit: i64) -> Result<Vec<i64>> {
        const SQL: &str = "select id from (\
               select id, due from (select id, due_at as due from webhook_events where status = 'pending' \
                 and due_at <= $1 order by due_at, id limit $2) as pending \
               union all \
               select id, due from (select id, lease_until as due from webhook_events where status = 'processing' \
                 and lease_until <= $3 order by lease_until, id limit $4) as left_over\
             ) as waiting order by due, id limit $5";
        on!(read self, pool => {
            let query = sqlx::query_scalar(SQL).bind(due).bind(limit).bind(now).bind(limit);
            query.bind(limit).fetch_all(pool).await
        })
    }

    /// Number of due events, where `MOST_COUNTED + 1` stands for any number above [`MOST_COUNTED`], and the due time of the
    /// oldest; `None` if none is due.
    pub async fn backlog(&self, now: i64) -> Result<(i64, Option<i64>)> {
        const SQL: &str = "select (select count(*) from (select 1 from webhook_events where status = 'pending' \
             and due_at <= $1 order by due_at limit $2) as waiting), \
             (select min(due_at) from webhook_events where status = 'pending' and due_at <= $3)";
        on!(read self, pool => sqlx::query_as(SQL).bind(now).bind(MOST_COUNTED + 1).bind(now).fetch_one(pool).await)
    }
}
