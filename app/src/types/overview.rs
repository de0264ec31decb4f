//! What the Overview shows at once, and what the shell around every page knows.

use serde::{Deserialize, Serialize};

use super::{Actor, Alert, AlertChange, Health, Stats};

/// What a `stats` frame carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    /// Of the UTC day; the page counts the operator's own day from `hours`.
    pub stats: Stats,
    pub health: Health,
}

/// The Overview as of `now`; `seq` was read before the rest, so that the live stream can go on from there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    pub seq: i64,
    pub now: i64,
    pub numbers: Numbers,
    /// The last ten alerts, newest first.
    pub recent: Vec<Alert>,
}

/// Who is signed in, and where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shell {
    pub actor: Actor,
    /// Host of `APP_URL`.
    pub host: String,
    pub version: String,
    pub build: String,
    pub started_at: i64,
    pub now: i64,
    /// Where the live stream stood when this was read.
    pub seq: i64,
    /// Unread alerts of warning or worse.
    pub unread: i64,
}

/// Alerts as of `now`; `seq` was read before them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertList {
    pub seq: i64,
    pub now: i64,
    pub page: super::Page<Alert>,
    /// Unread alerts of warning or worse, whatever the filter.
    pub unread: i64,
    /// Alerts that nobody has resolved, by severity: info, warning, error, critical.
    pub counts: [i64; 4],
    /// The largest id there was: what a change of "everything that matches" is about.
    pub newest: i64,
    /// What the list can be narrowed to.
    pub sources: Vec<SourceName>,
    /// Whoever looks saved these.
    pub saved: Vec<super::SavedFilter>,
}

/// A source as a filter offers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceName {
    pub slug: String,
    pub name: String,
    /// Pack, for its mark.
    pub provider: String,
}

/// A change that was made, for whoever wants to take it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    pub change: AlertChange,
    /// None where it was a filter that chose.
    pub ids: Option<Vec<i64>>,
    pub count: i64,
}
