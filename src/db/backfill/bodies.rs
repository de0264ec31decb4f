//! Moves bodies and headers that earlier versions stored in `webhook_events` to `webhook_payloads`.

use serde_json::{Map, Value};
use sqlx::QueryBuilder;

use crate::db::bulk::{pieces, push_ids};
use crate::db::events::{Body, NewPayload};
use crate::db::{Db, Layout, Result, Tx, Writer, on};

/// Settings: the last event looked at, and the last one that an earlier version may have stored.
const FROM: &str = "backfill_bodies";
const UNTIL: &str = "backfill_bodies_until";

/// Most events and bytes of bodies per transaction; an event with a larger body is moved alone.
const EVENTS: i64 = 64;
const BYTES: i64 = 1024 * 1024;

/// A body in its old place.
#[derive(sqlx::FromRow)]
struct OldBody {
    id: i64,
    payload: Vec<u8>,
    #[sqlx(json)]
    headers: Map<String, Value>,
}

impl Db {
    /// Moves one batch. Returns whether there may be more. Does nothing while nodes run that would not find the bodies.
    pub async fn backfill_bodies(&self, now: i64) -> Result<bool> {
        let until = match self.find_setting(UNTIL).await? {
            _ if self.layout() == Layout::Together => return Ok(false),
            Some(until) => until.parse().unwrap_or(0),
            None => self.begin_backfill(now).await?,
        };
        let from = self.number(FROM).await?;
        if from >= until {
            return Ok(false);
        }
        let events = self.list_to_move(from, until).await?;
        let last = events.last().copied().unwrap_or(until);
        let mut tx = self.begin(Writer::Sweeper).await?;
        tx.move_bodies(&events).await?;
        tx.set_setting(FROM, &last.to_string(), now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// From now on this node stores bodies apart: what is newer need not be moved.
    async fn begin_backfill(&self, now: i64) -> Result<i64> {
        let until = self.last_event_id().await?;
        let mut tx = self.begin(Writer::Sweeper).await?;
        tx.set_setting(UNTIL, &until.to_string(), now).await?;
        tx.commit().await?;
        Ok(until)
    }

    /// The next events of a batch, ascending.
    async fn list_to_move(&self, from: i64, until: i64) -> Result<Vec<i64>> {
        const SQL: &str = "select id, cast(length(payload) as bigint) from webhook_events \
             where id > $1 and id <= $2 order by id limit $3";
        let rows: Vec<(i64, i64)> = on!(read self, conn => {
            sqlx::query_as(SQL).bind(from).bind(until).bind(EVENTS).fetch_all(conn).await
        })?;
        let mut total = 0;
        let fits = |row: &&(i64, i64)| {
            total += row.1;
            total <= BYTES
        };
        let count = rows.iter().take_while(fits).count().max(1);
        Ok(rows.into_iter().take(count).map(|(id, _)| id).collect())
    }
}

impl Tx {
    async fn move_bodies(&mut self, events: &[i64]) -> Result<()> {
        for piece in pieces(events) {
            let found: Vec<OldBody> = on!(tx self, conn => {
                let mut query = QueryBuilder::new("select id, payload, headers from webhook_events \
                     where length(payload) > 0 and id in (");
                push_ids(&mut query, piece);
                query.push(")").build_query_as().fetch_all(conn).await
            })?;
            let bodies: Vec<(i64, Body, Map<String, Value>)> = found
                .into_iter()
                .map(|old| (old.id, Body::from(bytes::Bytes::from(old.payload)), old.headers))
                .collect();
            let new: Vec<NewPayload<'_>> =
                bodies.iter().map(|(id, body, headers)| NewPayload::new(*id, body, headers)).collect();
            self.insert_payload_rows(&new).await?;
            self.empty_old_bodies(&new.iter().map(|new| new.event_id).collect::<Vec<_>>()).await?;
        }
        Ok(())
    }

    async fn empty_old_bodies(&mut self, events: &[i64]) -> Result<()> {
        for piece in pieces(events) {
            on!(tx self, conn => {
                let mut query =
                    QueryBuilder::new("update webhook_events set payload = '', headers = '{}' where id in (");
                push_ids(&mut query, piece);
                query.push(")").build().execute(conn).await.map(drop)
            })?;
        }
        Ok(())
    }
}
