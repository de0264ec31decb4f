//! Sources: list, add, open and close, rotate, remove.

use app::Error;
use app::api::sources::{SourceForm, SourceSetup};
use app::backend::Sources;
use app::types::{Actor, CreatedSource, NewSource, ProviderInfo, Role, Source, SourceStats, time};
use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Dashboard, told};
use crate::crypto::{random_id, random_token};
use crate::db::{AuditEntry, NewSourceRow, Tx, Writer, is_unique_violation};
use crate::error::Result;
use crate::provider::{KeyForm, Pack, Recipe, Scheme, Settings, Status, clean_line};
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
        Ok(self.ops.catalog.iter().map(|pack| ProviderInfo { name: choice(pack), ..info(pack) }).collect())
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
}

impl Dashboard {
    async fn setup(&self, slug: &str) -> Result<SourceSetup> {
        check_slug(slug).map_err(|_| Error::not_found("source"))?;
        let source = self.ops.db.find_source(slug).await?.ok_or_else(|| Error::not_found("source"))?;
        let missing = || Error::not_found("provider pack");
        let provider = info(self.ops.catalog.find(&source.provider).ok_or_else(missing)?);
        let last_event_at = self.ops.db.last_event_at(source.id).await?;
        let public_url = source.settings.get("public_url").and_then(Value::as_str).map(str::to_owned);
        let url = public_url.unwrap_or_else(|| self.ops.config.webhook_url(slug));
        Ok(SourceSetup { url, source, provider, last_event_at })
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
        let source = tx.insert_source(row).await.map_err(|error| match error {
            error if is_unique_violation(&error) => Error::invalid("slug", "is in use by another source").into(),
            error => crate::error::Error::from(error),
        })?;
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

    /// Hides a source for good; its events and alerts stay until they are pruned.
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

    async fn audit(&self, tx: &mut Tx, actor: &Actor, action: &str, subject: &str, detail: Value) -> Result<()> {
        Ok(tx.insert_audit(&AuditEntry { actor: &actor.name, action, subject, detail, now: self.ops.now() }).await?)
    }
}

fn info(pack: &Pack) -> ProviderInfo {
    ProviderInfo { id: pack.id.clone(), name: pack.name.clone(), steps: pack.steps.clone() }
}

/// How a pack is offered: one that nobody has seen at work with the provider's own signer and payloads says so.
fn choice(pack: &Pack) -> String {
    match pack.status {
        Status::Sound => pack.name.clone(),
        Status::Experimental => format!("{} (experimental)", pack.name),
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
