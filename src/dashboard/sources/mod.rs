//! Sources: list, create, change, rotate, delete; one file per concern.

mod add;
mod change;
mod mapping;
mod secret;
mod show;

use app::Error;
use app::backend::Sources;
use app::types::{
    Actor, ChosenFields, CreatedSource, FieldMapping, NewSource, ProviderInfo, Role, Source, SourceActivity,
    SourceContents, SourceForm, SourceRow, SourceSetup, SourceStats, SourceUpdate, time,
};
use async_trait::async_trait;

use super::{Dashboard, public_error};
use crate::db::is_unique_violation;
use show::info;

#[async_trait]
impl Sources for Dashboard {
    async fn list_sources(&self, actor: &Actor) -> app::Result<Vec<Source>> {
        actor.require(Role::Viewer)?;
        public_error(self.ops.db.list_sources().await.map_err(Into::into))
    }

    async fn list_source_stats(&self, actor: &Actor) -> app::Result<Vec<SourceStats>> {
        actor.require(Role::Viewer)?;
        public_error(self.ops.db.list_source_stats(self.ops.now() - time::DAY).await.map_err(Into::into))
    }

    async fn list_providers(&self, actor: &Actor) -> app::Result<Vec<ProviderInfo>> {
        actor.require(Role::Viewer)?;
        Ok(self.ops.catalog.iter().map(|pack| info(pack)).collect())
    }

    async fn get_source_form(&self, actor: &Actor) -> app::Result<SourceForm> {
        actor.require(Role::Admin)?;
        let slugs = self.list_sources(actor).await?.into_iter().map(|source| source.slug).collect();
        Ok(SourceForm { providers: self.list_providers(actor).await?, slugs })
    }

    async fn get_source_setup(&self, actor: &Actor, slug: &str) -> app::Result<SourceSetup> {
        actor.require(Role::Viewer)?;
        public_error(self.setup(slug).await)
    }

    async fn get_source_activity(&self, actor: &Actor, slug: &str) -> app::Result<SourceActivity> {
        actor.require(Role::Viewer)?;
        public_error(self.activity(slug).await)
    }

    async fn create_source(&self, actor: &Actor, new: NewSource) -> app::Result<CreatedSource> {
        actor.require(Role::Admin)?;
        public_error(self.create(actor, new).await)
    }

    async fn set_source_active(&self, actor: &Actor, slug: &str, active: bool) -> app::Result<()> {
        actor.require(Role::Admin)?;
        public_error(self.set_active(actor, slug, active).await)
    }

    async fn list_source_rows(&self, actor: &Actor) -> app::Result<Vec<SourceRow>> {
        actor.require(Role::Viewer)?;
        public_error(self.rows().await)
    }

    async fn check_slug(&self, actor: &Actor, slug: &str) -> app::Result<Option<String>> {
        actor.require(Role::Admin)?;
        if let Err(error) = check_slug(slug) {
            return Ok(Some(error.to_string()));
        }
        let taken = public_error(self.ops.db.find_source(slug).await.map_err(Into::into))?;
        Ok(taken.map(|_| "is in use by another source".to_owned()))
    }

    async fn get_field_mapping(&self, actor: &Actor, slug: &str, fields: ChosenFields) -> app::Result<FieldMapping> {
        actor.require(Role::Viewer)?;
        public_error(self.field_mapping(slug, fields).await)
    }

    async fn get_example_payload(&self, actor: &Actor, slug: &str) -> app::Result<String> {
        actor.require(Role::Viewer)?;
        public_error(self.example_payload(slug).await)
    }

    async fn choose_fields(&self, actor: &Actor, slug: &str, fields: ChosenFields) -> app::Result<()> {
        actor.require(Role::Admin)?;
        public_error(self.choose(actor, slug, fields).await)
    }

    async fn update_source(&self, actor: &Actor, slug: &str, update: SourceUpdate) -> app::Result<Source> {
        actor.require(Role::Admin)?;
        public_error(self.update(actor, slug, update).await)
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
        public_error(self.rotate_source(actor, slug, secret, keep_hours * time::HOUR).await)
    }

    async fn get_source_contents(&self, actor: &Actor, slug: &str) -> app::Result<SourceContents> {
        actor.require(Role::Admin)?;
        let source = public_error(self.source(slug).await)?;
        let (events, alerts) = public_error(self.ops.db.count_source(source.id).await.map_err(Into::into))?;
        Ok(SourceContents { events, alerts })
    }

    async fn delete_source(&self, actor: &Actor, slug: &str) -> app::Result<()> {
        public_error(self.remove_source(actor, slug).await)
    }

    async fn send_test_event(&self, actor: &Actor, slug: &str) -> app::Result<i64> {
        actor.require(Role::Operator)?;
        public_error(self.test(actor, slug).await)
    }
}

fn slug_in_use(error: sqlx::Error) -> crate::error::Error {
    if is_unique_violation(&error) {
        return Error::invalid("slug", "is in use by another source").into();
    }
    error.into()
}

fn wrong_setting((key, why): (String, String)) -> Error {
    Error::invalid(format!("settings.{key}"), why)
}

/// Validates a slug: `[a-z0-9][a-z0-9-]{0,62}`.
pub fn check_slug(slug: &str) -> app::Result<()> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if slug == "new" {
        return Err(Error::invalid("slug", "is reserved"));
    }
    if (1..=63).contains(&slug.len()) && slug.chars().all(fits) && !slug.starts_with('-') {
        return Ok(());
    }
    Err(Error::invalid("slug", "must be 1 to 63 characters (a-z, 0-9 and -) and must not start with -"))
}
