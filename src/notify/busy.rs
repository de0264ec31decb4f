//! Ensures that at most one task of the process drains a channel. After a panic the channel is paused, with exponential
//! backoff.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Upper bound of the pause after a panic.
const LONGEST: Duration = Duration::from_secs(300);

/// Channels that are being drained, and those paused after a panic, by id. Clones share their state.
#[derive(Clone, Debug, Default)]
pub struct Busy(Arc<Mutex<HashMap<i64, State>>>);

#[derive(Clone, Copy, Debug)]
enum State {
    AtWork,
    Rests { panics: u32, until: Instant },
}

/// The exclusive right to drain a channel. Dropping it during a panic pauses the channel.
#[derive(Debug)]
pub struct BusyGuard {
    busy: Busy,
    channel: i64,
    panics: u32,
}

impl Busy {
    /// `None` while another task has the guard, and while the channel is paused.
    pub fn enter(&self, channel: i64) -> Option<BusyGuard> {
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let panics = match states.get(&channel) {
            None => 0,
            Some(State::Rests { panics, until }) if *until <= Instant::now() => *panics,
            Some(_) => return None,
        };
        states.insert(channel, State::AtWork);
        Some(BusyGuard { busy: self.clone(), channel, panics })
    }
}

impl Drop for BusyGuard {
    fn drop(&mut self) {
        let mut states = self.busy.0.lock().unwrap_or_else(PoisonError::into_inner);
        if std::thread::panicking() {
            let rest = Duration::from_secs(1 << self.panics.min(9)).min(LONGEST);
            states.insert(self.channel, State::Rests { panics: self.panics + 1, until: Instant::now() + rest });
        } else {
            states.remove(&self.channel);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn panic_with(turn: BusyGuard) {
        let ended = tokio::spawn(async move {
            let _turn = turn;
            panic!("on purpose");
        });
        assert!(ended.await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_panics_gives_its_channel_back_and_rests_longer_each_time() {
        let busy = Busy::default();
        let turn = busy.enter(1).unwrap();
        assert!(busy.enter(1).is_none() && busy.enter(2).is_some());
        panic_with(turn).await;
        for rest in [1, 2, 4] {
            tokio::time::advance(Duration::from_millis(rest * 1000 - 1)).await;
            assert!(busy.enter(1).is_none(), "{rest}");
            tokio::time::advance(Duration::from_millis(1)).await;
            panic_with(busy.enter(1).unwrap()).await;
        }
        tokio::time::advance(LONGEST).await;
        drop(busy.enter(1).unwrap());
        assert!(busy.enter(1).is_some(), "one that worked begins anew");
    }
}
