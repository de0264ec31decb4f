//! `GET /api/openapi.json`: every endpoint of `/api/v1`, generated from the table of the routes and the Rust types.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::header;
use axum::response::IntoResponse;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::endpoint::Endpoint;
use super::endpoints;

const PAGE: [&str; 4] = ["from", "to", "limit", "cursor"];

/// The OpenAPI 3.1 document, built once.
pub async fn document() -> impl IntoResponse {
    static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| serde_json::to_vec(&build()).unwrap_or_default().into());
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.clone())
}

fn build() -> Value {
    let mut generator =
        SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into()).into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in &endpoints() {
        let path = paths.entry(format!("/api/v1{}", endpoint.path)).or_insert_with(|| json!({}));
        path[endpoint.method] = operation(endpoint, &mut generator);
    }
    let mut schemas = generator.take_definitions(true);
    schemas.insert("Error".to_owned(), error_schema());
    json!({
        "openapi": "3.1.0",
        "info": { "title": "OpsCenter", "version": env!("CARGO_PKG_VERSION"), "description": "Bearer token only. Lists are pages {items, next}." },
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas
        },
        "security": [{ "token": [] }]
    })
}

fn error_schema() -> Value {
    let text = json!({ "type": "string" });
    let error = json!({ "type": "object", "required": ["code", "message"],
        "properties": { "code": text, "message": text, "field": text } });
    json!({ "type": "object", "required": ["error"], "properties": { "error": error } })
}

fn operation(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Value {
    let in_path = endpoint.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> =
        in_path.map(|name| json!({ "name": name, "in": "path", "required": true, "schema": kind(name) })).collect();
    // The timeline lists its own `cursor`, as it pages by id.
    let is_list = !endpoint.filters.is_empty() && !endpoint.filters.contains(&"cursor");
    let paged = if is_list { &PAGE[..] } else { &[] };
    let filters = endpoint.filters.iter().chain(paged);
    parameters.extend(filters.map(|name| json!({ "name": name, "in": "query", "schema": kind(name) })));
    let failure = json!({ "description": "Error", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } } });
    let success = match endpoint.gives {
        Some(shape) => {
            json!({ "description": "Done", "content": { "application/json": { "schema": shape(generator) } } })
        }
        None => json!({ "description": "Done" }),
    };
    let mut operation = json!({
        "summary": endpoint.summary,
        "description": format!("Needs the role {}.", endpoint.role),
        "operationId": id(endpoint),
        "parameters": parameters,
        "responses": { "2XX": success, "4XX": failure }
    });
    if let (Some(shape), Ok(example)) = (endpoint.takes, serde_json::from_str::<Value>(endpoint.body)) {
        let content = json!({ "application/json": { "schema": shape(generator), "example": example } });
        operation["requestBody"] = json!({ "content": content });
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
