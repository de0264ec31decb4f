//! The interface between the dashboard and the server. The server implements it, so that this crate does not depend on a
//! database driver. One trait per topic, since a trait is implemented in one place and each topic has a file there.
//!
//! Every method takes the actor first and checks the role itself; a role that is too low is `Error::Forbidden`. Unless
//! stated otherwise, an unknown id or slug is `Error::NotFound`, and a malformed cursor or a `limit` outside 1 to 200 is
//! `Error::Invalid`.

use async_trait::async_trait;

use crate::error::Result;
use crate::types::{
    About, Activity, Actor, AlertChange, AlertDetail, AlertGroups, AlertList, AlertQuery, AuditQuery, AuditRow,
    Changed, Channel, ChannelKind, ChannelTest, ChannelUpdate, ChosenFields, CreatedSource, CreatedToken, Event,
    EventDetail, EventList, EventQuery, EventView, FieldMapping, Hour, ListPage, MessagePreview, NewChannel, NewSource,
    NewToken, NewUser, Notification, NotificationList, NotificationQuery, Numbers, Overview, Page, ProviderInfo,
    QuarantineQuery, RefusedDetail, RefusedList, RefusedRequest, RefusedSelection, Retention, Retried, SavedFilter,
    Selection, Severity, Shell, Source, SourceActivity, SourceContents, SourceForm, SourceRow, SourceSetup,
    SourceStats, SourceUpdate, TimelineQuery, Token, User, UserUpdate,
};

/// Reading and changing alerts.
#[async_trait]
pub trait Alerts {
    /// A page of alerts, with the data of the filter bar.
    async fn list_alerts(&self, actor: &Actor, query: AlertQuery) -> Result<AlertList>;
    /// Groups of the newest 1,000 matches, by title, source, key, assignee or `label.NAME`.
    async fn group_alerts(&self, actor: &Actor, query: AlertQuery, by: String) -> Result<AlertGroups>;
    /// An alert with the first page of its timeline and up to 20 notifications, each newest first.
    async fn get_alert(&self, actor: &Actor, id: i64) -> Result<AlertDetail>;
    /// A page of the alert's timeline, newest first.
    async fn list_timeline(&self, actor: &Actor, id: i64, query: TimelineQuery) -> Result<Page<Activity>>;
    /// Applies `change` to the selected alerts that are not already in that state.
    async fn change_alerts(&self, actor: &Actor, change: AlertChange, selection: Selection) -> Result<Changed>;
    /// Undoes a change on alerts that were not changed since. Only the fields that the change touched are restored. `id` is
    /// [`Changed::undo`]; it is valid for ten minutes and only for the actor who made the change.
    async fn undo_alerts(&self, actor: &Actor, id: String) -> Result<Changed>;
    /// Number of matches, at most `MOST_COUNTED + 1`; limit and cursor are ignored.
    async fn count_alerts(&self, actor: &Actor, query: AlertQuery) -> Result<i64>;
    /// Adds a note to the timeline, truncated to 4,000 bytes; `Error::Invalid` if it is blank.
    async fn note_alert(&self, actor: &Actor, id: i64, text: String) -> Result<()>;
}

/// Reading and reprocessing events.
#[async_trait]
pub trait Events {
    /// A page of events, without payloads and headers.
    async fn list_events(&self, actor: &Actor, query: EventQuery) -> Result<Page<Event>>;
    /// An event with its headers, verification result and mapping.
    async fn get_event(&self, actor: &Actor, id: i64) -> Result<EventDetail>;
    /// Data of the events page.
    async fn get_event_list(&self, actor: &Actor, query: EventQuery) -> Result<EventList>;
    /// Data of the event dialog, with up to 20 alerts of the event.
    async fn get_event_view(&self, actor: &Actor, id: i64) -> Result<EventView>;
    /// Number of matches, at most `MOST_COUNTED + 1`; limit and cursor are ignored.
    async fn count_events(&self, actor: &Actor, query: EventQuery) -> Result<i64>;
    /// The body as text for display; bytes that are not valid UTF-8 become U+FFFD.
    async fn get_payload_text(&self, actor: &Actor, id: i64) -> Result<String>;
    /// Queues a stored event to be mapped again by the current pack; `Error::Invalid` while it is being processed.
    async fn reprocess_event(&self, actor: &Actor, id: i64) -> Result<()>;
    /// Queues every matching event that exists now to be mapped again, in batches; returns their number.
    async fn reprocess_events(&self, actor: &Actor, query: EventQuery) -> Result<i64>;
}

/// The quarantine of rejected requests.
#[async_trait]
pub trait Quarantine {
    /// A page of rejected requests, without bodies and headers.
    async fn list_refused(&self, actor: &Actor, query: QuarantineQuery) -> Result<Page<RefusedRequest>>;
    /// A rejected request with its headers.
    async fn get_refused(&self, actor: &Actor, id: i64) -> Result<RefusedDetail>;
    /// Data of the page of rejected requests.
    async fn get_refused_list(&self, actor: &Actor, query: QuarantineQuery) -> Result<RefusedList>;
    /// Verifies the selected requests again with the current secrets, oldest first; requests that now pass become events.
    async fn retry_refused(&self, actor: &Actor, selection: RefusedSelection) -> Result<Retried>;
}

/// Sources: set-up, secrets and statistics.
#[async_trait]
pub trait Sources {
    /// All sources that are not deleted.
    async fn list_sources(&self, actor: &Actor) -> Result<Vec<Source>>;
    /// Sources with their figures of the last 24 hours.
    async fn list_source_stats(&self, actor: &Actor) -> Result<Vec<SourceStats>>;
    /// The provider packs that a source can use.
    async fn list_providers(&self, actor: &Actor) -> Result<Vec<ProviderInfo>>;
    /// The provider packs, and a generated secret that is not stored.
    async fn get_source_form(&self, actor: &Actor) -> Result<SourceForm>;
    /// The source with its set-up steps at the provider and its newest rejected requests.
    async fn get_source_setup(&self, actor: &Actor, slug: &str) -> Result<SourceSetup>;
    /// Figures of the last 24 hours, the last events and the last rejected requests of a source.
    async fn get_source_activity(&self, actor: &Actor, slug: &str) -> Result<SourceActivity>;
    /// Creates a source. `Error::Invalid` names the field, such as a `slug` that is taken.
    async fn create_source(&self, actor: &Actor, new: NewSource) -> Result<CreatedSource>;
    /// Enables or disables a source. Webhooks to a disabled source are answered with 404.
    async fn set_source_active(&self, actor: &Actor, slug: &str, active: bool) -> Result<()>;
    /// Data of the source list.
    async fn list_source_rows(&self, actor: &Actor) -> Result<Vec<SourceRow>>;
    /// Why a slug cannot be used; `None` if it can.
    async fn check_slug(&self, actor: &Actor, slug: &str) -> Result<Option<String>>;
    /// How the newest events become alerts, and what these fields would make of them; `Error::Invalid` if one is no path, or
    /// cannot be chosen for this provider.
    async fn get_field_mapping(&self, actor: &Actor, slug: &str, fields: ChosenFields) -> Result<FieldMapping>;
    /// The newest event's body as JSON to choose from; of one that becomes several alerts, the first. Empty if there is none of
    /// at most 256 KB.
    async fn get_example_payload(&self, actor: &Actor, slug: &str) -> Result<String>;
    /// Chooses fields; other settings stay.
    async fn choose_fields(&self, actor: &Actor, slug: &str, fields: ChosenFields) -> Result<()>;
    /// Changes name, slug, settings or active state. New settings must fit the current secret.
    async fn update_source(&self, actor: &Actor, slug: &str, update: SourceUpdate) -> Result<Source>;
    /// Sets a new secret, generated if `None`; the old one stays valid for `keep_hours`, 0 to 8,760. A given secret must have
    /// at least 16 characters.
    async fn rotate_secret(
        &self,
        actor: &Actor,
        slug: &str,
        secret: Option<String>,
        keep_hours: i64,
    ) -> Result<CreatedSource>;
    /// Numbers of rows that [`Self::delete_source`] would delete.
    async fn get_source_contents(&self, actor: &Actor, slug: &str) -> Result<SourceContents>;
    /// Hides the source at once; its data is deleted in the background.
    async fn delete_source(&self, actor: &Actor, slug: &str) -> Result<()>;
    /// Sends a signed sample through verification and the queue; returns the event id. `Error::Invalid` if the source is
    /// unknown, disabled or broken.
    async fn send_test_event(&self, actor: &Actor, slug: &str) -> Result<i64>;
}

/// The notification log.
#[async_trait]
pub trait Notifications {
    /// A page of the log, newest first.
    async fn list_notifications(&self, actor: &Actor, query: NotificationQuery) -> Result<Page<Notification>>;
    /// Data of the notifications page, with the channels.
    async fn get_notification_list(&self, actor: &Actor, query: NotificationQuery) -> Result<NotificationList>;
    /// Queues a failed or cancelled notification again.
    async fn retry_notification(&self, actor: &Actor, id: i64) -> Result<()>;
    /// Queues notifications for every undelivered alert; returns the number of alerts.
    async fn retry_undelivered(&self, actor: &Actor) -> Result<i64>;
}

/// Notification channels.
#[async_trait]
pub trait Channels {
    /// All channels that are not deleted, with their current state.
    async fn list_channels(&self, actor: &Actor) -> Result<Vec<Channel>>;
    /// Creates a channel. `Error::Invalid` names the field, such as a `name` that is taken.
    async fn create_channel(&self, actor: &Actor, new: NewChannel) -> Result<Channel>;
    /// Changes a channel. Operators may only set `muted_until`, which must be within 30 days; admins may change everything.
    async fn update_channel(&self, actor: &Actor, id: i64, update: ChannelUpdate) -> Result<Channel>;
    /// Deletes a channel; its pending notifications go to its fallback. Not possible while it is active and defined by
    /// environment variables.
    async fn delete_channel(&self, actor: &Actor, id: i64) -> Result<()>;
    /// The message that templates make of the newest problem, or of a sample; `Error::Invalid` if a template fails.
    async fn preview_message(
        &self,
        actor: &Actor,
        kind: ChannelKind,
        template: String,
        subject: String,
    ) -> Result<MessagePreview>;
    /// Sends a test message at once and returns the provider's response. A failed test is `Ok`, with [`ChannelTest::ok`]
    /// false.
    async fn test_channel(&self, actor: &Actor, id: i64) -> Result<ChannelTest>;
}

/// Web Push to the actor's own browsers, each a channel.
#[async_trait]
pub trait Pushes {
    /// The public key that a browser subscribes to, base64url.
    async fn get_push_key(&self, actor: &Actor) -> Result<String>;
    /// Lowest severity that is pushed to the browser with this endpoint; `None` if none is.
    async fn find_push(&self, actor: &Actor, endpoint: String) -> Result<Option<Severity>>;
    /// Pushes alerts of this severity or higher to a browser. `subscription` is the JSON of its `PushSubscription`, `browser`
    /// becomes part of the channel's name.
    async fn save_push(
        &self,
        actor: &Actor,
        subscription: String,
        browser: String,
        min_severity: Severity,
    ) -> Result<()>;
    /// Gives the browser's channel a new subscription.
    async fn renew_push(&self, actor: &Actor, endpoint: String, subscription: String) -> Result<()>;
    /// Deletes the channel of the browser with this endpoint.
    async fn remove_push(&self, actor: &Actor, endpoint: String) -> Result<()>;
}

/// Users, tokens, the audit log and retention.
#[async_trait]
pub trait Access {
    /// All users, disabled ones included.
    async fn list_users(&self, actor: &Actor) -> Result<Vec<User>>;
    /// Creates a user who can sign in at once.
    async fn create_user(&self, actor: &Actor, new: NewUser) -> Result<User>;
    /// The last admin cannot be demoted or disabled. Ends the sessions of the changed user, except when actors change
    /// themselves and stay active.
    async fn update_user(&self, actor: &Actor, id: i64, update: UserUpdate) -> Result<User>;
    /// Changes the actor's own password and ends all their sessions. Requires the current password, so that a hijacked
    /// session is not enough.
    async fn change_own_password(&self, actor: &Actor, current: String, new: String) -> Result<()>;
    /// All API tokens, revoked ones included.
    async fn list_tokens(&self, actor: &Actor) -> Result<Vec<Token>>;
    /// Creates a token. The name must be unused, also by revoked tokens.
    async fn create_token(&self, actor: &Actor, new: NewToken) -> Result<CreatedToken>;
    /// Revokes a token permanently.
    async fn revoke_token(&self, actor: &Actor, name: String) -> Result<()>;
    /// A page of the audit log, newest first.
    async fn list_audit(&self, actor: &Actor, query: AuditQuery) -> Result<Page<AuditRow>>;
    /// The retention in effect.
    async fn get_retention(&self, actor: &Actor) -> Result<Retention>;
    /// Sets the retention and starts pruning; each value is 0 to 36,500 days.
    async fn set_retention(&self, actor: &Actor, days: Retention) -> Result<Retention>;
    /// Version and effective configuration.
    async fn get_about(&self, actor: &Actor) -> Result<About>;
}

/// Named filters, private to each user.
#[async_trait]
pub trait SavedFilters {
    /// The actor's filters of a list, ordered by name.
    async fn list_saved(&self, actor: &Actor, page: ListPage) -> Result<Vec<SavedFilter>>;
    /// Saves a filter, or replaces the one with the same name; at most 30 per user and list.
    async fn save_filter(&self, actor: &Actor, page: ListPage, name: String, query: String) -> Result<()>;
    /// Deletes one of the actor's filters.
    async fn remove_filter(&self, actor: &Actor, id: i64) -> Result<()>;
}

/// The Overview and the shell around every page.
#[async_trait]
pub trait Overviews {
    /// Stats and health, at most one second old.
    async fn get_numbers(&self, actor: &Actor) -> Result<Numbers>;
    /// Sums from each of up to 64 ascending starts to the next, at most 40 days back.
    async fn get_chart(&self, actor: &Actor, starts: Vec<i64>) -> Result<Vec<Hour>>;
    /// Figures, and the ten newest alerts.
    async fn get_overview(&self, actor: &Actor) -> Result<Overview>;
    /// The signed-in user and the installation.
    async fn get_shell(&self, actor: &Actor) -> Result<Shell>;
}

macro_rules! backend {
    ($($topic:ident)+) => {
        /// The full interface that pages use.
        pub trait Backend: $($topic +)+ Send + Sync {}
        impl<T: $($topic +)+ Send + Sync> Backend for T {}
    };
}

backend!(Alerts Events Quarantine Sources Notifications Channels Pushes Access SavedFilters Overviews);
