//! Whether the pipeline itself is well.

use serde::{Deserialize, Serialize};

use super::text_enum::text_enum;

text_enum! {
    /// The three words of the health strip; the order is from well to ill.
    pub enum CheckStatus {
        Operational = "operational",
        Degraded = "degraded",
        Down = "down",
    }
}

impl CheckStatus {
    /// The word as a person reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Operational => "Operational",
            Self::Degraded => "Degraded",
            Self::Down => "Down",
        }
    }
}

/// One part of the system.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Check {
    pub status: CheckStatus,
    /// How long the check took, where it is a round trip.
    pub latency_ms: Option<f64>,
    pub detail: String,
}

/// Every check, by its fixed name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Checks {
    pub database: Check,
    pub bus: Check,
    pub queue: Check,
    pub websocket: Check,
}

/// The whole, as bad as its worst part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema))]
pub struct Health {
    pub status: CheckStatus,
    pub version: String,
    pub uptime_ms: i64,
    /// Open alerts that failed to notify anyone, because every channel failed.
    pub untold: i64,
    pub checks: Checks,
}
