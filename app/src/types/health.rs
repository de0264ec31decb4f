//! Health of the pipeline.

use serde::{Deserialize, Serialize};

use super::text_enum::text_enum;

text_enum! {
    /// Result of a health check, ordered from healthy to unhealthy.
    pub enum CheckStatus {
        Operational = "operational",
        Degraded = "degraded",
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
    pub status: CheckStatus,
    /// Duration of the round trip in milliseconds, if the check makes one.
    pub latency_ms: Option<f64>,
    pub detail: String,
}

/// All health checks by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Checks {
    pub database: Check,
    pub bus: Check,
    pub queue: Check,
    pub websocket: Check,
    /// Channels, and alerts that nobody was notified of.
    pub notifications: Check,
}

/// Overall health: the worst of all checks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Health {
    pub status: CheckStatus,
    pub version: String,
    pub uptime_ms: i64,
    /// Open alerts that nobody was notified of, because every channel failed.
    pub untold: i64,
    pub checks: Checks,
}
