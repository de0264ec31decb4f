//! Earlier alerts with the same key.

use serde::{Deserialize, Serialize};

use super::AlertState;

/// An earlier alert with the same key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(schemars::JsonSchema, sqlx::FromRow))]
pub struct Earlier {
    /// Id of the alert.
    pub id: i64,
    /// Its present state.
    #[cfg_attr(feature = "ssr", sqlx(try_from = "String"))]
    pub state: AlertState,
    /// When it was opened, in Unix milliseconds.
    pub created_at: i64,
    /// When it was last resolved, in Unix milliseconds; `None` if it never was.
    pub ended_at: Option<i64>,
}

impl Earlier {
    /// Most of them in an answer.
    pub const MOST: i64 = 100;

    /// From the opening to the end, in milliseconds; `None` while it is not resolved.
    pub fn duration(&self) -> Option<i64> {
        self.ended_at.filter(|_| self.state == AlertState::Resolved).map(|end| (end - self.created_at).max(0))
    }
}

/// The median of their durations, in milliseconds; `None` if none is resolved.
pub fn median_duration(earlier: &[Earlier]) -> Option<i64> {
    let mut durations: Vec<i64> = earlier.iter().filter_map(Earlier::duration).collect();
    durations.sort_unstable();
    durations.get(durations.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn took(duration: Option<i64>) -> Earlier {
        let state = if duration.is_some() { AlertState::Resolved } else { AlertState::Open };
        Earlier { id: 1, state, created_at: 1_000, ended_at: duration.map(|duration| 1_000 + duration) }
    }

    #[test]
    fn the_median_is_that_of_the_resolved_ones() {
        assert_eq!(median_duration(&[]), None);
        assert_eq!(median_duration(&[took(None)]), None);
        assert_eq!(median_duration(&[took(Some(9)), took(None), took(Some(1)), took(Some(5))]), Some(5));
        assert_eq!(took(Some(-7)).duration(), Some(0), "clocks may differ");
    }
}
