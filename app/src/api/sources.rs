//! Sources.

use leptos::prelude::*;

use crate::Error;
use crate::types::{Rotated, SourceContents, SourceForm, SourceRow, SourceSetup};

#[server(prefix = "/rpc", endpoint = "sources/list")]
pub async fn list_sources() -> Result<Vec<SourceRow>, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.list_source_rows(&actor).await)
}

#[server(prefix = "/rpc", endpoint = "sources/form")]
pub async fn get_source_form() -> Result<SourceForm, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_source_form(&actor).await)
}

#[server(prefix = "/rpc", endpoint = "sources/setup")]
pub async fn get_source_setup(slug: String) -> Result<SourceSetup, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_source_setup(&actor, &slug).await)
}

/// Creates a source and redirects to its set-up page, with and without JavaScript.
#[server(prefix = "/rpc", endpoint = "sources/create")]
pub async fn create_source(provider: String, name: String, slug: String, secret: String) -> Result<(), Error> {
    use crate::types::NewSource;
    let (actor, backend) = super::asker()?;
    let new = NewSource { slug, provider, name: Some(name), secret: Some(secret), ..NewSource::default() };
    let created = super::with_status(backend.create_source(&actor, new).await)?;
    leptos_axum::redirect(&format!("/sources/{}", created.source.slug));
    Ok(())
}

#[server(prefix = "/rpc", endpoint = "sources/set_active")]
pub async fn set_source_active(slug: String, active: bool) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.set_source_active(&actor, &slug, active).await)
}

/// Why a slug cannot be used; `None` if it can.
#[server(prefix = "/rpc", endpoint = "sources/check_slug")]
pub async fn check_source_slug(slug: String) -> Result<Option<String>, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.check_slug(&actor, &slug).await)
}

/// `settings` is one `key=value` per line.
#[server(prefix = "/rpc", endpoint = "sources/update")]
pub async fn update_source(slug: String, name: String, new_slug: String, settings: String) -> Result<(), Error> {
    use crate::types::SourceUpdate;
    let (actor, backend) = super::asker()?;
    let pair = |line: &str| {
        let (key, value) =
            line.split_once('=').ok_or_else(|| Error::invalid("settings", "must be lines of KEY=VALUE"))?;
        Ok((key.trim().to_owned(), value.trim().to_owned()))
    };
    let lines = settings.lines().map(str::trim).filter(|line| !line.is_empty());
    let settings = super::with_status(lines.map(pair).collect::<Result<_, Error>>())?;
    let update = SourceUpdate { name: Some(name), slug: Some(new_slug), settings: Some(settings), is_active: None };
    let updated = super::with_status(backend.update_source(&actor, &slug, update).await)?;
    leptos_axum::redirect(&format!("/sources/{}", updated.slug));
    Ok(())
}

/// Sets a new secret, generated if empty, and returns it; it cannot be read again. The old one stays valid for `keep_hours`.
#[server(prefix = "/rpc", endpoint = "sources/rotate")]
pub async fn rotate_source(slug: String, secret: String, keep_hours: i64) -> Result<Rotated, Error> {
    let (actor, backend) = super::asker()?;
    let secret = Some(secret).filter(|secret| !secret.is_empty());
    let is_made = secret.is_none();
    let created = super::with_status(backend.rotate_secret(&actor, &slug, secret, keep_hours).await)?;
    if is_made {
        super::flash::keep(super::flash::SECRET, &created.secret);
    }
    Ok(Rotated { secret: created.secret, previous_until: created.previous_until })
}

#[server(prefix = "/rpc", endpoint = "sources/contents")]
pub async fn get_source_contents(slug: String) -> Result<SourceContents, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.get_source_contents(&actor, &slug).await)
}

#[server(prefix = "/rpc", endpoint = "sources/delete")]
pub async fn delete_source(slug: String) -> Result<(), Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.delete_source(&actor, &slug).await)?;
    leptos_axum::redirect("/sources");
    Ok(())
}

/// Sends a signed sample through verification and the queue; returns the event id.
#[server(prefix = "/rpc", endpoint = "sources/test")]
pub async fn send_test_event(slug: String) -> Result<i64, Error> {
    let (actor, backend) = super::asker()?;
    super::with_status(backend.send_test_event(&actor, &slug).await)
}
