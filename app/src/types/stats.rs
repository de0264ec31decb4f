//! Numbers of the Overview, all read from the roll-up per minute.

use serde::{Deserialize, Serialize};

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
    /// Critical alerts that nobody has resolved.
    pub critical_open: i64,
    /// Warnings and errors that nobody has resolved.
    pub warning_open: i64,
    /// Unread alerts of warning or worse.
    pub unread: i64,
    /// Open alerts that nobody was told about, because every channel failed.
    pub untold: i64,
    /// The last 24 hours, oldest first, the running one last.
    pub hours: Vec<Hour>,
    pub sources: Vec<SourceStats>,
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
