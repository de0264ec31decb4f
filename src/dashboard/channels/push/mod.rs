//! Web Push: a channel for each browser of a user. Whoever may read alerts may have them pushed.

mod owner;
mod subscribe;

use app::Error;
use app::backend::Pushes;
use app::types::{Actor, Channel, Role, Severity};
use async_trait::async_trait;

use crate::dashboard::{Dashboard, public_error};
use crate::db::Tx;
use crate::error::Result;
use crate::vapid::Vapid;
use owner::{has_endpoint, is_owned};

#[async_trait]
impl Pushes for Dashboard {
    async fn get_push_key(&self, actor: &Actor) -> app::Result<String> {
        actor.require(Role::Viewer)?;
        let key = self.ops.vapid.get(&self.ops.db, &self.ops.crypto, self.ops.now()).await;
        public_error(key.map(Vapid::public_key).map_err(Into::into))
    }

    async fn find_push(&self, actor: &Actor, endpoint: String) -> app::Result<Option<Severity>> {
        actor.require(Role::Viewer)?;
        let found = public_error(self.push_of(actor, &endpoint).await)?;
        Ok(found.filter(|channel| channel.is_active).map(|channel| channel.min_severity))
    }

    async fn save_push(
        &self,
        actor: &Actor,
        subscription: String,
        browser: String,
        min_severity: Severity,
    ) -> app::Result<()> {
        actor.require(Role::Viewer)?;
        public_error(self.keep_push(actor, &subscription, &browser, min_severity).await)
    }

    async fn renew_push(&self, actor: &Actor, endpoint: String, subscription: String) -> app::Result<()> {
        actor.require(Role::Viewer)?;
        let found = public_error(self.push_of(actor, &endpoint).await)?;
        let channel = found.filter(|channel| channel.is_active).ok_or_else(|| Error::not_found("channel"))?;
        public_error(self.replace_push(actor, &channel, &subscription).await)
    }

    async fn remove_push(&self, actor: &Actor, endpoint: String) -> app::Result<()> {
        actor.require(Role::Viewer)?;
        let found = public_error(self.push_of(actor, &endpoint).await)?;
        let channel = found.ok_or_else(|| Error::not_found("channel"))?;
        public_error(self.remove_channel(actor, channel.id).await)
    }
}

impl Dashboard {
    /// Stops pushing to the browsers of a user, along with their sessions: whoever had a stolen one may have subscribed.
    pub(in crate::dashboard) async fn disable_pushes_of(&self, tx: &mut Tx, user: &str) -> Result<()> {
        for row in tx.lock_channel_rows().await? {
            if is_owned(&self.ops.channels.load(row.clone()), user) {
                tx.disable_channel(row.channel.id, self.ops.now()).await?;
            }
        }
        Ok(())
    }

    async fn push_of(&self, actor: &Actor, endpoint: &str) -> Result<Option<Channel>> {
        let channels = self.ops.channels.read().await?;
        Ok(channels
            .into_iter()
            .find(|ready| is_owned(ready, &actor.name) && has_endpoint(ready, endpoint))
            .map(|ready| ready.channel))
    }
}
