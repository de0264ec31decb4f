//! `webhook_sources`: senders with their slug, secret and settings.

use std::collections::BTreeMap;

use app::types::{MOST_COUNTED, Source};
use serde_json::{Map, Value};
use sqlx::types::Json;

use super::{Db, Result, Tx, on};

/// A source with its encrypted secrets, for ingest.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SourceRow {
    /// `webhook_sources.id`.
    pub id: i64,
    /// Display name.
    pub name: String,
    /// Last segment of the webhook address; `slug~id` once the source is deleted.
    pub slug: String,
    /// Name of the provider pack.
    pub provider: String,
    /// Encrypted with `key_ref`.
    pub secret_key: String,
    /// The secret before the last rotation, encrypted with `key_ref`.
    pub previous_secret: Option<String>,
    /// Until when the previous secret is accepted, Unix milliseconds.
    pub previous_secret_until: Option<i64>,
    /// Random reference of the row, which the encryption of the secrets is bound to.
    pub key_ref: String,
    /// JSON object; its keys depend on the provider pack.
    #[sqlx(json)]
    pub settings: Map<String, Value>,
    /// Whether webhooks are accepted.
    pub is_active: bool,
    /// Whether the secret that the provider issues is still to be entered.
    pub awaits_secret: bool,
    /// Last change, Unix milliseconds.
    pub updated_at: i64,
}

/// A source to insert.
#[derive(Clone, Debug)]
pub struct NewSourceRow {
    /// Display name.
    pub name: String,
    /// Last segment of the webhook address; unique.
    pub slug: String,
    /// Name of the provider pack.
    pub provider: String,
    /// Encrypted with `key_ref`.
    pub secret_key: String,
    /// Random reference of the row, which the encryption of the secret is bound to.
    pub key_ref: String,
    /// Settings by name, which depend on the provider pack.
    pub settings: BTreeMap<String, String>,
    /// Whether the secret that the provider issues is still to be entered.
    pub awaits_secret: bool,
    /// Time of creation, Unix milliseconds.
    pub now: i64,
}

impl Db {
    /// All sources with secrets. Includes deleted ones, whose events may still have to be processed.
    pub async fn list_source_rows(&self) -> Result<Vec<SourceRow>> {
        const SQL: &str = "select id, name, slug, provider, secret_key, previous_secret, previous_secret_until, \
             key_ref, settings, is_active, awaits_secret, updated_at from webhook_sources";
        on!(read self, pool => sqlx::query_as(SQL).fetch_all(pool).await)
    }

    /// All sources that are not deleted, oldest first.
    pub async fn list_sources(&self) -> Result<Vec<Source>> {
        const SQL: &str = "select id, name, slug, provider, settings, is_active, awaits_secret, created_at, updated_at \
             from webhook_sources where deleted_at is null order by id";
        on!(read self, pool => sqlx::query_as(SQL).fetch_all(pool).await)
    }

    /// Accepted events per source and hour since `from`, as `(source, start of the hour, count)`; Unix milliseconds.
    pub async fn list_source_hours(&self, from: i64) -> Result<Vec<(i64, i64, i64)>> {
        const SQL: &str = "select webhook_source_id, minute / 3600000 * 3600000 as hour, cast(sum(received) as bigint) \
             from stats_minute where minute >= $1 group by 2, 1";
        on!(read self, pool => sqlx::query_as(SQL).bind(from).fetch_all(pool).await)
    }

    /// The same of one source: (hour, received, failed).
    pub async fn list_hours_of_source(&self, id: i64, from: i64) -> Result<Vec<(i64, i64, i64)>> {
        const SQL: &str = "select minute / 3600000 * 3600000 as hour, cast(sum(received) as bigint), \
             cast(sum(failed) as bigint) from stats_minute where webhook_source_id = $1 and minute >= $2 group by 1";
        on!(read self, pool => sqlx::query_as(SQL).bind(id).bind(from).fetch_all(pool).await)
    }

    /// Number of events and of alerts of a source; `MOST_COUNTED + 1` stands for any number above [`MOST_COUNTED`].
    pub async fn count_source(&self, id: i64) -> Result<(i64, i64)> {
        const SQL: &str = "select (select count(*) from (select 1 from webhook_events where webhook_source_id = $1 \
             order by created_at, id limit $2) as sent), (select count(*) from (select 1 from alerts \
             where webhook_source_id = $3 order by last_seen_at, id limit $4) as made)";
        let most = MOST_COUNTED + 1;
        on!(read self, pool => sqlx::query_as(SQL).bind(id).bind(most).bind(id).bind(most).fetch_one(pool).await)
    }

    /// Id of the oldest deleted source that is not removed completely.
    pub async fn find_deleted_source(&self) -> Result<Option<i64>> {
        const SQL: &str = "select id from webhook_sources where deleted_at is not null order by id limit 1";
        on!(read self, pool => sqlx::query_scalar(SQL).fetch_optional(pool).await)
    }

    /// The source with this slug; `None` if it does not exist or is deleted.
    pub async fn find_source(&self, slug: &str) -> Result<Option<Source>> {
        const SQL: &str = "select id, name, slug, provider, settings, is_active, awaits_secret, created_at, updated_at \
             from webhook_sources where slug = $1 and deleted_at is null";
        on!(read self, pool => sqlx::query_as(SQL).bind(slug).fetch_optional(pool).await)
    }
}

impl Tx {
    /// Inserts a source. Fails with a unique violation if the slug is taken.
    pub async fn insert_source(&mut self, new: &NewSourceRow) -> Result<Source> {
        const SQL: &str = "insert into webhook_sources (name, slug, provider, secret_key, key_ref, settings, \
             awaits_secret, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
             returning id, name, slug, provider, settings, is_active, awaits_secret, created_at, updated_at";
        on!(tx self, conn => sqlx::query_as(SQL)
            .bind(&new.name).bind(&new.slug).bind(&new.provider).bind(&new.secret_key).bind(&new.key_ref)
            .bind(Json(&new.settings)).bind(new.awaits_secret).bind(new.now).bind(new.now)
            .fetch_one(conn).await)
    }

    /// Updates name, slug and settings if the source still has this encrypted secret; `None` otherwise. Fails with a unique
    /// violation if the slug is taken.
    pub async fn update_source(
        &mut self,
        row: &SourceRow,
        (name, slug): (&str, &str),
        settings: &Map<String, Value>,
        now: i64,
    ) -> Result<Option<Source>> {
        const SQL: &str = "update webhook_sources set name = $1, slug = $2, settings = $3, updated_at = $4 \
             where id = $5 and secret_key = $6 and updated_at = $7 and deleted_at is null \
             returning id, name, slug, provider, settings, is_active, awaits_secret, created_at, updated_at";
        on!(tx self, conn => {
            let query = sqlx::query_as(SQL).bind(name).bind(slug).bind(Json(settings)).bind(now).bind(row.id);
            query.bind(&row.secret_key).bind(row.updated_at).fetch_optional(conn).await
        })
    }

    /// Enables or disables a source; false if it does not exist.
    pub async fn set_source_active(&mut self, slug: &str, active: bool, now: i64) -> Result<bool> {
        const SQL: &str =
            "update webhook_sources set is_active = $1, updated_at = $2 where slug = $3 and deleted_at is null";
        on!(tx self, conn => Ok(sqlx::query(SQL).bind(active).bind(now).bind(slug).execute(conn).await?.rows_affected() > 0))
    }

    /// Replaces the encrypted secret of `row` by `new`, and accepts `previous` until `until` (Unix milliseconds). Stores
    /// `awaits_secret` of the row. Returns false if the secret is no longer that of the row.
    pub async fn rotate_source(
        &mut self,
        row: &SourceRow,
        (new, previous): (&str, &str),
        until: i64,
        now: i64,
    ) -> Result<bool> {
        const SQL: &str = "update webhook_sources set secret_key = $1, previous_secret = $2, \
             previous_secret_until = $3, awaits_secret = $4, updated_at = $5 \
             where id = $6 and secret_key = $7 and deleted_at is null";
        on!(tx self, conn => {
            let query = sqlx::query(SQL).bind(new).bind(previous).bind(until).bind(row.awaits_secret).bind(now);
            let query = query.bind(row.id).bind(&row.secret_key);
            Ok(query.execute(conn).await?.rows_affected() > 0)
        })
    }

    /// Soft-deletes a source and frees its slug; false if it does not exist. The pruner deletes its rows later.
    pub async fn remove_source(&mut self, slug: &str, now: i64) -> Result<bool> {
        const SQL: &str = "update webhook_sources set deleted_at = $1, updated_at = $2, is_active = false, \
             slug = slug || '~' || id where slug = $3 and deleted_at is null";
        on!(tx self, conn => Ok(sqlx::query(SQL).bind(now).bind(now).bind(slug).execute(conn).await?.rows_affected() > 0))
    }
}
