//! Changing a source: name, slug, settings, active state, secret rotation and deletion.

use std::collections::BTreeMap;

use app::Error;
use app::types::{Actor, CreatedSource, Role, Source, SourceUpdate};
use serde_json::{Map, Value, json};

use super::secret::{check_length, check_secret, generate_secret, warnings};
use super::{check_slug, slug_in_use, wrong_setting};
use crate::dashboard::Dashboard;
use crate::db::{SourceRow, Writer};
use crate::error::Result;
use crate::ingest::send_test;
use crate::provider::{Settings, clean_line};
use crate::sources::{Found, PREVIOUS, SECRET};

impl Dashboard {
    pub(super) async fn update(&self, actor: &Actor, slug: &str, update: SourceUpdate) -> Result<Source> {
        self.update_row(actor, self.source_row(slug).await?, update).await
    }

    /// Fails if the source has been changed since `row` was read.
    pub(super) async fn update_row(&self, actor: &Actor, row: SourceRow, update: SourceUpdate) -> Result<Source> {
        let slug = row.slug.as_str();
        let new_slug = update.slug.clone().unwrap_or_else(|| slug.to_owned());
        if new_slug != slug {
            check_slug(&new_slug)?;
        }
        let settings = self.settings_of(&row, update.settings.clone())?;
        let name = update.name.as_deref().map(|name| clean_line(name, 100)).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| row.name.clone());
        let now = self.ops.now();
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        let changed = (name.as_str(), new_slug.as_str());
        let updated = tx.update_source(&row, changed, &settings, now).await.map_err(slug_in_use)?;
        let updated = updated.ok_or_else(changed_meanwhile)?;
        if let Some(active) = update.is_active {
            tx.set_source_active(&new_slug, active, now).await?;
        }
        let detail = json!({ "name": name, "slug": new_slug, "settings": settings, "is_active": update.is_active });
        self.audit(&mut tx, actor, "source.update", slug, detail).await?;
        tx.commit().await?;
        self.ops.sources.invalidate();
        Ok(Source { is_active: update.is_active.unwrap_or(updated.is_active), ..updated })
    }

    /// Validates new settings against the existing secret, as the source could not verify anything otherwise. Without new
    /// settings, or without a loaded pack, the current ones are kept.
    fn settings_of(&self, row: &SourceRow, words: Option<BTreeMap<String, String>>) -> Result<Map<String, Value>> {
        let Some(words) = words else { return Ok(row.settings.clone()) };
        let pack = self.ops.catalog.find(&row.provider).ok_or_else(|| Error::not_found("provider pack"))?;
        let settings = Settings::read(pack, words).map_err(wrong_setting)?;
        let secret = String::from_utf8(self.ops.crypto.open(SECRET, &row.key_ref, &row.secret_key)?);
        let recipes = settings.recipes(pack).map_err(wrong_setting)?;
        check_secret(&recipes, &secret.map_err(anyhow::Error::from)?)
            .map_err(|error| Error::invalid("settings", format!("do not work with this source's secret: {error}")))?;
        Ok(settings.words.into_iter().map(|(key, word)| (key, word.into())).collect())
    }

    pub(super) async fn source_row(&self, slug: &str) -> Result<SourceRow> {
        let rows = self.ops.db.list_source_rows().await?;
        Ok(rows.into_iter().find(|row| row.slug == slug).ok_or_else(|| Error::not_found("source"))?)
    }

    pub(super) async fn set_active(&self, actor: &Actor, slug: &str, active: bool) -> Result<()> {
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        if !tx.set_source_active(slug, active, self.ops.now()).await? {
            return Err(Error::not_found("source").into());
        }
        let action = if active { "source.enable" } else { "source.disable" };
        self.audit(&mut tx, actor, action, slug, Value::Null).await?;
        tx.commit().await?;
        self.ops.sources.invalidate();
        Ok(())
    }

    /// Sets a new secret; the old one stays valid for `keep_ms` milliseconds.
    pub async fn rotate_source(
        &self,
        actor: &Actor,
        slug: &str,
        secret: Option<String>,
        keep_ms: i64,
    ) -> Result<CreatedSource> {
        actor.require(Role::Admin)?;
        let row = self.source_row(slug).await?;
        let pack = self.ops.catalog.find(&row.provider).ok_or_else(|| Error::not_found("provider pack"))?;
        let recipes = Settings::stored(pack, &row.settings).recipes(pack).map_err(wrong_setting)?;
        // A generated secret is not the one that the provider issues.
        let awaits_secret = row.awaits_secret && secret.is_none();
        let secret = secret.unwrap_or_else(|| generate_secret(&recipes));
        check_secret(&recipes, &secret)?;
        // Some providers issue short ones.
        if !row.awaits_secret {
            check_length(&secret)?;
        }
        let new = SourceRow { awaits_secret, ..row };
        let previous_until = Some(self.replace_secret(actor, &new, &secret, keep_ms).await?);
        let source = self.ops.db.find_source(slug).await?.ok_or_else(|| Error::not_found("source"))?;
        let url = self.ops.config.webhook_url(slug);
        Ok(CreatedSource { warnings: warnings(&recipes, &secret), source, secret, previous_until, url })
    }

    /// Succeeds only if the secret is still the one that was read. Otherwise the second of two concurrent rotations would
    /// invalidate the secret that the first one returned. Returns until when the old one is accepted.
    async fn replace_secret(&self, actor: &Actor, row: &SourceRow, secret: &str, keep_ms: i64) -> Result<i64> {
        let crypto = &self.ops.crypto;
        let new = crypto.seal(SECRET, &row.key_ref, secret.as_bytes())?;
        let previous = crypto.seal(PREVIOUS, &row.key_ref, &crypto.open(SECRET, &row.key_ref, &row.secret_key)?)?;
        let now = self.ops.now();
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        if !tx.rotate_source(row, (&new, &previous), now + keep_ms, now).await? {
            return Err(changed_meanwhile().into());
        }
        self.audit(&mut tx, actor, "source.rotate", &row.slug, Value::Null).await?;
        tx.commit().await?;
        self.ops.sources.invalidate();
        Ok(now + keep_ms)
    }

    /// Hides a source at once and permanently; the pruner deletes its data.
    pub async fn remove_source(&self, actor: &Actor, slug: &str) -> Result<()> {
        actor.require(Role::Admin)?;
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        if !tx.remove_source(slug, self.ops.now()).await? {
            return Err(Error::not_found("source").into());
        }
        self.audit(&mut tx, actor, "source.remove", slug, Value::Null).await?;
        tx.commit().await?;
        self.ops.sources.invalidate();
        self.ops.signals.prune.notify_one();
        Ok(())
    }

    /// Signs a sample as the provider would and ingests it like any delivery.
    pub(super) async fn test(&self, actor: &Actor, slug: &str) -> Result<i64> {
        let ready = match self.ops.sources.find(slug).await?.filter(Found::is_active) {
            Some(Found::Ready(source)) => source,
            Some(Found::Broken(source)) => {
                return Err(Error::invalid("slug", format!("belongs to a broken source: {}", source.why)).into());
            }
            None if self.ops.db.find_source(slug).await?.is_none() => return Err(Error::not_found("source").into()),
            None => return Err(Error::invalid("slug", "belongs to a paused source").into()),
        };
        let secret = self.source_secret(slug).await?;
        let event_id = send_test(&self.ops, &ready, &secret).await?;
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        self.audit(&mut tx, actor, "source.test", slug, json!({ "event_id": event_id })).await?;
        tx.commit().await?;
        Ok(event_id)
    }

    /// The plain secret of a source, only for signing a test event on the server. Never return it to a client.
    pub async fn source_secret(&self, slug: &str) -> Result<String> {
        let row = self.source_row(slug).await?;
        let secret = self.ops.crypto.open(SECRET, &row.key_ref, &row.secret_key)?;
        Ok(String::from_utf8(secret).map_err(anyhow::Error::from)?)
    }
}

fn changed_meanwhile() -> Error {
    Error::invalid("slug", "belongs to a source that has been changed meanwhile: reload the page")
}
