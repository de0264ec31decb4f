//! `GET /download/alerts.csv`: the filtered list as a table (RFC 4180).

use app::types::{Actor, Alert, AlertQuery, Page, time};
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, stream};

use super::Web;
use super::api::{Filters, answer};

/// Rows read at once.
const PAGE: i64 = 200;

const COLUMNS: [&str; 13] = [
    "id",
    "severity",
    "kind",
    "state",
    "title",
    "message",
    "source",
    "key",
    "occurrences",
    "assignee",
    "is_read",
    "first_seen",
    "last_seen",
];

/// The matching alerts, read page by page as the client receives them; `limit` and `cursor` are ignored. An error after the
/// first page breaks the connection, so that no client takes a part for the whole.
pub async fn alerts(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Filters(query): Filters<AlertQuery>,
) -> Response {
    let first = AlertQuery { limit: Some(PAGE), cursor: None, ..query };
    let page = match web.dashboard.list_alert_page(&actor, first.clone()).await {
        Ok(page) => page,
        Err(error) => return answer(error),
    };
    let head = stream::once(async { Ok(bytes(std::iter::once(COLUMNS.map(str::to_owned)))) });
    let rest = stream::try_unfold(Some(page), move |page| next_page(web.clone(), actor.clone(), first.clone(), page));
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"alerts.csv\"")];
    (headers, Body::from_stream(head.chain(rest))).into_response()
}

/// The rows of a page, and the page after it.
async fn next_page(
    web: Web,
    actor: Actor,
    query: AlertQuery,
    page: Option<Page<Alert>>,
) -> app::Result<Option<(Bytes, Option<Page<Alert>>)>> {
    let Some(page) = page else { return Ok(None) };
    let rows = bytes(page.items.iter().map(row));
    let next = match page.next {
        None => None,
        cursor => Some(web.dashboard.list_alert_page(&actor, AlertQuery { cursor, ..query }).await?),
    };
    Ok(Some((rows, next)))
}

fn bytes(rows: impl Iterator<Item = [String; 13]>) -> Bytes {
    let mut table = csv::Writer::from_writer(Vec::new());
    for row in rows {
        let written = table.write_record(row);
        // A vector takes everything.
        debug_assert!(written.is_ok(), "{written:?}");
    }
    table.into_inner().unwrap_or_default().into()
}

fn row(alert: &Alert) -> [String; 13] {
    [
        alert.id.to_string(),
        alert.severity.to_string(),
        alert.kind.to_string(),
        alert.state.to_string(),
        harmless(&alert.title),
        harmless(&alert.message),
        harmless(&alert.source),
        harmless(alert.dedup_key.as_deref().unwrap_or_default()),
        alert.occurrences.to_string(),
        harmless(alert.assignee.as_deref().unwrap_or_default()),
        alert.is_read.to_string(),
        time::iso(alert.created_at),
        time::iso(alert.last_seen_at),
    ]
}

/// Spreadsheets take a cell that begins with one of these characters as a formula, and some split cells at semicolons
/// (OWASP, CSV Injection).
fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut is_start = true;
    for c in text.chars() {
        if is_start && matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r') {
            shown.push('\'');
        }
        shown.push(c);
        is_start = matches!(c, ';' | '\t' | '\n' | '\r');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_cell_is_never_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        assert_eq!(harmless("\t=1"), "'\t'=1");
        assert_eq!(harmless("x;=1"), "x;'=1");
        assert_eq!(harmless("Disk = full"), "Disk = full");
        assert_eq!(harmless(""), "");
    }
}
