//! Figures of the Overview, computed from per-minute rollups.

use serde::{Deserialize, Serialize};

/// A reason why alerts were not delivered, with their number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct UndeliveredReason {
    /// A phrase, such as `no matching channel`.
    pub reason: String,
    /// Number of alerts; 10,001 means more than 10,000.
    pub count: i64,
}

/// Data of the tiles, the chart and the table of sources.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Stats {
    /// Events accepted since midnight UTC; the page derives the operator's local day from `hours`.
    pub events_today: i64,
    /// Critical alerts opened in the last 24 hours.
    pub critical_24h: i64,
    /// Average time from receipt to alert over the last 24 hours, in milliseconds; `None` if nothing was processed.
    pub avg_processing_ms: Option<f64>,
    /// Events that failed for good in the last 24 hours.
    pub failed_24h: i64,
    /// Events accepted in the 24 hours before the last 24.
    pub events_before_24h: i64,
    /// Events accepted in the last 24 hours.
    pub events_24h: i64,
    /// Unresolved critical alerts. This count and the next four stop at 10,000: a value of 10,001 means more than that.
    pub critical_open: i64,
    /// Unresolved warnings and errors, each counted up to 10,000.
    pub warning_open: i64,
    /// Unresolved alerts by severity: info, warning, error, critical.
    #[serde(default)]
    pub open: [i64; 4],
    /// Unread alerts with severity warning or above.
    pub unread: i64,
    /// Open undelivered alerts.
    pub untold: i64,
    /// The eight most frequent reasons why alerts are undelivered, the most frequent first.
    #[serde(default)]
    pub untold_reasons: Vec<UndeliveredReason>,
    /// The last 24 hours, oldest first; the last one is the current hour.
    pub hours: Vec<Hour>,
    /// All sources, by events received, most first.
    pub sources: Vec<SourceStats>,
}

/// Events accepted since the start of an hour, as far as `hours` reaches back. Unlike a sliding 24-hour sum it never
/// decreases, as it starts at a fixed time.
pub fn received_since(hours: &[Hour], since: i64) -> i64 {
    hours.iter().filter(|hour| hour.at >= since).map(|hour| hour.received).sum()
}

/// One hour, summed over all sources.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Hour {
    /// Start of the hour, Unix milliseconds.
    pub at: i64,
    /// Accepted events, without duplicates.
    pub received: i64,
    /// Events that failed for good.
    pub failed: i64,
    /// New alerts of severity info.
    pub info: i64,
    /// New alerts of severity warning.
    pub warning: i64,
    /// New alerts of severity error.
    pub error: i64,
    /// New alerts of severity critical.
    pub critical: i64,
    /// Sum of the times from receipt to commit of the alerts, in milliseconds.
    pub took_ms: i64,
    /// Number of events in `took_ms`.
    pub took_count: i64,
}

impl Hour {
    /// Adds the counts of another.
    pub fn add(&mut self, other: &Self) {
        self.received += other.received;
        self.failed += other.failed;
        self.info += other.info;
        self.warning += other.warning;
        self.error += other.error;
        self.critical += other.critical;
        self.took_ms += other.took_ms;
        self.took_count += other.took_count;
    }
}

/// One source over the last 24 hours.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct SourceStats {
    /// Slug of the source.
    pub slug: String,
    /// Display name.
    pub name: String,
    /// Id of the provider pack, for the icon.
    pub provider: String,
    /// Accepted events, without duplicates.
    pub received: i64,
    /// Events that failed for good.
    pub failed: i64,
    /// Time of the newest stored event, in Unix milliseconds; `None` if there is none.
    pub last_event_at: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_since_grows_though_as_much_leaves_the_day() {
        let hours = |counts: [i64; 3]| {
            (0..).zip(counts).map(|(at, received)| Hour { at, received, ..Hour::default() }).collect::<Vec<_>>()
        };
        let (before, after) = (hours([50, 0, 10]), hours([45, 0, 15]));
        assert_eq!(received_since(&after, 2) - received_since(&before, 2), 5);
        assert_eq!(received_since(&after, 9), 0);
    }
}
