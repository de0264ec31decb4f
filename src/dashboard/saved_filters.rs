//! Saved filters, private to each user, so that every role may have some.

use app::Error;
use app::backend::SavedFilters;
use app::types::{Actor, ListPage, Role, SavedFilter};
use async_trait::async_trait;

use super::{Dashboard, public_error};
use crate::db::Writer;
use crate::error::Result;
use crate::provider::clean_line;

/// Maximum number of filters per user and list.
const MOST: usize = 30;

/// Maximum length of the name in characters and of the query in bytes.
const MAX_NAME: usize = 60;
const MAX_QUERY: usize = 2_000;

#[async_trait]
impl SavedFilters for Dashboard {
    async fn list_saved(&self, actor: &Actor, page: ListPage) -> app::Result<Vec<SavedFilter>> {
        actor.require(Role::Viewer)?;
        public_error(self.ops.db.list_saved(&actor.name, page).await.map_err(Into::into))
    }

    async fn save_filter(&self, actor: &Actor, page: ListPage, name: String, query: String) -> app::Result<()> {
        actor.require(Role::Viewer)?;
        public_error(self.keep_filter(actor, page, name.trim(), query.trim_start_matches('?')).await)
    }

    async fn remove_filter(&self, actor: &Actor, id: i64) -> app::Result<()> {
        actor.require(Role::Viewer)?;
        public_error(self.forget_filter(actor, id).await)
    }
}

impl Dashboard {
    async fn keep_filter(&self, actor: &Actor, page: ListPage, name: &str, query: &str) -> Result<()> {
        check(name, query)?;
        let saved = self.ops.db.list_saved(&actor.name, page).await?;
        if saved.len() >= MOST && !saved.iter().any(|filter| filter.name == name) {
            return Err(Error::invalid("name", format!("limit of {MOST} filters reached; remove one first")).into());
        }
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        if !tx.save_filter(&actor.name, page, (name, query), self.ops.now()).await? {
            return Err(Error::not_found("user").into());
        }
        Ok(tx.commit().await?)
    }

    async fn forget_filter(&self, actor: &Actor, id: i64) -> Result<()> {
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        if !tx.remove_filter(&actor.name, id).await? {
            return Err(Error::not_found("filter").into());
        }
        Ok(tx.commit().await?)
    }
}

fn check(name: &str, query: &str) -> app::Result<()> {
    if name.is_empty() || name.chars().count() > MAX_NAME || clean_line(name, MAX_NAME * 4) != name {
        return Err(Error::invalid("name", format!("must be 1 to {MAX_NAME} printable characters")));
    }
    if query.len() > MAX_QUERY || !query.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::invalid("query", "is not a URL query string"));
    }
    Ok(())
}
