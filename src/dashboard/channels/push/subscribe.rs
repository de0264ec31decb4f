//! Subscribing a browser, and replacing its subscription.

use app::Error;
use app::types::{Actor, Channel, ChannelKind, Severity};
use serde_json::{Map, Value, json};

use super::owner::{has_endpoint, is_owned, is_push_service};
use crate::channels::{LoadedChannel, SECRET, masked};
use crate::crypto::random_id;
use crate::dashboard::Dashboard;
use crate::db::{NewChannelRow, Tx, Writer};
use crate::error::Result;
use crate::notify::push::Subscription;
use crate::outgoing::Trust;
use crate::provider::clean_line;

/// Most browsers of one user.
const MAX_BROWSERS: usize = 20;

/// Longest subscription in bytes; those of browsers have about 500.
const MAX_SUBSCRIPTION: usize = 4_096;

impl Dashboard {
    pub(super) async fn keep_push(
        &self,
        actor: &Actor,
        json: &str,
        browser: &str,
        min_severity: Severity,
    ) -> Result<()> {
        let subscription = self.check_push(json)?;
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        let rows = tx.lock_channel_rows().await?;
        // A user who was disabled meanwhile would not be found by `disable_pushes_of`.
        if !tx.is_active_user(&actor.name).await? {
            return Err(Error::Unauthorized.into());
        }
        let channels: Vec<LoadedChannel> = rows.into_iter().map(|row| self.ops.channels.load(row)).collect();
        let row = self.push_row(actor, json, &subscription, min_severity)?;
        let label = format!("{}: {}", clean_line(&actor.name, 60), clean_line(browser, 30));
        let row = NewChannelRow { name: free_name(&label, &channels), ..row };
        // Whoever has the endpoint uses that browser, also if somebody else did before.
        let same = channels.iter().find(|ready| has_endpoint(ready, &subscription.endpoint));
        let row = match same {
            Some(same) => update_push(&mut tx, same, row, &actor.name).await?,
            None if channels.iter().filter(|ready| is_owned(ready, &actor.name)).count() >= MAX_BROWSERS => {
                return Err(Error::invalid("subscription", format!("limit of {MAX_BROWSERS} browsers reached")).into());
            }
            None => {
                tx.insert_channel(&row).await?;
                row
            }
        };
        self.finish(tx, actor, if same.is_some() { "channel.update" } else { "channel.create" }, &row).await
    }

    /// Gives a channel the new subscription of its browser.
    pub(super) async fn replace_push(&self, actor: &Actor, channel: &Channel, json: &str) -> Result<()> {
        let subscription = self.check_push(json)?;
        let row = self.push_row(actor, json, &subscription, channel.min_severity)?;
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        let row = kept(channel, row);
        tx.update_channel(channel.id, &row).await?;
        self.finish(tx, actor, "channel.update", &row).await
    }

    /// The subscription, whose endpoint must be an address that this server may reach.
    fn check_push(&self, json: &str) -> Result<Subscription> {
        let invalid = |why: String| Error::invalid("subscription", why);
        if !self.ops.db.reads_push() {
            return Err(invalid("must wait until every node runs this version".to_owned()).into());
        }
        if json.len() > MAX_SUBSCRIPTION {
            return Err(invalid(format!("must be at most {MAX_SUBSCRIPTION} bytes")).into());
        }
        let subscription = Subscription::read(json).map_err(invalid)?;
        let url = self.ops.outgoing.check(&subscription.endpoint, Trust::Nobody);
        let url = url.map_err(|error| invalid(error.to_string()))?;
        // Every user may subscribe, so not every address may be called.
        if !is_push_service(url.host_str().unwrap_or_default(), &self.ops.config.push_services) {
            return Err(invalid("is not at a push service that PUSH_SERVICES names".to_owned()).into());
        }
        Ok(subscription)
    }

    fn push_row(
        &self,
        actor: &Actor,
        json: &str,
        subscription: &Subscription,
        min_severity: Severity,
    ) -> Result<NewChannelRow> {
        let key_ref = random_id();
        Ok(NewChannelRow {
            name: String::new(),
            kind: ChannelKind::Push,
            recipient: masked(&subscription.endpoint),
            secret: Some(self.ops.crypto.seal(SECRET, &key_ref, json.as_bytes())?),
            key_ref,
            settings: settings(&actor.name),
            min_severity,
            fallback_id: None,
            is_active: true,
            muted_until: None,
            now: self.ops.now(),
        })
    }
}

/// Keeps name, settings, fallback and mute, unless the browser belonged to another user.
async fn update_push(tx: &mut Tx, same: &LoadedChannel, row: NewChannelRow, user: &str) -> Result<NewChannelRow> {
    let row = if is_owned(same, user) { kept(&same.channel, row) } else { row };
    tx.update_channel(same.channel.id, &row).await?;
    Ok(row)
}

fn kept(channel: &Channel, row: NewChannelRow) -> NewChannelRow {
    let Channel { name, settings, fallback_id, muted_until, .. } = channel.clone();
    NewChannelRow { name, settings, fallback_id, muted_until, ..row }
}

/// The name, numbered if another channel has it.
fn free_name(name: &str, channels: &[LoadedChannel]) -> String {
    let numbered = (2..).map(|n| format!("{name} {n}"));
    let is_free = |name: &String| channels.iter().all(|ready| ready.channel.name != *name);
    std::iter::once(name.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}

/// A resolved alert replaces its notification on the screen.
fn settings(user: &str) -> Map<String, Value> {
    let Value::Object(settings) = json!({ "user": user, "resolved": "true" }) else { return Map::new() };
    settings
}
