//! Whether deliveries can be stored, judged by the most recent attempt.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::{Result, is_unavailable};

/// How long a failure rejects further attempts, and the deadline of the trial after it.
const REMEMBERED: Duration = Duration::from_secs(1);

/// A circuit breaker: after a failure, attempts fail fast, except for one trial per second.
#[derive(Debug, Default)]
pub struct Availability {
    state: Mutex<State>,
    /// Held while probing, so that concurrent readiness checks share one probe.
    pub asking: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    stored_at: Option<Instant>,
    away: Option<Away>,
}

#[derive(Clone, Debug)]
struct Away {
    since: Instant,
    until: Instant,
    why: String,
}

impl Availability {
    /// The deadline of a delivery: `usual`, or a second for the trial that checks whether the database is back.
    ///
    /// # Errors
    /// The reason of the last failure, while the circuit is open.
    pub fn enter(&self, usual: Duration) -> std::result::Result<Duration, String> {
        let (mut state, now) = (self.state(), Instant::now());
        match &mut state.away {
            None => Ok(usual),
            Some(away) if now < away.until => Err(away.why.clone()),
            Some(away) => {
                away.until = now + REMEMBERED;
                Ok(REMEMBERED)
            }
        }
    }

    /// The state if it is known without a probe: `Ok` if something was stored within `fresh`, `Err` with the reason if the
    /// last attempt failed within a second; `None` otherwise.
    pub fn known(&self, fresh: Duration) -> Option<std::result::Result<(), String>> {
        let state = self.state();
        match &state.away {
            Some(away) if Instant::now() < away.until => Some(Err(away.why.clone())),
            Some(_) => None,
            None => state.stored_at.filter(|at| at.elapsed() < fresh).map(|_| Ok(())),
        }
    }

    /// Records the result of an attempt. Errors that are not about availability, such as a deadlock or a bad row, are
    /// ignored.
    pub fn note<T>(&self, done: &Result<T>) {
        match done {
            Ok(_) => self.stored(),
            Err(error) if is_unavailable(error) => self.failed(error.to_string()),
            Err(_) => {}
        }
    }

    fn stored(&self) {
        let mut state = self.state();
        state.stored_at = Some(Instant::now());
        if let Some(away) = state.away.take() {
            tracing::info!("database available again after {} s", away.since.elapsed().as_secs());
        }
    }

    /// Records a failure, and logs it if it is the first in a row.
    pub fn failed(&self, why: String) {
        let (mut state, now) = (self.state(), Instant::now());
        if state.away.is_none() {
            tracing::error!("database unavailable, responding 503 to deliveries: {why}");
        }
        let since = state.away.as_ref().map_or(now, |away| away.since);
        state.away = Some(Away { since, until: now + REMEMBERED, why });
    }

    /// The reason of the last failure, if nothing was stored since and no more than a second plus `lately` has passed.
    pub fn failing(&self, lately: Duration) -> Option<String> {
        let state = self.state();
        state.away.as_ref().filter(|away| Instant::now() < away.until + lately).map(|away| away.why.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn away() -> Result<()> {
        Err(sqlx::Error::PoolTimedOut)
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_failure_one_a_second_tries() {
        let (availability, usual) = (Availability::default(), Duration::from_secs(3));
        assert_eq!(availability.enter(usual), Ok(usual));
        availability.note(&away());
        assert!(availability.enter(usual).is_err() && availability.known(usual).unwrap().is_err());
        tokio::time::advance(REMEMBERED).await;
        assert!(availability.failing(Duration::ZERO).is_none() && availability.failing(usual).is_some());
        assert_eq!(availability.enter(usual), Ok(REMEMBERED), "one tries");
        assert!(availability.enter(usual).is_err(), "and only one");
        availability.note(&Ok(()));
        assert_eq!((availability.enter(usual), availability.known(usual)), (Ok(usual), Some(Ok(()))));
        availability.note::<()>(&Err(sqlx::Error::RowNotFound));
        assert_eq!(availability.enter(usual), Ok(usual), "what was asked is no trouble of the database");
    }
}
