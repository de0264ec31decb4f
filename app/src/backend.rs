//! The interface between the dashboard and the server. The server implements it, so that this crate does not depend on a
//! database driver. One trait per topic, since a trait is implemented in one place and each topic has a file there.
//!
//! Every method takes the actor first and checks the role itself.

use crate::types::{EventList, EventView, NotificationList, RefusedList, SourceForm, SourceRow, SourceSetup};
use async_trait::async_trait;

use crate::error::Result;
use crate::types::{
    About, AuditQuery, AuditRow, CreatedToken, NewToken, NewUser, Retention, TimelineQuery, Token, User, UserUpdate,
};
use crate::types::{
    Activity, Actor, AlertChange, AlertDetail, AlertList, AlertQuery, Before, Changed, Channel, ChannelTest,
    ChannelUpdate, CreatedSource, Event, EventDetail, EventQuery, ListPage, NewChannel, NewSource, Notification,
    NotificationQuery, Numbers, Overview, Page, ProviderInfo, QuarantineQuery, RefusedDetail, RefusedRequest,
    RefusedSelection, Retried, SavedFilter, Selection, Shell, Source, SourceContents, SourceStats, SourceUpdate,
};

/// Alerts.
#[async_trait]
pub trait Alerts {
    async fn list_alerts(&self, actor: &Actor, query: AlertQuery) -> Result<AlertList>;
    async fn get_alert(&self, actor: &Actor, id: i64) -> Result<AlertDetail>;
    /// A page of the alert's timeline, newest first.
    async fn list_timeline(&self, actor: &Actor, id: i64, query: TimelineQuery) -> Result<Page<Activity>>;
    /// Applies `change` to the selected alerts that are not already in that state; returns their previous states.
    async fn change_alerts(&self, actor: &Actor, change: AlertChange, selection: Selection) -> Result<Changed>;
    /// Undoes a change on alerts that were not changed since. Only the fields that the change touched are restored.
    async fn undo_alerts(&self, actor: &Actor, change: AlertChange, before: Vec<Before>) -> Result<Changed>;
    /// Undoes a change of alerts that a filter selected, by the same actor within ten minutes.
    async fn undo_bulk(&self, actor: &Actor, id: String) -> Result<Changed>;
    /// Number of matches; limit and cursor are ignored.
    async fn count_alerts(&self, actor: &Actor, query: AlertQuery) -> Result<i64>;
    /// Adds a note to the timeline.
    async fn note_alert(&self, actor: &Actor, id: i64, text: String) -> Result<()>;
}

/// Events.
#[async_trait]
pub trait Events {
    async fn list_events(&self, actor: &Actor, query: EventQuery) -> Result<Page<Event>>;
    async fn get_event(&self, actor: &Actor, id: i64) -> Result<EventDetail>;
    /// Data of the events page.
    async fn get_event_list(&self, actor: &Actor, query: EventQuery) -> Result<EventList>;
    async fn get_event_view(&self, actor: &Actor, id: i64) -> Result<EventView>;
    /// Number of matches; limit and cursor are ignored.
    async fn count_events(&self, actor: &Actor, query: EventQuery) -> Result<i64>;
    /// The body as text for display; bytes that are not valid UTF-8 are made visible.
    async fn get_payload_text(&self, actor: &Actor, id: i64) -> Result<String>;
    /// Maps a stored event again with the current mapping.
    async fn reprocess_event(&self, actor: &Actor, id: i64) -> Result<()>;
    /// Reprocesses every matching event; returns the number.
    async fn reprocess_events(&self, actor: &Actor, query: EventQuery) -> Result<i64>;
}

/// Rejected requests.
#[async_trait]
pub trait Quarantine {
    async fn list_refused(&self, actor: &Actor, query: QuarantineQuery) -> Result<Page<RefusedRequest>>;
    async fn get_refused(&self, actor: &Actor, id: i64) -> Result<RefusedDetail>;
    /// Data of the page of rejected requests.
    async fn get_refused_list(&self, actor: &Actor, query: QuarantineQuery) -> Result<RefusedList>;
    /// Verifies again with the current secrets; requests that now pass become events.
    async fn retry_refused(&self, actor: &Actor, selection: RefusedSelection) -> Result<Retried>;
}

/// Sources.
#[async_trait]
pub trait Sources {
    async fn list_sources(&self, actor: &Actor) -> Result<Vec<Source>>;
    /// Sources with their figures of the last 24 hours.
    async fn list_source_stats(&self, actor: &Actor) -> Result<Vec<SourceStats>>;
    /// The provider packs that a source can use.
    async fn list_providers(&self, actor: &Actor) -> Result<Vec<ProviderInfo>>;
    /// The provider packs and a generated secret.
    async fn get_source_form(&self, actor: &Actor) -> Result<SourceForm>;
    /// The source with its set-up steps at the provider.
    async fn get_source_setup(&self, actor: &Actor, slug: &str) -> Result<SourceSetup>;
    async fn create_source(&self, actor: &Actor, new: NewSource) -> Result<CreatedSource>;
    async fn set_source_active(&self, actor: &Actor, slug: &str, active: bool) -> Result<()>;
    /// Data of the source list.
    async fn list_source_rows(&self, actor: &Actor) -> Result<Vec<SourceRow>>;
    /// Why a slug cannot be used; `None` if it can.
    async fn check_slug(&self, actor: &Actor, slug: &str) -> Result<Option<String>>;
    async fn update_source(&self, actor: &Actor, slug: &str, update: SourceUpdate) -> Result<Source>;
    /// Sets a new secret, generated if `None`; the old one stays valid for `keep_hours`.
    async fn rotate_secret(
        &self,
        actor: &Actor,
        slug: &str,
        secret: Option<String>,
        keep_hours: i64,
    ) -> Result<CreatedSource>;
    async fn get_source_contents(&self, actor: &Actor, slug: &str) -> Result<SourceContents>;
    /// Hides the source at once; its data is deleted in the background.
    async fn delete_source(&self, actor: &Actor, slug: &str) -> Result<()>;
    /// Sends a signed sample through verification and the queue; returns the event id.
    async fn send_test_event(&self, actor: &Actor, slug: &str) -> Result<i64>;
}

/// The notification log.
#[async_trait]
pub trait Notifications {
    async fn list_notifications(&self, actor: &Actor, query: NotificationQuery) -> Result<Page<Notification>>;
    /// Data of the notifications page, with the channels.
    async fn get_notification_list(&self, actor: &Actor, query: NotificationQuery) -> Result<NotificationList>;
    /// Queues a failed or cancelled notification again.
    async fn retry_notification(&self, actor: &Actor, id: i64) -> Result<()>;
    /// Queues notifications for every open alert that nobody was notified of; returns the number of alerts.
    async fn retry_undelivered(&self, actor: &Actor) -> Result<i64>;
}

/// Notification channels.
#[async_trait]
pub trait Channels {
    async fn list_channels(&self, actor: &Actor) -> Result<Vec<Channel>>;
    async fn create_channel(&self, actor: &Actor, new: NewChannel) -> Result<Channel>;
    /// Operators may only mute; admins may change everything.
    async fn update_channel(&self, actor: &Actor, id: i64, update: ChannelUpdate) -> Result<Channel>;
    async fn delete_channel(&self, actor: &Actor, id: i64) -> Result<()>;
    /// Sends a test message and returns the provider's response.
    async fn test_channel(&self, actor: &Actor, id: i64) -> Result<ChannelTest>;
}

/// Users, tokens, the audit log and retention.
#[async_trait]
pub trait Access {
    async fn list_users(&self, actor: &Actor) -> Result<Vec<User>>;
    async fn create_user(&self, actor: &Actor, new: NewUser) -> Result<User>;
    /// The last admin cannot be demoted or disabled. Ends the sessions of the changed user.
    async fn update_user(&self, actor: &Actor, id: i64, update: UserUpdate) -> Result<User>;
    async fn change_own_password(&self, actor: &Actor, current: String, new: String) -> Result<()>;
    async fn list_tokens(&self, actor: &Actor) -> Result<Vec<Token>>;
    async fn create_token(&self, actor: &Actor, new: NewToken) -> Result<CreatedToken>;
    async fn revoke_token(&self, actor: &Actor, name: String) -> Result<()>;
    async fn list_audit(&self, actor: &Actor, query: AuditQuery) -> Result<Page<AuditRow>>;
    async fn get_retention(&self, actor: &Actor) -> Result<Retention>;
    async fn set_retention(&self, actor: &Actor, days: Retention) -> Result<Retention>;
    async fn get_about(&self, actor: &Actor) -> Result<About>;
}

/// Named filters, private to each user.
#[async_trait]
pub trait SavedFilters {
    async fn list_saved(&self, actor: &Actor, page: ListPage) -> Result<Vec<SavedFilter>>;
    async fn save_filter(&self, actor: &Actor, page: ListPage, name: String, query: String) -> Result<()>;
    async fn remove_filter(&self, actor: &Actor, id: i64) -> Result<()>;
}

/// The Overview and the shell around every page.
#[async_trait]
pub trait Overviews {
    /// Stats and health, at most one second old.
    async fn get_numbers(&self, actor: &Actor) -> Result<Numbers>;
    async fn get_overview(&self, actor: &Actor) -> Result<Overview>;
    async fn get_shell(&self, actor: &Actor) -> Result<Shell>;
}

/// The full interface that pages use.
pub trait Backend:
    Alerts + Events + Quarantine + Sources + Notifications + Channels + Access + SavedFilters + Overviews + Send + Sync
{
}
impl<
    T: Alerts + Events + Quarantine + Sources + Notifications + Channels + Access + SavedFilters + Overviews + Send + Sync,
> Backend for T
{
}
