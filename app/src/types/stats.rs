//! Figures of the Overview, computed from per-minute rollups.

use serde::{Deserialize, Serialize};

/// A reason why alerts were not delivered, with their number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct UndeliveredReason {
    pub reason: String,
    pub count: i64,
}

/// Data of the tiles, the chart and the table of sources.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Stats {
    /// Events accepted since midnight UTC; the page derives the operator's local day from `hours`.
    pub events_today: i64,
    pub critical_24h: i64,
    /// Average time from receipt to alert over the last 24 hours, in milliseconds; `None` if nothing was processed.
    pub avg_processing_ms: Option<f64>,
    pub failed_24h: i64,
    /// Events accepted in the 24 hours before the last 24.
    pub events_before_24h: i64,
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
    /// Open alerts that nobody was notified of, because every channel failed.
    pub untold: i64,
    /// The reasons, most frequent first.
    #[serde(default)]
    pub untold_reasons: Vec<UndeliveredReason>,
    /// The last 24 hours, oldest first; the last one is the current hour.
    pub hours: Vec<Hour>,
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
    pub received: i64,
    pub failed: i64,
    pub info: i64,
    pub warning: i64,
    pub error: i64,
    pub critical: i64,
    pub took_ms: i64,
    pub took_count: i64,
}

/// One source over the last 24 hours.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct SourceStats {
    pub slug: String,
    pub name: String,
    pub provider: String,
    pub received: i64,
    pub failed: i64,
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
