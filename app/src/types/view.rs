//! What a page shows, read in one call. Not part of the REST API.

use serde::{Deserialize, Serialize};

use super::{
    About, Alert, Channel, ChannelTest, Event, EventDetail, Notification, Page, ProviderInfo, RefusedRequest,
    Retention, SavedFilter, Source, SourceName, SourceStats, Token, UndeliveredReason, User,
};

/// A page of events with the data of the filter bar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventList {
    /// Server time, in Unix milliseconds.
    pub now: i64,
    /// Number of events accepted from the start of the current hour until this list was read.
    pub received: i64,
    /// The events.
    pub page: Page<Event>,
    /// Options of the source filter.
    pub sources: Vec<SourceName>,
    /// Saved filters of the current user.
    pub saved: Vec<SavedFilter>,
}

/// A new secret, and until when the previous one is accepted too, in UTC milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rotated {
    /// Shown only once.
    pub secret: String,
    /// In the past if the previous one was given no time.
    pub previous_until: Option<i64>,
}

/// Data of the event dialog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventView {
    /// The event with headers, verification result and mapping.
    pub detail: EventDetail,
    /// Display name of the source.
    pub source_name: String,
    /// Id of the provider pack, for the icon; empty if the source cannot be loaded.
    pub provider: String,
    /// Size of the body in bytes.
    pub size: i64,
    /// Webhook URL of the source.
    pub url: String,
    /// Up to 20 of its alerts.
    pub alerts: Vec<Alert>,
}

/// A page of rejected requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefusedList {
    /// Server time, in Unix milliseconds.
    pub now: i64,
    /// The requests.
    pub page: Page<RefusedRequest>,
    /// Options of the source filter.
    pub sources: Vec<SourceName>,
}

/// A row of the source list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceRow {
    /// The source.
    pub source: Source,
    /// Display name of the provider.
    pub provider_name: String,
    /// Figures of the last 24 hours.
    pub stats: SourceStats,
    /// Events received in each of the last 24 hours, oldest first.
    pub hours: Vec<i64>,
    /// Rejected requests of the last 24 hours that are still in quarantine.
    pub refused: i64,
    /// Why the source cannot be used until it is reconfigured, while its deliveries are answered with 503; `None` if it can.
    pub broken: Option<String>,
}

/// Data of the form that adds a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceForm {
    /// The provider packs to choose from.
    pub providers: Vec<ProviderInfo>,
    /// Slugs in use.
    pub slugs: Vec<String>,
}

/// A new source, as the form that added it needs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AddedSource {
    /// Its slug.
    pub slug: String,
    /// The generated secret, shown only once; `None` if the provider issues it.
    pub secret: Option<String>,
}

/// A source with the remaining set-up steps at the provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceSetup {
    /// The source.
    pub source: Source,
    /// Its provider pack with the set-up steps.
    pub provider: ProviderInfo,
    /// The webhook URL to configure at the provider.
    pub url: String,
    /// Time of the newest stored event, in Unix milliseconds; `None` if there is none.
    pub last_event_at: Option<i64>,
    /// Until when the previous secret is also accepted, in Unix milliseconds; `None` if it is not.
    pub previous_until: Option<i64>,
    /// Up to three rejected requests, newest first: since the last accepted one, or of all time if none was accepted.
    pub refused: Vec<RefusedRequest>,
    /// Why the source cannot be used until it is reconfigured, while its deliveries are answered with 503; `None` if it can.
    pub broken: Option<String>,
    /// Server time, in Unix milliseconds.
    pub now: i64,
}

/// What a source did in the last 24 hours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceActivity {
    /// Events received in each of the last 24 hours, oldest first.
    pub hours: Vec<i64>,
    /// Events that failed for good.
    pub failed: i64,
    /// Rejected requests that are still in quarantine; 10,001 means more than 10,000.
    pub rejected: i64,
    /// The newest events, newest first, at most 8.
    pub events: Vec<Event>,
    /// The newest rejected requests, newest first, at most 4.
    pub refused: Vec<RefusedRequest>,
}

/// A channel with the state of its rate limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChannelRow {
    /// The channel.
    pub channel: Channel,
    /// Messages that it may still send in the current minute; `None` if it has no such limit.
    pub left: Option<i64>,
}

/// Data of the notifications page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotificationList {
    /// Server time, in Unix milliseconds.
    pub now: i64,
    /// The notifications.
    pub page: Page<Notification>,
    /// All channels.
    pub channels: Vec<ChannelRow>,
    /// All sources.
    pub sources: Vec<SourceName>,
    /// Number of open undelivered alerts; 10,001 means more than 10,000.
    pub untold: i64,
    /// The most frequent reasons, the most frequent first.
    pub untold_reasons: Vec<UndeliveredReason>,
}

/// Data of the admin-only settings page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Administration {
    /// All users.
    pub users: Vec<User>,
    /// All API tokens, revoked ones included.
    pub tokens: Vec<Token>,
    /// The retention in effect.
    pub retention: Retention,
    /// Version and effective configuration.
    pub about: About,
}

/// The result of a test message, and the channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tested {
    /// Id of the channel.
    pub id: i64,
    /// The provider's response.
    pub test: ChannelTest,
}

/// What templates make of an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessagePreview {
    /// Subject of an email; `None` for other kinds.
    pub subject: Option<String>,
    /// The text, without markup.
    pub text: String,
    /// Title of the alert; `None` for a sample.
    pub alert: Option<String>,
}
