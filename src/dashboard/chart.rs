//! The sums behind the bars of a chart.

use std::time::Duration;

use app::Error;
use app::types::{Hour, bucketed, time};

use super::Dashboard;
use crate::error::Result;

/// Bars that a chart may have.
const MOST_BARS: usize = 64;

/// How far back a chart may reach, in milliseconds.
const LONGEST: i64 = 40 * time::DAY;

/// A chart that reaches back no further is read by the minute, in milliseconds.
const SHORT: i64 = 2 * time::HOUR;

/// All other charts share one read of quarters of an hour, at most this old: a month of 20 busy sources takes 0.35 s.
const QUARTERS_AGE: Duration = Duration::from_secs(30);

impl Dashboard {
    /// Sums from each start to the next.
    pub(super) async fn chart(&self, starts: &[i64]) -> Result<Vec<Hour>> {
        let (now, first) = (self.ops.now(), starts.first().copied().unwrap_or_default());
        if starts.len() > MOST_BARS || !starts.is_sorted() || first < now - LONGEST {
            return Err(Error::invalid("starts", "must be up to 64 ascending times of the last 40 days").into());
        }
        if now - first <= SHORT {
            return Ok(bucketed(&self.ops.db.list_sums(first, time::MINUTE).await?, starts));
        }
        let read = self.ops.db.list_sums(now - LONGEST, time::QUARTER);
        let quarters = self.ops.quarters.within(QUARTERS_AGE, read, || sqlx::Error::PoolTimedOut).await?;
        Ok(bucketed(&quarters, starts))
    }
}
