//! The Overview, and the data of the shell around every page.

use app::backend::Overviews;
use app::types::{Actor, AlertQuery, Hour, Numbers, Overview, Role, Shell};
use async_trait::async_trait;

use super::{Dashboard, public_error};
use crate::error::Result;

/// Alerts shown on the Overview.
const RECENT: i64 = 10;

#[async_trait]
impl Overviews for Dashboard {
    async fn get_numbers(&self, actor: &Actor) -> app::Result<Numbers> {
        actor.require(Role::Viewer)?;
        public_error(self.numbers().await)
    }

    async fn get_chart(&self, actor: &Actor, starts: Vec<i64>) -> app::Result<Vec<Hour>> {
        actor.require(Role::Viewer)?;
        public_error(self.chart(&starts).await)
    }

    async fn get_overview(&self, actor: &Actor) -> app::Result<Overview> {
        actor.require(Role::Viewer)?;
        public_error(self.overview().await)
    }

    async fn get_shell(&self, actor: &Actor) -> app::Result<Shell> {
        public_error(self.shell(actor).await)
    }
}

impl Dashboard {
    async fn overview(&self) -> Result<Overview> {
        let seq = self.ops.db.last_activity().await?;
        let mut recent = self.ops.db.list_alerts(&AlertQuery::default(), None, RECENT).await?;
        recent.truncate(RECENT as usize);
        Ok(Overview { seq, now: self.ops.now(), numbers: self.numbers().await?, recent })
    }

    /// Figures at most one second old; the live stream updates them.
    pub(super) async fn numbers(&self) -> Result<Numbers> {
        Ok(crate::overview::numbers(&self.ops).await?.as_ref().clone())
    }

    async fn shell(&self, actor: &Actor) -> Result<Shell> {
        let seq = self.ops.db.last_activity().await?;
        let unread = self.numbers().await?.stats.unread;
        let url = self.ops.config.app_url();
        Ok(Shell {
            actor: actor.clone(),
            host: url.split_once("://").map_or(url.as_str(), |(_, host)| host).to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            build: crate::build_id().to_owned(),
            started_at: self.ops.started_at,
            now: self.ops.now(),
            seq,
            unread,
            assignees: if actor.role >= Role::Operator { self.ops.db.list_assignees().await? } else { Vec::new() },
        })
    }
}
