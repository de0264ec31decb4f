//! What a page shows, read in one call. Not part of the REST API.

use serde::{Deserialize, Serialize};

use super::{
    About, Alert, Channel, ChannelTest, Event, EventDetail, Notification, Page, ProviderInfo, RefusedRequest,
    Retention, SavedFilter, Source, SourceName, SourceStats, Token, UndeliveredReason, User,
};

/// A page of events with the data of the filter bar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventList {
    pub now: i64,
    /// Number of events accepted from the start of the current hour until this list was read.
    pub received: i64,
    pub page: Page<Event>,
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
    pub detail: EventDetail,
    pub source_name: String,
    pub provider: String,
    /// Size of the body in bytes.
    pub size: i64,
    /// Webhook URL of the source.
    pub url: String,
    pub alerts: Vec<Alert>,
}

/// A page of rejected requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefusedList {
    pub now: i64,
    pub page: Page<RefusedRequest>,
    pub sources: Vec<SourceName>,
}

/// A row of the source list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceRow {
    pub source: Source,
    /// Display name of the provider.
    pub provider_name: String,
    pub stats: SourceStats,
    /// Events received in each of the last 24 hours, oldest first.
    pub hours: Vec<i64>,
    /// Rejected requests of the last 24 hours that are still in quarantine.
    pub refused: i64,
    /// Why the source cannot be used until it is reconfigured; its deliveries are answered with 503.
    pub broken: Option<String>,
}

/// Data of the form that adds a source. A new secret is generated for every load and stored only when the form is submitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceForm {
    pub providers: Vec<ProviderInfo>,
    pub secret: String,
}

/// A source with the remaining set-up steps at the provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceSetup {
    pub source: Source,
    pub provider: ProviderInfo,
    pub url: String,
    pub last_event_at: Option<i64>,
    /// Until when the previous secret is also accepted, in Unix milliseconds.
    pub previous_until: Option<i64>,
    /// The newest rejected requests since the last accepted one, or of all time if none was accepted.
    pub refused: Vec<RefusedRequest>,
    /// Why the source cannot be used until it is reconfigured; its deliveries are answered with 503.
    pub broken: Option<String>,
    pub now: i64,
}

/// A channel with the number of messages it may still send in the current minute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChannelRow {
    pub channel: Channel,
    pub left: Option<i64>,
}

/// Data of the notifications page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotificationList {
    pub now: i64,
    pub page: Page<Notification>,
    pub channels: Vec<ChannelRow>,
    /// Number of open alerts that nobody was notified of, and the reasons.
    pub untold: i64,
    pub untold_reasons: Vec<UndeliveredReason>,
}

/// Data of the admin-only settings page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Administration {
    pub users: Vec<User>,
    pub tokens: Vec<Token>,
    pub retention: Retention,
    pub about: About,
}

/// The result of a test message and the channel it belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tested {
    pub id: i64,
    pub test: ChannelTest,
}
