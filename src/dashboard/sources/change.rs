//! Changing a source: name, slug and settings; open or closed; a new secret; its end.

use app::Error;
use app::types::{Actor, CreatedSource, Role, Source, SourceUpdate};
use serde_json::{Value, json};

use super::secret::{check_secret, generate_secret, warnings};
use super::{check_slug, slug_in_use, wrong_setting};
use crate::dashboard::Dashboard;
use crate::db::Writer;
use crate::error::Result;
use crate::ingest::send_test;
use crate::provider::{Recipe, Settings, clean_line};
use crate::sources::{PREVIOUS, SECRET};

impl Dashboard {
    pub(super) async fn update(&self, actor: &Actor, slug: &str, update: SourceUpdate) -> Result<Source> {
        let source = self.source(slug).await?;
        let pack = self.ops.catalog.find(&source.provider).ok_or_else(|| Error::not_found("provider pack"))?;
        let new_slug = update.slug.unwrap_or_else(|| slug.to_owned());
        if new_slug != slug {
            check_slug(&new_slug)?;
        }
        let settings = match update.settings {
            Some(words) => Settings::read(pack, words).map_err(wrong_setting)?.words,
            None => Settings::stored(pack, &source.settings).words,
        };
        let name =
            update.name.map(|name| clean_line(&name, 100)).filter(|name| !name.is_empty()).unwrap_or(source.name);
        let now = self.ops.now();
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        let updated = tx.update_source(source.id, (&name, &new_slug), &settings, now).await.map_err(slug_in_use)?;
        if let Some(active) = update.is_active {
            tx.set_source_active(&new_slug, active, now).await?;
        }
        let detail = json!({ "name": name, "slug": new_slug, "settings": settings, "is_active": update.is_active });
        self.audit(&mut tx, actor, "source.update", slug, detail).await?;
        tx.commit().await?;
        self.ops.sources.forget().await;
        Ok(Source { is_active: update.is_active.unwrap_or(updated.is_active), ..updated })
    }

    pub(super) async fn set_active(&self, actor: &Actor, slug: &str, active: bool) -> Result<()> {
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        if !tx.set_source_active(slug, active, self.ops.now()).await? {
            return Err(Error::not_found("source").into());
        }
        let action = if active { "source.enable" } else { "source.disable" };
        self.audit(&mut tx, actor, action, slug, Value::Null).await?;
        tx.commit().await?;
        self.ops.sources.forget().await;
        Ok(())
    }

    /// Gives a source a new secret; the old one stays valid for `keep_ms`.
    pub async fn rotate_source(
        &self,
        actor: &Actor,
        slug: &str,
        secret: Option<String>,
        keep_ms: i64,
    ) -> Result<CreatedSource> {
        actor.require(Role::Admin)?;
        let rows = self.ops.db.list_source_rows().await?;
        let row = rows.into_iter().find(|row| row.slug == slug).ok_or_else(|| Error::not_found("source"))?;
        let source = self.ops.sources.find(slug).await?;
        let recipes: Vec<Recipe> = source.iter().flat_map(|s| &s.ways).map(|way| way.recipe.clone()).collect();
        let secret = secret.unwrap_or_else(|| generate_secret(&recipes));
        check_secret(&recipes, &secret)?;
        let crypto = &self.ops.crypto;
        let old = crypto.open(SECRET, &row.key_ref, &row.secret_key)?;
        let (new, previous) =
            (crypto.seal(SECRET, &row.key_ref, secret.as_bytes())?, crypto.seal(PREVIOUS, &row.key_ref, &old)?);
        let now = self.ops.now();
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        tx.rotate_source(row.id, &new, &previous, now + keep_ms, now).await?;
        self.audit(&mut tx, actor, "source.rotate", slug, Value::Null).await?;
        tx.commit().await?;
        self.ops.sources.forget().await;
        let source = self.ops.db.find_source(slug).await?.ok_or_else(|| Error::not_found("source"))?;
        let url = self.ops.config.webhook_url(slug);
        Ok(CreatedSource { warnings: warnings(&recipes, &secret), source, secret, url })
    }

    /// Hides a source at once and for good; the sweeper removes what it sent.
    pub async fn remove_source(&self, actor: &Actor, slug: &str) -> Result<()> {
        actor.require(Role::Admin)?;
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        if !tx.remove_source(slug, self.ops.now()).await? {
            return Err(Error::not_found("source").into());
        }
        self.audit(&mut tx, actor, "source.remove", slug, Value::Null).await?;
        tx.commit().await?;
        self.ops.sources.forget().await;
        Ok(())
    }

    /// Signs a sample as the provider would and takes it in like any other.
    pub(super) async fn test(&self, actor: &Actor, slug: &str) -> Result<i64> {
        let ready = self.ops.sources.find(slug).await?.filter(|source| source.is_active);
        let ready = ready.ok_or_else(|| Error::invalid("slug", "the source is paused"))?;
        let secret = self.source_secret(slug).await?;
        let event_id = send_test(&self.ops, &ready, &secret).await?;
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        self.audit(&mut tx, actor, "source.test", slug, json!({ "event_id": event_id })).await?;
        tx.commit().await?;
        Ok(event_id)
    }

    /// The secret of a source, for signing a test event on the server itself. It goes nowhere else.
    pub async fn source_secret(&self, slug: &str) -> Result<String> {
        let rows = self.ops.db.list_source_rows().await?;
        let row = rows.into_iter().find(|row| row.slug == slug).ok_or_else(|| Error::not_found("source"))?;
        let secret = self.ops.crypto.open(SECRET, &row.key_ref, &row.secret_key)?;
        Ok(String::from_utf8(secret).map_err(anyhow::Error::from)?)
    }
}
