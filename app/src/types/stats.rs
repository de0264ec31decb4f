//! Numbers of the Overview, all read from the roll-up per minute.

use serde::{Deserialize, Serialize};

/// Why nobody was told of some alerts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct UndeliveredReason {
    pub reason: String,
    pub count: i64,
}

/// What the stat tiles, the chart and the table of sources show.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Stats {
    /// Accepted since midnight UTC; the page counts the operator's own day from `hours`.
    pub events_today: i64,
    pub critical_24h: i64,
    /// From receipt to alert, over 24 hours; None when nothing was processed.
    pub avg_processing_ms: Option<f64>,
    pub failed_24h: i64,
    /// Accepted in the 24 hours before the last 24.
    pub events_before_24h: i64,
    pub events_24h: i64,
    /// Critical alerts that nobody has resolved. This and the next four are counted to 10,000: 10,001 is more than that.
    pub critical_open: i64,
    /// Warnings and errors that nobody has resolved; of each counted to 10,000.
    pub warning_open: i64,
    /// Alerts that nobody has resolved: info, warning, error, critical.
    #[serde(default)]
    pub open: [i64; 4],
    /// Unread alerts of warning or worse.
    pub unread: i64,
    /// Open alerts that failed to notify anyone, because every channel failed.
    pub untold: i64,
    /// Why, the most common first.
    #[serde(default)]
    pub untold_reasons: Vec<UndeliveredReason>,
    /// The last 24 hours, oldest first, the running one last.
    pub hours: Vec<Hour>,
    pub sources: Vec<SourceStats>,
}

/// Accepted since the start of an hour, as far as the hours reach back. Hours have fixed edges: unlike a sum over the last
/// 24 hours this one only grows.
pub fn received_since(hours: &[Hour], since: i64) -> i64 {
    hours.iter().filter(|hour| hour.at >= since).map(|hour| hour.received).sum()
}

/// One hour of all sources.
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

/// One source over 24 hours.
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
