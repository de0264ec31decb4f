//! `GET /api/openapi.json`: every endpoint of `/api/v1`, from the one table that the tests hold against the router.

use app::types::Role;
use axum::Json;
use serde_json::{Map, Value, json};

/// One endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    pub method: &'static str,
    /// Below `/api/v1`.
    pub path: &'static str,
    /// The least role.
    pub role: Role,
    pub summary: &'static str,
    /// Names of the filters it takes.
    pub filters: &'static [&'static str],
    /// A body that is well-formed, in JSON; empty where it takes none.
    pub body: &'static str,
}

const fn get(path: &'static str, role: Role, summary: &'static str, filters: &'static [&'static str]) -> Endpoint {
    Endpoint { method: "get", path, role, summary, filters, body: "" }
}

const fn write(
    method: &'static str,
    path: &'static str,
    role: Role,
    summary: &'static str,
    body: &'static str,
) -> Endpoint {
    Endpoint { method, path, role, summary, filters: &[], body }
}

use Role::{Admin, Operator, Viewer};

const PAGE: [&str; 4] = ["from", "to", "limit", "cursor"];
const IDS: &str = r#"{"ids":[1]}"#;

/// Every endpoint of `/api/v1`.
pub const ENDPOINTS: &[Endpoint] = &[
    get("/alerts", Viewer, "Alerts, newest first", &["severity", "is_read", "state", "source", "q", "up_to"]),
    get("/alerts/{id}", Viewer, "One alert with its timeline and notifications", &[]),
    write("post", "/alerts/read", Operator, "Mark as read", IDS),
    write("post", "/alerts/unread", Operator, "Mark as unread", IDS),
    write("post", "/alerts/acknowledge", Operator, "Acknowledge", IDS),
    write("post", "/alerts/resolve", Operator, "Resolve", IDS),
    write("post", "/alerts/reopen", Operator, "Reopen", IDS),
    write("post", "/alerts/mute", Operator, "Keep repeats from being told for an hour", IDS),
    write("post", "/alerts/unmute", Operator, "Tell repeats again", IDS),
    write("post", "/alerts/{id}/note", Operator, "Add a note to the timeline", r#"{"text":"Looked at it"}"#),
    get(
        "/events",
        Viewer,
        "Events, newest first",
        &["status", "source", "event_type", "delivery_id", "ip_address", "q", "up_to"],
    ),
    get("/events/{id}", Viewer, "One event with headers, verdict, mapping and alerts", &[]),
    get("/events/{id}/payload", Viewer, "The bytes as received", &[]),
    write("post", "/events/{id}/replay", Operator, "Put it through today's mapping again", ""),
    get("/quarantine", Viewer, "Refused requests, newest first", &["source", "reason", "ip_address"]),
    get("/quarantine/{id}", Viewer, "One refused request with its headers", &[]),
    get("/quarantine/{id}/payload", Viewer, "The bytes as received", &[]),
    write("post", "/quarantine/retry", Operator, "Verify again with the secrets of today", IDS),
    get("/sources", Viewer, "Sources", &[]),
    write("post", "/sources", Admin, "Add a source", r#"{"slug":"made-by-api","provider":"github"}"#),
    get("/sources/{slug}", Viewer, "One source", &[]),
    write(
        "patch",
        "/sources/{slug}",
        Admin,
        "Change name, slug, settings, or whether it is active",
        r#"{"name":"GitHub"}"#,
    ),
    write("delete", "/sources/{slug}", Admin, "Delete it with all it sent", ""),
    write("post", "/sources/{slug}/rotate", Admin, "Set a new secret", r#"{"keep_hours":24}"#),
    write("post", "/sources/{slug}/test", Operator, "Send a signed test event", ""),
    get(
        "/notifications",
        Viewer,
        "Who was told, newest first",
        &["status", "channel", "channel_id", "alert_id", "kind"],
    ),
    write("post", "/notifications/{id}/retry", Operator, "Send a failed one again", ""),
    get("/channels", Viewer, "Ways to tell people", &[]),
    write("post", "/channels", Admin, "Add a channel", r#"{"name":"Room","kind":"email","recipient":"a@example.com"}"#),
    write("patch", "/channels/{id}", Admin, "Change a channel; an operator may mute it", r#"{"name":"Room"}"#),
    write("delete", "/channels/{id}", Admin, "Delete a channel", ""),
    write("post", "/channels/{id}/test", Operator, "Send a test; the provider's own answer", ""),
    get("/stats", Viewer, "The numbers of the Overview", &[]),
    get("/health", Viewer, "The state of every part", &[]),
    get("/users", Admin, "Users", &[]),
    write(
        "post",
        "/users",
        Admin,
        "Add a user",
        r#"{"email":"new@example.com","role":"viewer","password":"long enough 1"}"#,
    ),
    write("patch", "/users/{id}", Admin, "Change role, password, or whether somebody may sign in", r#"{}"#),
    get("/tokens", Admin, "API tokens, without what they are", &[]),
    write("post", "/tokens", Admin, "Add a token, shown this once", r#"{"name":"made-by-api","role":"viewer"}"#),
    write("delete", "/tokens/{name}", Admin, "Revoke a token", ""),
    get("/audit", Admin, "Who changed what, newest first", &["actor", "action", "subject"]),
    get("/retention", Admin, "How many days things are kept", &[]),
    write(
        "put",
        "/retention",
        Admin,
        "Set how many days things are kept",
        r#"{"events":90,"notifications":180,"activity":180,"quarantine":7}"#,
    ),
];

/// The document, OpenAPI 3.1.
pub async fn document() -> Json<Value> {
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in ENDPOINTS {
        let path = paths.entry(format!("/api/v1{}", endpoint.path)).or_insert_with(|| json!({}));
        path[endpoint.method] = operation(endpoint);
    }
    Json(json!({
        "openapi": "3.1.0",
        "info": { "title": "OpsCenter", "version": env!("CARGO_PKG_VERSION"), "description": "Bearer token only. Lists are pages {items, next}." },
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": { "Error": { "type": "object", "required": ["error"], "properties": { "error": { "type": "object",
                "required": ["code", "message"], "properties": { "code": { "type": "string" }, "message": { "type": "string" },
                "field": { "type": "string" } } } } } }
        },
        "security": [{ "token": [] }]
    }))
}

fn operation(endpoint: &Endpoint) -> Value {
    let in_path = endpoint.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> =
        in_path.map(|name| json!({ "name": name, "in": "path", "required": true, "schema": kind(name) })).collect();
    let paged = if endpoint.filters.is_empty() { &[][..] } else { &PAGE };
    let filters = endpoint.filters.iter().chain(paged);
    parameters.extend(filters.map(|name| json!({ "name": name, "in": "query", "schema": kind(name) })));
    let failure = json!({ "description": "What is wrong", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } } });
    let mut operation = json!({
        "summary": endpoint.summary,
        "description": format!("Needs the role {}.", endpoint.role),
        "operationId": id(endpoint),
        "parameters": parameters,
        "responses": { "2XX": { "description": "Done", "content": { "application/json": {} } }, "4XX": failure }
    });
    if let Ok(example) = serde_json::from_str::<Value>(endpoint.body) {
        operation["requestBody"] =
            json!({ "content": { "application/json": { "schema": { "type": "object" }, "example": example } } });
    }
    operation
}

fn kind(name: &str) -> Value {
    match name {
        "id" | "limit" | "from" | "to" | "up_to" | "alert_id" | "channel_id" => {
            json!({ "type": "integer", "format": "int64" })
        }
        "is_read" => json!({ "type": "boolean" }),
        _ => json!({ "type": "string" }),
    }
}

fn id(endpoint: &Endpoint) -> String {
    let words = endpoint.path.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    std::iter::once(endpoint.method).chain(words).collect::<Vec<_>>().join("_")
}
