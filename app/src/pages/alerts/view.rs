//! The list's filters, as encoded in the URL.

use leptos_router::params::ParamsMap;

use super::shown::Shown;
use crate::types::{Alert, AlertQuery, AlertSort, List, Severity, UNASSIGNED};
use crate::ui::list::toggle;
use crate::ui::{Address, Range};

/// Rows per page.
const PAGE: i64 = 50;

/// The list's filters, as encoded in the URL.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// Empty for any.
    pub severity: Vec<Severity>,
    /// Kinds and states.
    pub state: Shown,
    /// Hides read alerts.
    pub unread_only: bool,
    /// Email of the assignee, or [`UNASSIGNED`]; empty for any.
    pub assignee: String,
    /// Slug; empty for any.
    pub source: String,
    /// When it was last seen.
    pub range: Range,
    /// Search text.
    pub q: String,
    /// Another order than by time.
    pub sort: Option<AlertSort>,
    /// What it is grouped by, such as `title`; empty for a plain list.
    pub group: String,
    /// Cursor of an older page; `None` on the first.
    pub cursor: Option<String>,
}

impl View {
    /// Parses the URL; unknown values are ignored.
    pub fn read(params: &ParamsMap) -> Self {
        let severities = params.get("severity").unwrap_or_default();
        Self {
            severity: severities.split(',').filter_map(|word| word.parse().ok()).collect(),
            state: Shown::read(params.get("state").as_deref()),
            unread_only: params.get("is_read").as_deref() == Some("false"),
            assignee: params.get("assignee").unwrap_or_default(),
            source: params.get("source").unwrap_or_default(),
            range: Range::read(params),
            q: params.get("q").unwrap_or_default(),
            sort: params.get("sort").and_then(|word| word.parse().ok()),
            group: params.get("group").unwrap_or_default(),
            cursor: params.get("cursor"),
        }
    }

    /// Whether this is the default view, which only hides resolved alerts.
    pub fn is_default(&self) -> bool {
        self.arranged_plainly() == Self::default()
    }

    fn arranged_plainly(&self) -> Self {
        Self { sort: None, group: String::new(), range: self.range.effective(), ..self.clone() }
    }

    /// Number of filters that are set, besides the tab; `None` for none.
    pub fn narrowed(&self) -> Option<usize> {
        let set = [
            !self.severity.is_empty(),
            self.state == Shown::Resolved,
            self.unread_only,
            !self.assignee.is_empty(),
            !self.source.is_empty(),
            !self.range.is_any(),
            !self.q.is_empty(),
        ];
        Some(set.iter().filter(|is_set| **is_set).count()).filter(|n| *n > 0)
    }

    /// Whether it shows all unresolved alerts, except that it may be narrowed to severities.
    pub fn is_whole(&self) -> bool {
        Self { severity: Vec::new(), cursor: None, ..self.arranged_plainly() } == Self::default()
    }

    /// The API query of this view, with the time span relative to `now`.
    pub fn query(&self, now: i64) -> AlertQuery {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let (from, to) = self.range.bounds(now);
        AlertQuery {
            severity: List(self.severity.clone()),
            state: List(self.state.states().to_vec()),
            kind: List(self.state.kinds().to_vec()),
            is_read: self.unread_only.then_some(false),
            assignee: given(&self.assignee),
            source: given(&self.source),
            from,
            to,
            q: given(&self.q),
            sort: self.sort,
            limit: self.sort.is_none().then_some(PAGE),
            cursor: self.cursor.clone(),
            ..AlertQuery::default()
        }
    }

    /// Whether a new alert belongs in this list. Only the server can evaluate a text search.
    pub fn fits(&self, alert: &Alert) -> bool {
        let (states, kinds) = (self.state.states(), self.state.kinds());
        (self.severity.is_empty() || self.severity.contains(&alert.severity))
            && (states.is_empty() || states.contains(&alert.state))
            && (kinds.is_empty() || kinds.contains(&alert.kind))
            && !(self.unread_only && alert.is_read)
            && self.fits_assignee(alert)
            && !matches!(self.range, Range::Between(_, Some(_)))
            && (self.source.is_empty() || self.source == alert.source)
            && self.q.is_empty()
            && self.cursor.is_none()
    }

    fn fits_assignee(&self, alert: &Alert) -> bool {
        match self.assignee.as_str() {
            "" => true,
            UNASSIGNED => alert.assignee.is_none(),
            email => alert.assignee.as_deref() == Some(email),
        }
    }

    /// URL of the next page.
    pub fn with_cursor(&self, cursor: &str) -> String {
        Self { cursor: Some(cursor.to_owned()), ..self.clone() }.href()
    }

    /// URL of the list as a table.
    pub fn csv(&self, now: i64) -> String {
        let AlertQuery { severity, state, kind, is_read, source, assignee, from, to, q, .. } = self.query(now);
        Address::new("/download/alerts.csv")
            .with("severity", Some(severity.to_string()))
            .with("state", Some(state.to_string()))
            .with("kind", Some(kind.to_string()))
            .with("is_read", is_read.map(|is_read| is_read.to_string()))
            .with("source", source)
            .with("assignee", assignee)
            .with("from", from.map(|from| from.to_string()))
            .with("to", to.map(|to| to.to_string()))
            .with("q", q)
            .href()
    }

    /// URL with an alert open beside the list.
    pub fn with_open(&self, id: Option<i64>) -> String {
        self.address().with("open", id.map(|id| id.to_string())).href()
    }

    /// The view with a severity added or removed, on its first page.
    pub fn toggled(&self, severity: Severity) -> Self {
        let mut view = Self { cursor: None, ..self.clone() };
        toggle(&mut view.severity, severity);
        view
    }

    /// Value of the query parameter `severity`.
    pub fn severities(&self) -> String {
        self.severity.iter().map(|severity| severity.as_str()).collect::<Vec<_>>().join(",")
    }

    fn address(&self) -> Address {
        let address = Address::new("/alerts")
            .with("severity", Some(self.severities()))
            .with("state", Some(self.state.as_str().to_owned()))
            .with("is_read", self.unread_only.then(|| "false".to_owned()))
            .with("assignee", Some(self.assignee.clone()))
            .with("source", Some(self.source.clone()))
            .with("q", Some(self.q.clone()))
            .with("sort", self.sort.map(|sort| sort.to_string()))
            .with("group", Some(self.group.clone()))
            .with("cursor", self.cursor.clone());
        self.range.add_to(address)
    }

    /// URL of the view.
    pub fn href(&self) -> String {
        self.address().href()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::time;

    fn read(query: &[(&str, &str)]) -> View {
        let mut params = ParamsMap::new();
        query.iter().for_each(|(key, value)| params.insert(key.to_string(), value.to_string()));
        View::read(&params)
    }

    #[test]
    fn the_address_holds_every_filter() {
        let view =
            read(&[("severity", "critical,error,nonsense"), ("state", "all"), ("is_read", "false"), ("q", "a&b ü")]);
        assert_eq!(view.href(), "/alerts?severity=critical,error&state=all&is_read=false&q=a%26b%20%C3%BC");
        assert_eq!(
            view.toggled(Severity::Critical).href(),
            "/alerts?severity=error&state=all&is_read=false&q=a%26b%20%C3%BC"
        );
        assert_eq!(view.narrowed(), Some(3));
        assert_eq!(read(&[("state", "notices")]).narrowed(), None);
        assert!(read(&[("since", "nonsense")]).is_default());
        assert_eq!(read(&[("since", "1h")]).query(time::DAY).from, Some(time::DAY - time::HOUR));
    }
}
