//! Data of the Overview and of the shell around every page.

use serde::{Deserialize, Serialize};

use super::{Actor, Alert, AlertChange, Health, Stats};

/// Data of a `stats` frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    /// The figures of the Overview.
    pub stats: Stats,
    /// The health checks.
    pub health: Health,
}

/// Data of the Overview.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// Sequence number of the live stream, read before the rest, so that the stream can resume from it without gaps.
    pub seq: i64,
    /// Server time, in Unix milliseconds.
    pub now: i64,
    /// Figures and health.
    pub numbers: Numbers,
    /// The last ten alerts, newest first.
    pub recent: Vec<Alert>,
}

/// The signed-in user and the installation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shell {
    /// The signed-in user.
    pub actor: Actor,
    /// Host of `APP_URL`.
    pub host: String,
    /// Version of the server.
    pub version: String,
    /// Build id; a page of another build is outdated.
    pub build: String,
    /// Start of the server process, in Unix milliseconds.
    pub started_at: i64,
    /// Server time, in Unix milliseconds.
    pub now: i64,
    /// Sequence number of the live stream when this was read.
    pub seq: i64,
    /// Unread alerts with severity warning or above.
    pub unread: i64,
    /// Emails of those who alerts can be assigned to; empty for viewers.
    pub assignees: Vec<String>,
}

/// A page of alerts with the data of the filter bar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertList {
    /// Sequence number of the live stream, read before the alerts, so that the stream can resume from it without gaps.
    pub seq: i64,
    /// Server time, in Unix milliseconds.
    pub now: i64,
    /// The alerts.
    pub page: super::Page<Alert>,
    /// Unresolved alerts by severity: info, warning, error, critical.
    pub counts: [i64; 4],
    /// Largest alert id at that time; bounds a change of everything that matches.
    pub newest: i64,
    /// Options of the source filter.
    pub sources: Vec<SourceName>,
    /// Saved filters of the current user.
    pub saved: Vec<super::SavedFilter>,
}

/// A source as a filter option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceName {
    /// Value of the filter.
    pub slug: String,
    /// Display name.
    pub name: String,
    /// Provider pack, for the icon.
    pub provider: String,
}

/// The result of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The change that was made; after an undo its inverse.
    pub change: AlertChange,
    /// Id by which the same actor can undo the change for ten minutes. `None` after an undo, and if nothing changed.
    pub undo: Option<String>,
    /// Number of changed alerts.
    pub count: i64,
    /// Whether an error ended a change in several batches, so that others were not changed.
    #[serde(default)]
    pub incomplete: bool,
}
