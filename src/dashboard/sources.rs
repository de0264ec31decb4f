//! Sources: list, add, open and close, rotate, remove.

use app::Error;
use app::api::sources::{SourceForm, SourceRow, SourceSetup};
use app::backend::Sources;
use app::types::{
    Actor, CreatedSource, NewSource, ProviderInfo, QuarantineQuery, Role, Source, SourceContents, SourceStats,
    SourceUpdate, time,
};
use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Dashboard, told};
use crate::crypto::{random_id, random_token};
use crate::db::{NewSourceRow, Writer, is_unique_violation};
use crate::error::Result;
use crate::ingest::send_test;
use crate::provider::{KeyForm, Pack, Recipe, Scheme, Settings, Status, clean_line, sample_type};
use crate::sources::{PREVIOUS, SECRET, ways};

/// A secret shorter than this is taken, with a warning.
const SHORT: usize = 16;

#[async_trait]
impl Sources for Dashboard {
    async fn list_sources(&self, actor: &Actor) -> app::Result<Vec<Source>> {
        actor.require(Role::Viewer)?;
        told(self.ops.db.list_sources().await.map_err(Into::into))
    }

    async fn list_source_stats(&self, actor: &Actor) -> app::Result<Vec<SourceStats>> {
        actor.require(Role::Viewer)?;
        told(self.ops.db.list_source_stats(self.ops.now() - time::DAY).await.map_err(Into::into))
    }

    async fn list_providers(&self, actor: &Actor) -> app::Result<Vec<ProviderInfo>> {
        actor.require(Role::Viewer)?;
        Ok(self.ops.catalog.iter().map(|pack| info(pack)).collect())
    }

    async fn get_source_form(&self, actor: &Actor) -> app::Result<SourceForm> {
        actor.require(Role::Admin)?;
        Ok(SourceForm { providers: self.list_providers(actor).await?, secret: random_token("oc_") })
    }

    async fn get_source_setup(&self, actor: &Actor, slug: &str) -> app::Result<SourceSetup> {
        actor.require(Role::Viewer)?;
        told(self.setup(slug).await)
    }

    async fn create_source(&self, actor: &Actor, new: NewSource) -> app::Result<CreatedSource> {
        actor.require(Role::Admin)?;
        told(self.create(actor, new).await)
    }

    async fn set_source_active(&self, actor: &Actor, slug: &str, active: bool) -> app::Result<()> {
        actor.require(Role::Admin)?;
        told(self.set_active(actor, slug, active).await)
    }

    async fn list_source_rows(&self, actor: &Actor) -> app::Result<Vec<SourceRow>> {
        actor.require(Role::Viewer)?;
        told(self.rows().await)
    }

    async fn check_slug(&self, actor: &Actor, slug: &str) -> app::Result<Option<String>> {
        actor.require(Role::Admin)?;
        if let Err(error) = check_slug(slug) {
            return Ok(Some(error.to_string()));
        }
        let taken = told(self.ops.db.find_source(slug).await.map_err(Into::into))?;
        Ok(taken.map(|_| "is in use by another source".to_owned()))
    }

    async fn update_source(&self, actor: &Actor, slug: &str, update: SourceUpdate) -> app::Result<Source> {
        actor.require(Role::Admin)?;
        told(self.update(actor, slug, update).await)
    }

    async fn rotate_secret(
        &self,
        actor: &Actor,
        slug: &str,
        secret: Option<String>,
        keep_hours: i64,
    ) -> app::Result<CreatedSource> {
        if !(0..=24 * 365).contains(&keep_hours) {
            return Err(Error::invalid("keep_hours", "must be 0 to 8760"));
        }
        told(self.rotate_source(actor, slug, secret, keep_hours * time::HOUR).await)
    }

    async fn get_source_contents(&self, actor: &Actor, slug: &str) -> app::Result<SourceContents> {
        actor.require(Role::Admin)?;
        let source = told(self.source(slug).await)?;
        let (events, alerts) = told(self.ops.db.count_source(source.id).await.map_err(Into::into))?;
        Ok(SourceContents { events, alerts })
    }

    async fn delete_source(&self, actor: &Actor, slug: &str) -> app::Result<()> {
        told(self.remove_source(actor, slug).await)
    }

    async fn send_test_event(&self, actor: &Actor, slug: &str) -> app::Result<i64> {
        actor.require(Role::Operator)?;
        told(self.test(actor, slug).await)
    }
}

impl Dashboard {
    async fn setup(&self, slug: &str) -> Result<SourceSetup> {
        let source = self.source(slug).await?;
        let missing = || Error::not_found("provider pack");
        let provider = info(self.ops.catalog.find(&source.provider).ok_or_else(missing)?);
        let (now, last_event_at) = (self.ops.now(), self.ops.db.last_event_at(source.id).await?);
        let query =
            QuarantineQuery { source: Some(slug.to_owned()), from: last_event_at, ..QuarantineQuery::default() };
        let refused = self.ops.db.list_refused(&query, None, 2).await?;
        let rows = self.ops.db.list_source_rows().await?;
        let row = rows.iter().find(|row| row.id == source.id);
        let previous_until = row.and_then(|row| row.previous_secret_until).filter(|until| *until > now);
        let public_url = source.settings.get("public_url").and_then(Value::as_str).map(str::to_owned);
        let url = public_url.unwrap_or_else(|| self.ops.config.webhook_url(slug));
        Ok(SourceSetup { url, source, provider, last_event_at, previous_until, refused, now })
    }

    async fn source(&self, slug: &str) -> Result<Source> {
        check_slug(slug).map_err(|_| Error::not_found("source"))?;
        Ok(self.ops.db.find_source(slug).await?.ok_or_else(|| Error::not_found("source"))?)
    }

    async fn rows(&self) -> Result<Vec<SourceRow>> {
        let (db, now) = (&self.ops.db, self.ops.now());
        let first = now.div_euclid(time::HOUR) * time::HOUR - 23 * time::HOUR;
        let (sources, stats) = (db.list_sources().await?, db.list_source_stats(now - time::DAY).await?);
        let (received, refused) = (db.list_source_hours(first).await?, db.count_refused(now - time::DAY).await?);
        let row = |source: Source| {
            let at = |hour: i64| received.iter().find(|(id, at, _)| (*id, *at) == (source.id, hour)).map_or(0, |r| r.2);
            let pack = self.ops.catalog.find(&source.provider);
            SourceRow {
                provider_name: pack.map_or_else(|| source.provider.clone(), |pack| pack.name.clone()),
                stats: stats.iter().find(|stats| stats.slug == source.slug).cloned().unwrap_or_default(),
                hours: (0..24).map(|i| at(first + i * time::HOUR)).collect(),
                refused: refused.iter().find(|(id, _)| *id == source.id).map_or(0, |(_, count)| *count),
                source,
            }
        };
        Ok(sources.into_iter().map(row).collect())
    }

    async fn update(&self, actor: &Actor, slug: &str, update: SourceUpdate) -> Result<Source> {
        let source = self.source(slug).await?;
        let pack = self.ops.catalog.find(&source.provider).ok_or_else(|| Error::not_found("provider pack"))?;
        let new_slug = update.slug.unwrap_or_else(|| slug.to_owned());
        if new_slug != slug {
            check_slug(&new_slug)?;
        }
        let wrong = |(key, why): (String, String)| Error::invalid(format!("settings.{key}"), why);
        let settings = match update.settings {
            Some(words) => Settings::read(pack, words).map_err(wrong)?.words,
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

    /// Signs a sample as the provider would and takes it in like any other.
    async fn test(&self, actor: &Actor, slug: &str) -> Result<i64> {
        let ready = self.ops.sources.find(slug).await?.filter(|source| source.is_active);
        let ready = ready.ok_or_else(|| Error::invalid("slug", "the source is paused"))?;
        let secret = self.source_secret(slug).await?;
        let event_id = send_test(&self.ops, &ready, &secret).await?;
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        self.audit(&mut tx, actor, "source.test", slug, json!({ "event_id": event_id })).await?;
        tx.commit().await?;
        Ok(event_id)
    }

    async fn create(&self, actor: &Actor, new: NewSource) -> Result<CreatedSource> {
        check_slug(&new.slug)?;
        let unknown =
            || Error::invalid("provider", format!("there is no provider '{}'", clean_line(&new.provider, 64)));
        let pack = self.ops.catalog.find(&new.provider).ok_or_else(unknown)?;
        let wrong = |(key, why): (String, String)| Error::invalid(format!("settings.{key}"), why);
        let settings = Settings::read(pack, new.settings.clone()).map_err(wrong)?;
        let recipes = settings.recipes(pack).map_err(wrong)?;
        let secret = new.secret.filter(|secret| !secret.is_empty()).unwrap_or_else(|| generate_secret(&recipes));
        check_secret(&recipes, &secret)?;
        let name = new.name.map(|name| clean_line(&name, 100)).filter(|name| !name.is_empty());
        let row = self.row(new.slug, pack, name.unwrap_or_else(|| pack.name.clone()), &secret, settings)?;
        let source = self.insert(actor, &row).await?;
        let url = self.ops.config.webhook_url(&source.slug);
        Ok(CreatedSource { warnings: warnings(&recipes, &secret), source, secret, url })
    }

    fn row(&self, slug: String, pack: &Pack, name: String, secret: &str, settings: Settings) -> Result<NewSourceRow> {
        let key_ref = random_id();
        Ok(NewSourceRow {
            secret_key: self.ops.crypto.seal(SECRET, &key_ref, secret.as_bytes())?,
            key_ref,
            name,
            slug,
            provider: pack.id.clone(),
            settings: settings.words,
            now: self.ops.now(),
        })
    }

    async fn insert(&self, actor: &Actor, row: &NewSourceRow) -> Result<Source> {
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        let source = tx.insert_source(row).await.map_err(slug_in_use)?;
        let detail = json!({ "provider": row.provider, "settings": row.settings });
        self.audit(&mut tx, actor, "source.create", &row.slug, detail).await?;
        tx.commit().await?;
        self.ops.sources.forget().await;
        Ok(source)
    }

    async fn set_active(&self, actor: &Actor, slug: &str, active: bool) -> Result<()> {
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

    /// The secret of a source, for signing a test event on the server itself. It goes nowhere else.
    pub async fn source_secret(&self, slug: &str) -> Result<String> {
        let rows = self.ops.db.list_source_rows().await?;
        let row = rows.into_iter().find(|row| row.slug == slug).ok_or_else(|| Error::not_found("source"))?;
        let secret = self.ops.crypto.open(SECRET, &row.key_ref, &row.secret_key)?;
        Ok(String::from_utf8(secret).map_err(anyhow::Error::from)?)
    }
}

fn slug_in_use(error: sqlx::Error) -> crate::error::Error {
    if is_unique_violation(&error) {
        return Error::invalid("slug", "is in use by another source").into();
    }
    error.into()
}

fn info(pack: &Pack) -> ProviderInfo {
    let can_sign = pack.verify.iter().any(|recipe| matches!(recipe.scheme, Scheme::Hmac | Scheme::Token));
    ProviderInfo {
        id: pack.id.clone(),
        name: pack.name.clone(),
        steps: pack.steps.clone(),
        is_sound: pack.status == Status::Sound,
        settings: pack.settings.clone(),
        sample: can_sign.then(|| sample_type(&pack.id).unwrap_or_else(|| "test".to_owned())),
    }
}

/// `[a-z0-9][a-z0-9-]{0,62}`.
pub fn check_slug(slug: &str) -> app::Result<()> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if slug == "new" {
        return Err(Error::invalid("slug", "is taken by the page that adds a source"));
    }
    if (1..=63).contains(&slug.len()) && slug.chars().all(fits) && !slug.starts_with('-') {
        return Ok(());
    }
    Err(Error::invalid("slug", "must be 1 to 63 of a-z, 0-9 and -, not beginning with -"))
}

/// A secret that fits how the source makes a key of it.
fn generate_secret(recipes: &[Recipe]) -> String {
    use base64::Engine;
    let bytes: [u8; 32] = rand::random();
    let base64 = || base64::engine::general_purpose::STANDARD.encode(bytes);
    match recipes.first().map(|recipe| recipe.key).unwrap_or_default() {
        KeyForm::Verbatim | KeyForm::Whpk => random_token("oc_"),
        KeyForm::Hex => hex::encode(bytes),
        KeyForm::Base64 => base64(),
        KeyForm::Whsec => format!("whsec_{}", base64()),
    }
}

fn check_secret(recipes: &[Recipe], secret: &str) -> app::Result<()> {
    if secret.is_empty() {
        return Err(Error::invalid("secret", "must not be empty"));
    }
    if secret.trim() != secret {
        return Err(Error::invalid("secret", "begins or ends with white space"));
    }
    ways(recipes, secret).map(drop).map_err(|why| Error::invalid("secret", why))
}

fn warnings(recipes: &[Recipe], secret: &str) -> Vec<String> {
    let short = format!("The secret has fewer than {SHORT} characters: it can be guessed.");
    let no_topic = "Deliveries are accepted once the secret is the ARN of the topic.".to_owned();
    let wants_topic = recipes.iter().any(|recipe| recipe.scheme == Scheme::Sns) && !secret.starts_with("arn:");
    let mut warnings = Vec::new();
    warnings.extend((secret.chars().count() < SHORT).then_some(short));
    warnings.extend(wants_topic.then_some(no_topic));
    warnings
}
