//! Server functions for sources.

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::Error;
use crate::types::{
    AddedSource, ChosenFields, FieldMapping, Rotated, SourceActivity, SourceContents, SourceForm, SourceRow,
    SourceSetup,
};

/// The rows of the source list.
#[server(prefix = "/rpc", endpoint = "sources/list")]
pub async fn list_sources() -> Result<Vec<SourceRow>, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.list_source_rows(&actor).await)
}

/// The provider packs, and a generated secret that is not stored.
#[server(prefix = "/rpc", endpoint = "sources/form")]
pub async fn get_source_form() -> Result<SourceForm, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_source_form(&actor).await)
}

/// A source with its set-up steps at the provider.
#[server(prefix = "/rpc", endpoint = "sources/setup")]
pub async fn get_source_setup(
    /// Slug of the source.
    slug: String,
) -> Result<SourceSetup, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_source_setup(&actor, &slug).await)
}

/// What a source did in the last 24 hours.
#[server(prefix = "/rpc", endpoint = "sources/activity")]
pub async fn get_source_activity(
    /// Slug of the source.
    slug: String,
) -> Result<SourceActivity, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_source_activity(&actor, &slug).await)
}

/// Creates a source with a generated secret. A form without JavaScript is redirected to its page.
#[server(prefix = "/rpc", endpoint = "sources/create")]
pub async fn create_source(
    /// Id of the provider pack.
    provider: String,
    /// Display name; the provider's name if empty.
    name: String,
    /// Last segment of the webhook URL; made from the provider's id if empty.
    slug: String,
) -> Result<AddedSource, Error> {
    use crate::types::{NewSource, free_slug};
    let (actor, backend) = super::asker()?;
    let slug = match slug.is_empty() {
        true => free_slug(&provider, &super::with_status(backend.get_source_form(&actor).await)?.slugs),
        false => slug,
    };
    let new = NewSource { slug, provider, name: Some(name), ..NewSource::default() };
    let created = super::with_status(backend.create_source(&actor, new).await)?;
    let secret = (!created.source.awaits_secret).then_some(created.secret);
    if super::is_form() {
        super::flash::keep(super::flash::NEW_SECRET, secret.as_deref().unwrap_or_default());
        leptos_axum::redirect(&format!("/sources/{}", created.source.slug));
    }
    Ok(AddedSource { slug: created.source.slug, secret })
}

/// Sets the secret that the provider issued. The generated one is no longer accepted.
#[server(prefix = "/rpc", endpoint = "sources/enter_secret")]
pub async fn enter_secret(
    /// Slug of the source.
    slug: String,
    /// The secret; blanks around it are removed.
    secret: String,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.rotate_secret(&actor, &slug, Some(secret.trim().to_owned()), 0).await).map(drop)
}

/// Enables or disables a source.
#[server(prefix = "/rpc", endpoint = "sources/set_active")]
pub async fn set_source_active(
    /// Slug of the source.
    slug: String,
    /// Whether webhooks are accepted.
    active: bool,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.set_source_active(&actor, &slug, active).await)
}

/// Why a slug cannot be used; `None` if it can.
#[server(prefix = "/rpc", endpoint = "sources/check_slug")]
pub async fn check_source_slug(
    /// The slug to check.
    slug: String,
) -> Result<Option<String>, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.check_slug(&actor, &slug).await)
}

/// Changes a source and redirects to its page.
#[server(prefix = "/rpc", endpoint = "sources/update")]
pub async fn update_source(
    /// Current slug.
    slug: String,
    /// New display name; empty keeps the current one.
    name: String,
    /// New slug; it changes the webhook URL.
    new_slug: String,
    /// All settings by name; empty ones keep their default.
    #[server(default)]
    settings: BTreeMap<String, String>,
) -> Result<(), Error> {
    use crate::types::SourceUpdate;
    let (actor, backend) = super::asker()?;
    let settings = settings.into_iter().map(|(name, value)| (trimmed(&name, &value), name));
    let settings = settings.filter(|(value, _)| !value.is_empty()).map(|(value, name)| (name, value)).collect();
    let update = SourceUpdate { name: Some(name), slug: Some(new_slug), settings: Some(settings), is_active: None };
    let updated = super::with_status(backend.update_source(&actor, &slug, update).await)?;
    leptos_axum::redirect(&format!("/sources/{}", updated.slug));
    Ok(())
}

/// How the newest events become alerts, and what other fields would make of them.
#[server(prefix = "/rpc", endpoint = "sources/mapping")]
pub async fn get_field_mapping(
    /// Slug of the source.
    slug: String,
    /// The fields to try.
    #[server(default)]
    fields: ChosenFields,
) -> Result<FieldMapping, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_field_mapping(&actor, &slug, fields).await)
}

/// The newest event's body as JSON, in which fields are chosen.
#[server(prefix = "/rpc", endpoint = "sources/example")]
pub async fn get_example_payload(
    /// Slug of the source.
    slug: String,
) -> Result<String, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_example_payload(&actor, &slug).await)
}

/// Chooses fields and redirects to the source's page.
#[server(prefix = "/rpc", endpoint = "sources/choose_fields")]
pub async fn choose_fields(
    /// Slug of the source.
    slug: String,
    /// JSONPaths by setting; empty ones go back to the usual names.
    #[server(default)]
    fields: ChosenFields,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.choose_fields(&actor, &slug, fields).await)?;
    leptos_axum::redirect(&format!("/sources/{slug}"));
    Ok(())
}

/// The value of a setting as typed, without blanks around it where they mean nothing.
#[cfg(feature = "ssr")]
fn trimmed(name: &str, value: &str) -> String {
    let is_verbatim = ["separator", "prefix", "template"].contains(&name);
    if is_verbatim { value.to_owned() } else { value.trim().to_owned() }
}

/// Replaces the secret of a source and returns the new one, which cannot be read again.
#[server(prefix = "/rpc", endpoint = "sources/rotate")]
pub async fn rotate_source(
    /// Slug of the source.
    slug: String,
    /// The new secret, at least 16 characters; generated if empty.
    secret: String,
    /// How long the previous secret stays valid, 0 to 8,760 hours.
    keep_hours: i64,
) -> Result<Rotated, Error> {
    let (actor, backend) = super::asker()?;
    let secret = Some(secret).filter(|secret| !secret.is_empty());
    let is_made = secret.is_none();
    let created = super::with_status(backend.rotate_secret(&actor, &slug, secret, keep_hours).await)?;
    if is_made {
        super::flash::keep(super::flash::SECRET, &created.secret);
    }
    Ok(Rotated { secret: created.secret, previous_until: created.previous_until })
}

/// Numbers of rows that deleting the source would delete.
#[server(prefix = "/rpc", endpoint = "sources/contents")]
pub async fn get_source_contents(
    /// Slug of the source.
    slug: String,
) -> Result<SourceContents, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_source_contents(&actor, &slug).await)
}

/// Deletes a source and redirects to the list.
#[server(prefix = "/rpc", endpoint = "sources/delete")]
pub async fn delete_source(
    /// Slug of the source.
    slug: String,
) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.delete_source(&actor, &slug).await)?;
    leptos_axum::redirect("/sources");
    Ok(())
}

/// Sends a signed sample through verification and the queue; returns the event id.
#[server(prefix = "/rpc", endpoint = "sources/test")]
pub async fn send_test_event(
    /// Slug of the source.
    slug: String,
) -> Result<i64, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.send_test_event(&actor, &slug).await)
}
