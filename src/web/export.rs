//! `GET /download/alerts.csv`: the filtered list as a table (RFC 4180).

use app::types::{Actor, Alert, AlertQuery, time};
use axum::Extension;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::Web;
use super::api::{Filters, answer};

/// Most rows of a table.
const MOST: usize = 10_000;

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

/// The matching alerts, at most 10,000; `limit` and `cursor` are ignored.
pub async fn alerts(
    State(web): State<Web>,
    Extension(actor): Extension<Actor>,
    Filters(query): Filters<AlertQuery>,
) -> Response {
    match rows(&web, &actor, query).await {
        Ok(alerts) => {
            let headers = [
                (CONTENT_TYPE, "text/csv; charset=utf-8"),
                (CONTENT_DISPOSITION, "attachment; filename=\"alerts.csv\""),
            ];
            (headers, table(&alerts)).into_response()
        }
        Err(error) => answer(error),
    }
}

async fn rows(web: &Web, actor: &Actor, query: AlertQuery) -> app::Result<Vec<Alert>> {
    let mut alerts = Vec::new();
    let mut query = AlertQuery { limit: Some(PAGE), cursor: None, ..query };
    while alerts.len() < MOST {
        let page = web.dashboard.list_alert_page(actor, query.clone()).await?;
        alerts.extend(page.items);
        if page.next.is_none() {
            break;
        }
        query.cursor = page.next;
    }
    Ok(alerts)
}

fn table(alerts: &[Alert]) -> Vec<u8> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let written = table.write_record(COLUMNS).and_then(|()| alerts.iter().try_for_each(|a| table.write_record(row(a))));
    // A vector takes everything.
    debug_assert!(written.is_ok(), "{written:?}");
    table.into_inner().unwrap_or_default()
}

fn row(alert: &Alert) -> [String; 13] {
    let text = |text: &str| harmless(text);
    [
        alert.id.to_string(),
        alert.severity.to_string(),
        alert.kind.to_string(),
        alert.state.to_string(),
        text(&alert.title),
        text(&alert.message),
        text(&alert.source),
        text(alert.dedup_key.as_deref().unwrap_or_default()),
        alert.occurrences.to_string(),
        text(alert.assignee.as_deref().unwrap_or_default()),
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
