//! `/api/v1/alerts`.

use app::backend::Alerts;
use app::types::Role::{Operator, Viewer};
use app::types::{
    Activity, Actor, Alert, AlertChange, AlertDetail, AlertGroups, AlertQuery, Changed, Page, Selection, TimelineQuery,
};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::endpoint::{self, Endpoint};
use super::{Filters, Id, answer, body, no_content, reply};
use crate::web::Web;

/// The endpoints and their roles.
pub fn endpoints() -> Vec<Endpoint> {
    const FILTERS: &[&str] = &["severity", "is_read", "state", "kind", "source", "assignee", "q", "up_to", "sort"];
    vec![
        endpoint::get("/alerts", Viewer, "Alerts, newest first", list).filters(FILTERS).gives::<Page<Alert>>(),
        endpoint::get("/alerts/groups/{by}", Viewer, "Groups of the newest 1,000 matches", groups)
            .filters(&["severity", "is_read", "state", "kind", "source", "assignee", "q", "up_to"])
            .gives::<AlertGroups>(),
        endpoint::get("/alerts/{id}", Viewer, "One alert with its timeline and notifications", get)
            .gives::<AlertDetail>(),
        endpoint::get("/alerts/{id}/timeline", Viewer, "Alert timeline, newest first", timeline)
            .filters(&["limit", "cursor"])
            .gives::<Page<Activity>>(),
        change("/alerts/read", "Mark as read", AlertChange::Read),
        change("/alerts/unread", "Mark as unread", AlertChange::Unread),
        change("/alerts/acknowledge", "Acknowledge", AlertChange::Acknowledge),
        change("/alerts/resolve", "Resolve", AlertChange::Resolve),
        change("/alerts/reopen", "Reopen", AlertChange::Reopen),
        change("/alerts/mute", "Hold notifications until a time, by default for an hour", AlertChange::Mute),
        change("/alerts/unmute", "Unmute", AlertChange::Unmute),
        change("/alerts/assign", "Assign to a user, or to nobody", AlertChange::Assign),
        endpoint::post("/alerts/undo", Operator, "Undo a change within ten minutes", undo)
            .takes::<Undo>(r#"{"id":"x"}"#)
            .gives::<AlertsChanged>(),
        endpoint::post("/alerts/{id}/note", Operator, "Add a note to the timeline", note)
            .takes::<Note>(r#"{"text":"Looked at it"}"#),
    ]
}

/// A change of the alerts that the body selects.
fn change(path: &'static str, summary: &'static str, change: AlertChange) -> Endpoint {
    let handler = async move |State(web): State<Web>, Extension(actor): Extension<Actor>, bytes: Bytes| {
        apply(web, actor, change, &bytes).await
    };
    endpoint::post(path, Operator, summary, handler).takes::<Selection>(r#"{"ids":[1]}"#).gives::<AlertsChanged>()
}

async fn apply(web: Web, actor: Actor, change: AlertChange, bytes: &Bytes) -> Response {
    let selection = match body::<Selection>(bytes) {
        Ok(selection) => selection,
        Err(error) => return answer(error),
    };
    reply(web.dashboard.change_alerts(&actor, change, selection).await.map(AlertsChanged::from))
}

/// The result of a change.
#[derive(Debug, Serialize, JsonSchema)]
struct AlertsChanged {
    /// Number of changed alerts.
    changed: i64,
    /// Id for `/alerts/undo`. Null after an undo, and if nothing changed.
    undo: Option<String>,
    /// Present and true if an error ended the change before all alerts were changed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    incomplete: bool,
}

impl From<Changed> for AlertsChanged {
    fn from(Changed { count, undo, incomplete, .. }: Changed) -> Self {
        Self { changed: count, undo, incomplete }
    }
}

/// Body of a request to undo a change.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Undo {
    /// `undo` of the change, made by the same user or token.
    id: String,
}

/// Restores what the change altered, on alerts that were not changed since.
async fn undo(State(web): State<Web>, Extension(actor): Extension<Actor>, bytes: Bytes) -> Response {
    match body::<Undo>(&bytes) {
        Ok(undo) => reply(web.dashboard.undo_alerts(&actor, undo.id).await.map(AlertsChanged::from)),
        Err(error) => answer(error),
    }
}

/// A page of alerts.
pub async fn list(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Filters(query): Filters<AlertQuery>,
) -> Response {
    reply(web.dashboard.list_alert_page(&actor, query).await)
}

/// Groups of alerts, by title, source, key, assignee, or `label.` and a name of the metadata.
async fn groups(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Path(by): Path<String>,
    Filters(query): Filters<AlertQuery>,
) -> Response {
    reply(web.dashboard.group_alerts(&actor, query, by).await)
}

/// One alert with its timeline and notifications.
pub async fn get(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id) -> Response {
    reply(web.dashboard.get_alert(&actor, id).await)
}

/// A page of the timeline.
pub async fn timeline(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Id(id): Id,
    Filters(query): Filters<TimelineQuery>,
) -> Response {
    reply(web.dashboard.list_timeline(&actor, id, query).await)
}

/// Body of a request to add a note.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// At most 4,000 bytes.
    pub text: String,
}

/// Adds a note to the timeline.
pub async fn note(State(web): State<Web>, Extension(actor): Extension<Actor>, Id(id): Id, bytes: Bytes) -> Response {
    let text = match body::<Note>(&bytes) {
        Ok(note) => note.text,
        Err(error) => return answer(error),
    };
    no_content(web.dashboard.note_alert(&actor, id, text).await)
}
