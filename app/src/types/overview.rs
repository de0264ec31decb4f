//! Data of the Overview and of the shell around every page.

use serde::{Deserialize, Serialize};

use super::{Actor, Alert, AlertChange, AlertState, Health, Stats};

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
    /// Unread alerts with severity warning or above, regardless of the filter.
    pub unread: i64,
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

/// The result of a change, with what is needed to undo it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The change that was made; after an undo its inverse.
    pub change: AlertChange,
    /// Previous states of the changed alerts. Empty if a filter selected them, and after an undo.
    pub before: Vec<Before>,
    /// Id under which the server keeps the previous states of alerts that a filter selected, for ten minutes. `None` for a
    /// change by ids, after an undo, if nothing changed, and for more than 200,000 alerts.
    pub undo: Option<String>,
    /// Number of changed alerts.
    pub count: i64,
}

/// State of an alert before a change. Text form `17.open.0.-`: id, state, whether it was read, until when it was muted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Before {
    /// Id of the alert.
    pub id: i64,
    /// State before the change.
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub state: AlertState,
    /// Whether it was read.
    pub is_read: bool,
    /// End of its mute, in Unix milliseconds; `None` if it was not muted.
    pub muted_until: Option<i64>,
}

impl std::fmt::Display for Before {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let muted = self.muted_until.map_or_else(|| "-".to_owned(), |until| until.to_string());
        write!(f, "{}.{}.{}.{muted}", self.id, self.state, u8::from(self.is_read))
    }
}

impl std::str::FromStr for Before {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "is not a valid previous alert state".to_owned();
        let parts: Vec<&str> = text.split('.').collect();
        let [id, state, is_read @ ("0" | "1"), muted] = parts[..] else { return Err(wrong()) };
        let muted_until = if muted == "-" { None } else { Some(muted.parse().map_err(|_| wrong())?) };
        Ok(Self { id: id.parse().map_err(|_| wrong())?, state: state.parse()?, is_read: is_read == "1", muted_until })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_an_alert_was_survives_its_text() {
        for muted_until in [None, Some(1_700_000_000_000)] {
            let before = Before { id: 17, state: AlertState::Acknowledged, is_read: true, muted_until };
            assert_eq!(before.to_string().parse(), Ok(before));
        }
        for text in ["", "17", "17.open.2.-", "17.gone.0.-", "x.open.0.-", "17.open.0.-.1"] {
            assert!(text.parse::<Before>().is_err(), "{text}");
        }
    }
}
