//! Subscribing a browser, and replacing its subscription.

use app::Error;
use app::types::{Actor, Channel, ChannelKind, Severity};
use serde_json::{Map, Value, json};

use super::owner::{has_endpoint, is_owned, is_push_service};
use crate::channels::{LoadedChannel, SECRET, free_name, masked};
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
    /// Subscribes a browser, or changes the minimum severity of one that is.
    pub(super) async fn keep_push(
        &self,
        actor: &Actor,
        json: &str,
        browser: &str,
        min_severity: Severity,
    ) -> Result<()> {
        let subscription = self.check_push(json)?;
        let row = self.push_row(actor, json, &subscription, min_severity)?;
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        let rows = tx.lock_channel_rows().await?;
        // A user who was disabled meanwhile would not be found by `disable_pushes_of`.
        if !tx.is_active_user(&actor.name).await? {
            return Err(Error::Unauthorized.into());
        }
        let row = NewChannelRow { name: free_name(names(&actor.name, browser), &rows), ..row };
        let channels: Vec<LoadedChannel> = rows.into_iter().map(|row| self.ops.channels.load(row)).collect();
        let (action, row) = store(&mut tx, &channels, row, &subscription, &actor.name).await?;
        self.finish(tx, actor, action, &row).await
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

/// Updates the channel of the same browser, or inserts one; returns the action for the audit log, and the row. Whoever has the
/// endpoint uses that browser, even if it was somebody else's before.
async fn store(
    tx: &mut Tx,
    channels: &[LoadedChannel],
    row: NewChannelRow,
    subscription: &Subscription,
    user: &str,
) -> Result<(&'static str, NewChannelRow)> {
    if let Some(same) = channels.iter().find(|ready| has_endpoint(ready, &subscription.endpoint)) {
        let row = if is_owned(same, user) { kept(&same.channel, row) } else { row };
        tx.update_channel(same.channel.id, &row).await?;
        return Ok(("channel.update", row));
    }
    if channels.iter().filter(|ready| is_owned(ready, user)).count() >= MAX_BROWSERS {
        return Err(Error::invalid("subscription", format!("limit of {MAX_BROWSERS} browsers reached")).into());
    }
    tx.insert_channel(&row).await?;
    Ok(("channel.create", row))
}

/// Keeps name, settings, fallback and mute.
fn kept(channel: &Channel, row: NewChannelRow) -> NewChannelRow {
    let Channel { name, settings, fallback_id, muted_until, .. } = channel.clone();
    NewChannelRow { name, settings, fallback_id, muted_until, ..row }
}

/// "ann@example.com: Chrome on Android", the same with 2, and so on.
fn names(user: &str, browser: &str) -> impl Iterator<Item = String> {
    let name = format!("{}: {}", clean_line(user, 60), clean_line(browser, 30));
    std::iter::once(name.clone()).chain((2..).map(move |n| format!("{name} {n}")))
}

/// A resolved alert replaces its notification on the screen.
fn settings(user: &str) -> Map<String, Value> {
    let Value::Object(settings) = json!({ "user": user, "resolved": "true" }) else { return Map::new() };
    settings
}
