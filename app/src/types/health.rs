//! Health checks, as in `/api/v1/health` and on the Overview.

use serde::{Deserialize, Serialize};

use super::text_enum::text_enum;

text_enum! {
    /// Result of a health check, ordered from healthy to unhealthy.
    pub enum CheckStatus {
        /// Works.
        Operational = "operational",
        /// Works, but slowly or in part.
        Degraded = "degraded",
        /// Does not work, or the check itself failed.
        Down = "down",
    }
}

impl CheckStatus {
    /// The label in the user interface.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Operational => "Operational",
            Self::Degraded => "Degraded",
            Self::Down => "Down",
        }
    }
}

/// The result of one health check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Check {
    /// Result of the check.
    pub status: CheckStatus,
    /// Duration of the round trip in milliseconds, if the check makes one.
    pub latency_ms: Option<f64>,
    /// One line for users, such as the version or the error.
    pub detail: String,
}

/// All health checks by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Checks {
    /// A round trip, and whether recent writes failed.
    pub database: Check,
    /// A round trip to Redis; always operational without Redis.
    pub bus: Check,
    /// Worker heartbeats, and the age of the oldest waiting event.
    pub queue: Check,
    /// Number of connected clients.
    pub websocket: Check,
    /// Failing channels and undelivered alerts.
    pub notifications: Check,
}

impl Checks {
    /// The checks with their names in the user interface.
    pub const fn named(&self) -> [(&'static str, &Check); 5] {
        [
            ("Redis bus", &self.bus),
            ("Queue workers", &self.queue),
            ("WebSocket", &self.websocket),
            ("Database", &self.database),
            ("Notifications", &self.notifications),
        ]
    }

    /// The check with the worst result, and its name.
    pub fn worst(&self) -> Option<(&'static str, &Check)> {
        self.named().into_iter().max_by_key(|(_, check)| check.status)
    }
}

/// Overall health of the installation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Health {
    /// The worst status of all checks.
    pub status: CheckStatus,
    /// Version of the server.
    pub version: String,
    /// Time since the start of this process, in milliseconds.
    pub uptime_ms: i64,
    /// Number of open undelivered alerts; 10,001 means more than 10,000.
    pub untold: i64,
    /// The individual checks.
    pub checks: Checks,
}
