//! The live stream as signals: connection state, arrivals, and the server's clock.

#[cfg(feature = "hydrate")]
mod gather;
#[cfg(feature = "hydrate")]
mod heard;
#[cfg(feature = "hydrate")]
mod socket;
#[cfg(feature = "hydrate")]
mod sound;

use std::collections::VecDeque;

use leptos::prelude::*;

use crate::types::{Alert, Numbers};

/// Connection state as shown by the live pill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveState {
    /// Before the first connection.
    Connecting,
    Live {
        lag_ms: i64,
    },
    /// Shown briefly after a reconnect.
    CaughtUp {
        missed: i64,
    },
    Reconnecting,
    /// Nothing was received since that time.
    Stale {
        since: i64,
    },
}

impl LiveState {
    /// The CSS class.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connecting | Self::Reconnecting => "connecting",
            Self::Live { .. } => "live",
            Self::CaughtUp { .. } => "caught-up",
            Self::Stale { .. } => "stale",
        }
    }
}

/// The server's time in Unix milliseconds; constant until the page is hydrated.
#[derive(Clone, Copy, Debug)]
pub struct Clock(pub RwSignal<i64>);

impl Clock {
    /// The current time, tracked as a signal.
    pub fn now(self) -> i64 {
        self.0.get()
    }
}

/// An alert from the live stream.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub seq: i64,
    /// Whether the alert was just opened rather than changed.
    pub is_new: bool,
    pub alert: Alert,
}

/// Live stream state shared by pages and the shell.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    pub state: RwSignal<LiveState>,
    /// Recent arrivals in order; a page applies those after the sequence number it has loaded.
    pub log: RwSignal<VecDeque<Arrival>>,
    /// The newest figures, if any were received.
    pub numbers: RwSignal<Option<Numbers>>,
    /// Incremented to make pages reload their data.
    pub reload: RwSignal<u32>,
    /// Whether the server runs another build than this page.
    pub outdated: RwSignal<bool>,
    /// Whether a critical alert plays a sound.
    pub sound: RwSignal<bool>,
    /// Incremented to reconnect immediately.
    retries: RwSignal<u32>,
}

impl Live {
    /// A stream that is not connected yet.
    pub fn new() -> Self {
        Self {
            state: RwSignal::new(LiveState::Connecting),
            log: RwSignal::default(),
            numbers: RwSignal::new(None),
            reload: RwSignal::new(0),
            outdated: RwSignal::new(false),
            sound: RwSignal::new(false),
            retries: RwSignal::new(0),
        }
    }

    /// Reconnects now instead of after the backoff.
    pub fn retry(self) {
        self.retries.update(|n| *n += 1);
    }

    /// Follows the stream from `seq` on; does nothing on the server.
    pub fn start(self, clock: Clock, seq: i64, build: String) {
        #[cfg(feature = "hydrate")]
        {
            self.sound.set(sound::is_on());
            socket::follow(self, clock, seq, build);
        }
        #[cfg(not(feature = "hydrate"))]
        let _on_the_server = (clock, seq, build);
    }

    /// Toggles the sound; plays it once when it is switched on, as a preview.
    pub fn toggle_sound(self) {
        self.sound.update(|on| *on = !*on);
        #[cfg(feature = "hydrate")]
        sound::switch(self.sound.get_untracked());
    }

    /// Calls `apply` with batches of arrivals after `seq`: first those in the log, then new ones as they come.
    pub fn after(self, seq: i64, apply: impl Fn(Vec<Arrival>) + 'static) {
        let applied = StoredValue::new(seq);
        Effect::new(move |_| {
            let seen = applied.get_value();
            let arrived =
                self.log.with(|log| log.iter().filter(|arrival| arrival.seq > seen).cloned().collect::<Vec<_>>());
            if let Some(last) = arrived.last() {
                applied.set_value(last.seq);
                untrack(|| apply(arrived));
            }
        });
    }
}

impl Default for Live {
    fn default() -> Self {
        Self::new()
    }
}
