//! The table of `/api/v1`: method, path, role, request and response. A test compares it with the router.

use app::types::Role::{self, Admin, Operator, Viewer};
use app::types::{
    Activity, Alert, AlertDetail, AuditRow, Channel, ChannelTest, ChannelUpdate, CreatedSource, CreatedToken, Event,
    EventDetail, Health, NewChannel, NewSource, NewToken, NewUser, Notification, Page, RefusedDetail, RefusedRequest,
    RefusedSelection, Retention, Retried, Selection, Source, SourceUpdate, Stats, Token, User, UserUpdate,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::web::api::alerts::Note;
use crate::web::api::sources::Rotation;
use crate::web::api::{Count, EventId, Resent, Retold};

/// Generates the schema of a type and of the types it refers to.
pub type Shape = fn(&mut SchemaGenerator) -> Schema;

/// One endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    pub method: &'static str,
    /// Path below `/api/v1`.
    pub path: &'static str,
    /// The minimum role.
    pub role: Role,
    pub summary: &'static str,
    /// Names of the query parameters.
    pub filters: &'static [&'static str],
    /// A valid example body in JSON; empty if the endpoint has no body.
    pub body: &'static str,
    pub takes: Option<Shape>,
    /// `None` if the response has no body or is binary.
    pub gives: Option<Shape>,
}

impl Endpoint {
    const fn takes<T: JsonSchema>(self, body: &'static str) -> Self {
        Self { body, takes: Some(shape::<T>), ..self }
    }

    const fn gives<T: JsonSchema>(self) -> Self {
        Self { gives: Some(shape::<T>), ..self }
    }
}

fn shape<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

const fn get(path: &'static str, role: Role, summary: &'static str, filters: &'static [&'static str]) -> Endpoint {
    Endpoint { method: "get", path, role, summary, filters, body: "", takes: None, gives: None }
}

const fn write(method: &'static str, path: &'static str, role: Role, summary: &'static str) -> Endpoint {
    Endpoint { method, path, role, summary, filters: &[], body: "", takes: None, gives: None }
}

const IDS: &str = r#"{"ids":[1]}"#;

/// Every endpoint of `/api/v1`.
pub const ENDPOINTS: &[Endpoint] = &[
    get("/alerts", Viewer, "Alerts, newest first", &["severity", "is_read", "state", "kind", "source", "q", "up_to"])
        .gives::<Page<Alert>>(),
    get("/alerts/{id}", Viewer, "One alert with its timeline and notifications", &[]).gives::<AlertDetail>(),
    get("/alerts/{id}/timeline", Viewer, "Alert timeline, newest first", &["limit", "cursor"])
        .gives::<Page<Activity>>(),
    write("post", "/alerts/read", Operator, "Mark as read").takes::<Selection>(IDS).gives::<Count>(),
    write("post", "/alerts/unread", Operator, "Mark as unread").takes::<Selection>(IDS).gives::<Count>(),
    write("post", "/alerts/acknowledge", Operator, "Acknowledge").takes::<Selection>(IDS).gives::<Count>(),
    write("post", "/alerts/resolve", Operator, "Resolve").takes::<Selection>(IDS).gives::<Count>(),
    write("post", "/alerts/reopen", Operator, "Reopen").takes::<Selection>(IDS).gives::<Count>(),
    write("post", "/alerts/mute", Operator, "Mute repeats for an hour").takes::<Selection>(IDS).gives::<Count>(),
    write("post", "/alerts/unmute", Operator, "Unmute").takes::<Selection>(IDS).gives::<Count>(),
    write("post", "/alerts/{id}/note", Operator, "Add a note to the timeline")
        .takes::<Note>(r#"{"text":"Looked at it"}"#),
    get(
        "/events",
        Viewer,
        "Events, newest first",
        &["status", "source", "event_type", "delivery_id", "ip_address", "q", "up_to"],
    )
    .gives::<Page<Event>>(),
    get("/events/{id}", Viewer, "One event with headers, verification result, mapping and alerts", &[])
        .gives::<EventDetail>(),
    get("/events/{id}/payload", Viewer, "Raw payload", &[]),
    write("post", "/events/{id}/replay", Operator, "Reprocess with the current mapping").gives::<EventId>(),
    get("/quarantine", Viewer, "Rejected requests, newest first", &["source", "reason", "ip_address"])
        .gives::<Page<RefusedRequest>>(),
    get("/quarantine/{id}", Viewer, "One rejected request with its headers", &[]).gives::<RefusedDetail>(),
    get("/quarantine/{id}/payload", Viewer, "Raw payload", &[]),
    write("post", "/quarantine/retry", Operator, "Verify again with the current secrets")
        .takes::<RefusedSelection>(IDS)
        .gives::<Retried>(),
    get("/sources", Viewer, "Sources", &[]).gives::<Page<Source>>(),
    write("post", "/sources", Admin, "Add a source")
        .takes::<NewSource>(r#"{"slug":"made-by-api","provider":"github"}"#)
        .gives::<CreatedSource>(),
    get("/sources/{slug}", Viewer, "One source", &[]).gives::<Source>(),
    write("patch", "/sources/{slug}", Admin, "Update name, slug, settings or active state")
        .takes::<SourceUpdate>(r#"{"name":"GitHub"}"#)
        .gives::<Source>(),
    write("delete", "/sources/{slug}", Admin, "Delete a source and all its events and alerts"),
    write("post", "/sources/{slug}/rotate", Admin, "Set a new secret")
        .takes::<Rotation>(r#"{"keep_hours":24}"#)
        .gives::<CreatedSource>(),
    write("post", "/sources/{slug}/test", Operator, "Send a signed test event").gives::<EventId>(),
    get(
        "/notifications",
        Viewer,
        "Notifications, newest first",
        &["status", "channel", "channel_id", "alert_id", "kind"],
    )
    .gives::<Page<Notification>>(),
    write("post", "/notifications/{id}/retry", Operator, "Resend a failed or cancelled notification").gives::<Resent>(),
    write("post", "/notifications/retry-untold", Operator, "Retry all open alerts with no notification delivered")
        .gives::<Retold>(),
    get("/channels", Viewer, "Notification channels", &[]).gives::<Page<Channel>>(),
    write("post", "/channels", Admin, "Add a channel")
        .takes::<NewChannel>(r#"{"name":"Room","kind":"email","recipient":"a@example.com"}"#)
        .gives::<Channel>(),
    write("patch", "/channels/{id}", Admin, "Update a channel; operators may mute it")
        .takes::<ChannelUpdate>(r#"{"name":"Room"}"#)
        .gives::<Channel>(),
    write("put", "/channels/{id}", Admin, "Same as PATCH: omitted fields are unchanged")
        .takes::<ChannelUpdate>(r#"{"name":"Room"}"#)
        .gives::<Channel>(),
    write("delete", "/channels/{id}", Admin, "Delete a channel"),
    write("post", "/channels/{id}/test", Operator, "Send a test message; returns the provider's response")
        .gives::<ChannelTest>(),
    get("/stats", Viewer, "Overview statistics", &[]).gives::<Stats>(),
    get("/health", Viewer, "Health of every component", &[]).gives::<Health>(),
    get("/users", Admin, "Users", &[]).gives::<Page<User>>(),
    write("post", "/users", Admin, "Add a user")
        .takes::<NewUser>(r#"{"email":"new@example.com","role":"viewer","password":"long enough 1"}"#)
        .gives::<User>(),
    write("patch", "/users/{id}", Admin, "Update role, password or sign-in access")
        .takes::<UserUpdate>(r#"{}"#)
        .gives::<User>(),
    get("/tokens", Admin, "API tokens, without values", &[]).gives::<Page<Token>>(),
    write("post", "/tokens", Admin, "Create a token; its value is returned only once")
        .takes::<NewToken>(r#"{"name":"made-by-api","role":"viewer"}"#)
        .gives::<CreatedToken>(),
    write("delete", "/tokens/{name}", Admin, "Revoke a token"),
    get("/audit", Admin, "Audit log, newest first", &["actor", "action", "subject"]).gives::<Page<AuditRow>>(),
    get("/retention", Admin, "Retention in days", &[]).gives::<Retention>(),
    write("put", "/retention", Admin, "Set the retention")
        .takes::<Retention>(r#"{"events":90,"notifications":180,"activity":180,"quarantine":7}"#)
        .gives::<Retention>(),
];
