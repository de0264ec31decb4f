//! Sorting and grouping of alerts. Both look at the newest matches only, so that they cost the same however many there are.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::alert::{Alert, Severity};
use super::text_enum::text_enum;

/// How many of the newest matches are sorted or grouped.
pub const MOST_ARRANGED: i64 = 1_000;

/// How many of them a sorted page has at most.
pub const MOST_SORTED: i64 = 200;

/// Groups that are sent at most.
const MOST_GROUPS: usize = 100;

/// Alerts in a group that are sent along.
const SHOWN: usize = 5;

text_enum! {
    /// An order of the list other than by time.
    pub enum AlertSort {
        /// Critical first.
        Severity = "severity",
        /// By title, A first.
        Title = "title",
        /// By name of the source, A first.
        Source = "source",
        /// Open, acknowledged, resolved.
        State = "state",
        /// Oldest problem first.
        FirstSeen = "first_seen",
        /// Most frequent first.
        Occurrences = "occurrences",
    }
}

impl AlertSort {
    /// Sorts in place; equal ones by when they were last seen, newest first.
    pub fn sort(self, alerts: &mut [Alert]) {
        alerts.sort_by(|a, b| self.compare(a, b).then_with(|| b.cursor().cmp(&a.cursor())));
    }

    fn compare(self, a: &Alert, b: &Alert) -> Ordering {
        match self {
            Self::Severity => b.severity.cmp(&a.severity),
            Self::Title => a.title.to_lowercase().cmp(&b.title.to_lowercase()),
            Self::Source => a.source_name.to_lowercase().cmp(&b.source_name.to_lowercase()),
            Self::State => a.state.cmp(&b.state),
            Self::FirstSeen => a.created_at.cmp(&b.created_at),
            Self::Occurrences => b.occurrences.cmp(&a.occurrences),
        }
    }
}

/// Alerts that have something in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct AlertGroup {
    /// What they have in common; empty for those that do not have it.
    pub name: String,
    /// Highest severity.
    pub severity: Severity,
    /// When one of them was last seen, in Unix milliseconds.
    pub last_seen_at: i64,
    /// Ids of all, newest first.
    pub ids: Vec<i64>,
    /// The newest five.
    pub alerts: Vec<Alert>,
}

/// Groups of the newest matches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct AlertGroups {
    /// The groups: most severe first, then the largest; at most 100.
    pub groups: Vec<AlertGroup>,
    /// Number of further groups.
    pub more: usize,
    /// Names of the metadata by which these alerts can be grouped, most frequent first, at most 20.
    pub labels: Vec<String>,
    /// Whether there are matches older than the newest 1,000.
    pub is_cut: bool,
}

impl AlertGroups {
    /// Of alerts, newest first; `is_cut` says whether there are older ones. `None` if `by` is unknown, see [`group_alerts`].
    pub fn new(alerts: Vec<Alert>, by: &str, is_cut: bool) -> Option<Self> {
        let labels = labels_of(&alerts);
        let mut groups = group_alerts(alerts, by)?;
        let more = groups.len().saturating_sub(MOST_GROUPS);
        groups.truncate(MOST_GROUPS);
        Some(Self { groups, more, labels, is_cut })
    }
}

/// Groups alerts, newest first, by `title`, `source`, `key`, `assignee`, or `label.` and a name of the metadata; `None` if it
/// is none of these.
pub fn group_alerts(alerts: Vec<Alert>, by: &str) -> Option<Vec<AlertGroup>> {
    let name = namer(by)?;
    let mut groups: BTreeMap<(i64, String), AlertGroup> = BTreeMap::new();
    for alert in alerts {
        let name = name(&alert);
        // Two sources may have the same name.
        let source = if by == "source" { alert.webhook_source_id } else { 0 };
        let group = groups.entry((source, name.clone())).or_insert_with(|| AlertGroup {
            name,
            severity: alert.severity,
            last_seen_at: alert.last_seen_at,
            ids: Vec::new(),
            alerts: Vec::new(),
        });
        group.severity = group.severity.max(alert.severity);
        group.ids.push(alert.id);
        if group.alerts.len() < SHOWN {
            group.alerts.push(alert);
        }
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse((group.severity, group.ids.len(), group.last_seen_at)));
    Some(groups)
}

/// What an alert's group is called.
type Namer<'a> = Box<dyn Fn(&Alert) -> String + 'a>;

fn namer(by: &str) -> Option<Namer<'_>> {
    Some(match by {
        "title" => Box::new(|alert| alert.title.clone()),
        "source" => Box::new(|alert| alert.source_name.clone()),
        "key" => Box::new(|alert| alert.dedup_key.clone().unwrap_or_default()),
        "assignee" => Box::new(|alert| alert.assignee.clone().unwrap_or_default()),
        _ => {
            let label = by.strip_prefix("label.").filter(|label| !label.is_empty())?;
            Box::new(move |alert| label_of(alert, label))
        }
    })
}

fn label_of(alert: &Alert, label: &str) -> String {
    match alert.metadata.get(label) {
        None | Some(serde_json::Value::Null) => String::new(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// Names in the metadata of these alerts, most frequent first, at most 20.
pub fn labels_of(alerts: &[Alert]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    alerts.iter().flat_map(|alert| alert.metadata.keys()).for_each(|name| *counts.entry(name).or_default() += 1);
    let mut names: Vec<_> = counts.into_iter().collect();
    names.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    names.into_iter().take(20).map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{AlertKind, AlertState};

    fn alert(id: i64, title: &str, severity: Severity, host: &str) -> Alert {
        Alert {
            id,
            webhook_event_id: None,
            position: 0,
            webhook_source_id: 1,
            title: title.to_owned(),
            message: String::new(),
            severity,
            metadata: serde_json::Map::from_iter([("host".to_owned(), host.into())]),
            is_read: false,
            kind: AlertKind::Problem,
            state: AlertState::Open,
            untold_reason: None,
            dedup_key: None,
            occurrences: 1,
            last_seen_at: id,
            muted_until: None,
            assignee: None,
            created_at: 100 - id,
            updated_at: id,
            source: "s".to_owned(),
            source_name: "S".to_owned(),
            provider: "generic".to_owned(),
            event_type: None,
        }
    }

    fn some() -> Vec<Alert> {
        vec![
            alert(3, "disk", Severity::Warning, "a"),
            alert(2, "Boot", Severity::Critical, "b"),
            alert(1, "disk", Severity::Error, "a"),
        ]
    }

    #[test]
    fn equal_ones_stay_newest_first() {
        let order = |sort: AlertSort| {
            let mut alerts = some();
            sort.sort(&mut alerts);
            alerts.iter().map(|alert| alert.id).collect::<Vec<_>>()
        };
        assert_eq!(order(AlertSort::Severity), [2, 1, 3]);
        assert_eq!(order(AlertSort::Title), [2, 3, 1]);
        assert_eq!(order(AlertSort::FirstSeen), [3, 2, 1]);
        assert_eq!(order(AlertSort::State), [3, 2, 1]);
    }

    #[test]
    fn every_alert_is_in_one_group() {
        for by in ["title", "source", "key", "assignee", "label.host", "label.none"] {
            let groups = group_alerts(some(), by).unwrap();
            let mut ids: Vec<i64> = groups.iter().flat_map(|group| group.ids.clone()).collect();
            ids.sort_unstable();
            assert_eq!(ids, [1, 2, 3], "{by}");
        }
        let groups = group_alerts(some(), "label.host").unwrap();
        let named: Vec<_> = groups.iter().map(|group| (group.name.as_str(), group.severity, group.ids.len())).collect();
        assert_eq!(named, [("b", Severity::Critical, 1), ("a", Severity::Error, 2)]);
        assert!(group_alerts(some(), "nonsense").is_none() && group_alerts(some(), "label.").is_none());
        assert_eq!(labels_of(&some()), ["host"]);
    }
}
