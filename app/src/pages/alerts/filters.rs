//! What the address says is shown, and the links that change it.

use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use crate::types::{Alert, AlertQuery, AlertState, List, Severity};
use crate::ui::Icon;
use crate::ui::badge::{Severities, severity_icon};

/// Rows of one page.
const PAGE: i64 = 50;

/// The list's filters, as they stand in the address.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    severity: Vec<Severity>,
    state: Shown,
    unread_only: bool,
    cursor: Option<String>,
}

/// Which states are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Shown {
    #[default]
    Unresolved,
    Resolved,
    All,
}

impl View {
    /// Reads the address; what it does not know it leaves out.
    pub fn read(params: &ParamsMap) -> Self {
        let severities = params.get("severity").unwrap_or_default();
        Self {
            severity: severities.split(',').filter_map(|word| word.parse().ok()).collect(),
            state: match params.get("state").as_deref() {
                Some("resolved") => Shown::Resolved,
                Some("all") => Shown::All,
                _ => Shown::Unresolved,
            },
            unread_only: params.get("is_read").as_deref() == Some("false"),
            cursor: params.get("cursor"),
        }
    }

    /// Whether nothing is filtered but what is resolved.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What the server is asked.
    pub fn query(&self) -> AlertQuery {
        AlertQuery {
            severity: List(self.severity.clone()),
            state: List(self.states().to_vec()),
            is_read: self.unread_only.then_some(false),
            limit: Some(PAGE),
            cursor: self.cursor.clone(),
            ..AlertQuery::default()
        }
    }

    /// Whether a new alert belongs on top of this list.
    pub fn fits(&self, alert: &Alert) -> bool {
        let states = self.states();
        (self.severity.is_empty() || self.severity.contains(&alert.severity))
            && (states.is_empty() || states.contains(&alert.state))
            && !(self.unread_only && alert.is_read)
            && self.cursor.is_none()
    }

    /// The address of the next page.
    pub fn with_cursor(&self, cursor: &str) -> String {
        Self { cursor: Some(cursor.to_owned()), ..self.clone() }.href()
    }

    const fn states(&self) -> &'static [AlertState] {
        match self.state {
            Shown::Unresolved => &[AlertState::Open, AlertState::Acknowledged],
            Shown::Resolved => &[AlertState::Resolved],
            Shown::All => &[],
        }
    }

    fn toggled(&self, severity: Severity) -> Self {
        let mut view = Self { cursor: None, ..self.clone() };
        match view.severity.iter().position(|present| *present == severity) {
            Some(place) => drop(view.severity.remove(place)),
            None => view.severity.push(severity),
        }
        view
    }

    fn href(&self) -> String {
        let severities: Vec<&str> = self.severity.iter().map(|severity| severity.as_str()).collect();
        let state = match self.state {
            Shown::Unresolved => "",
            Shown::Resolved => "resolved",
            Shown::All => "all",
        };
        let read = if self.unread_only { "false" } else { "" };
        let cursor = self.cursor.as_deref().unwrap_or_default();
        let pairs = [
            ("severity", severities.join(",")),
            ("state", state.into()),
            ("is_read", read.into()),
            ("cursor", cursor.into()),
        ];
        let pairs: Vec<String> =
            pairs.iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| format!("{key}={value}")).collect();
        if pairs.is_empty() { "/alerts".to_owned() } else { format!("/alerts?{}", pairs.join("&")) }
    }
}

#[component]
pub fn Filters(view_of: View) -> impl IntoView {
    let unread = View { unread_only: !view_of.unread_only, cursor: None, ..view_of.clone() };
    let clear = (!view_of.is_default()).then(|| {
        view! {
            <a class="button" data-kind="quiet" data-size="small" href="/alerts">"Clear"</a>
        }
    });
    view! {
        <div class="chips list-filters">
            <nav class="segmented" aria-label="State">
                {[(Shown::Unresolved, "Unresolved"), (Shown::Resolved, "Resolved"), (Shown::All, "All")]
                    .map(|(state, word)| state_link(&view_of, state, word))
                    .collect_view()}
            </nav>
            <span class="divider"></span>
            <nav class="chips" data-inline="" aria-label="Severity and read filter">
                {Severities::worst_first().map(|severity| severity_chip(&view_of, severity)).collect_view()}
                <a class="chip" href=unread.href() aria-current=view_of.unread_only.then_some("true")>"Unread"</a>
                {clear}
            </nav>
        </div>
    }
}

fn state_link(view_of: &View, state: Shown, word: &'static str) -> impl IntoView + use<> {
    let href = View { state, cursor: None, ..view_of.clone() }.href();
    view! { <a href=href aria-current=(view_of.state == state).then_some("true")>{word}</a> }
}

fn severity_chip(view_of: &View, severity: Severity) -> impl IntoView + use<> {
    let is_on = view_of.severity.contains(&severity);
    view! {
        <a class="chip" data-severity=severity.as_str() href=view_of.toggled(severity).href() aria-current=is_on.then_some("true")>
            <Icon data=severity_icon(severity)/>{severity.label()}
        </a>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> View {
        let mut params = ParamsMap::new();
        query.iter().for_each(|(key, value)| params.insert(key.to_string(), value.to_string()));
        View::read(&params)
    }

    #[test]
    fn the_address_holds_every_filter() {
        let view = read(&[("severity", "critical,error,nonsense"), ("state", "all"), ("is_read", "false")]);
        assert_eq!(view.href(), "/alerts?severity=critical,error&state=all&is_read=false");
        assert_eq!(view.toggled(Severity::Critical).href(), "/alerts?severity=error&state=all&is_read=false");
        assert!(read(&[]).is_default());
    }
}
