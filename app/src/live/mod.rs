//! The live stream as signals: where it stands, what came, what time it is at the server.

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

/// The pill's states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveState {
    /// Before the first connection.
    Connecting,
    Live {
        lag_ms: i64,
    },
    /// For a moment after a return.
    CaughtUp {
        missed: i64,
    },
    Reconnecting,
    /// Nothing was heard since.
    Stale {
        since: i64,
    },
}

impl LiveState {
    /// The word in CSS.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connecting | Self::Reconnecting => "connecting",
            Self::Live { .. } => "live",
            Self::CaughtUp { .. } => "caught-up",
            Self::Stale { .. } => "stale",
        }
    }
}

/// The server's time, in Unix milliseconds; stands still until the page runs.
#[derive(Clone, Copy, Debug)]
pub struct Clock(pub RwSignal<i64>);

impl Clock {
    /// The present, as a signal.
    pub fn now(self) -> i64 {
        self.0.get()
    }
}

/// What a frame tells of an alert.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub seq: i64,
    /// Whether it was opened just then, and not only changed.
    pub is_new: bool,
    pub alert: Alert,
}

/// What pages and the shell share of the stream.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    pub state: RwSignal<LiveState>,
    /// What came last, in order; a page applies what is after that which it has loaded.
    pub log: RwSignal<VecDeque<Arrival>>,
    /// The newest numbers, once some came.
    pub numbers: RwSignal<Option<Numbers>>,
    /// Counts orders to reload what is shown.
    pub reload: RwSignal<u32>,
    /// Whether another build answers than the one this page is of.
    pub outdated: RwSignal<bool>,
    /// Whether a critical alert makes a sound.
    pub sound: RwSignal<bool>,
    /// Counts wishes to connect at once.
    retries: RwSignal<u32>,
}

impl Live {
    /// A stream that has not begun.
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

    /// Connects now rather than after the pause.
    pub fn retry(self) {
        self.retries.update(|n| *n += 1);
    }

    /// Begins to follow the stream from `seq` on; only in a browser.
    pub fn start(self, clock: Clock, seq: i64, build: String) {
        #[cfg(feature = "hydrate")]
        {
            self.sound.set(sound::is_on());
            socket::follow(self, clock, seq, build);
        }
        #[cfg(not(feature = "hydrate"))]
        let _on_the_server = (clock, seq, build);
    }

    /// Switches the sound, and plays it once so that one knows it.
    pub fn toggle_sound(self) {
        self.sound.update(|on| *on = !*on);
        #[cfg(feature = "hydrate")]
        sound::switch(self.sound.get_untracked());
    }

    /// Calls `apply` with what came after `seq`: that of the log first and then as it comes, all at once what came together.
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
