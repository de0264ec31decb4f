//! The live stream as signals: connection state, arrivals, and the server's clock.

#[cfg(feature = "hydrate")]
pub mod desktop;
#[cfg(feature = "hydrate")]
mod gather;
#[cfg(feature = "hydrate")]
mod heard;
#[cfg(feature = "hydrate")]
mod socket;
#[cfg(feature = "hydrate")]
mod sound;
mod unread;

use std::collections::VecDeque;

use leptos::prelude::*;

use crate::types::{Alert, Numbers, Severity};

pub use unread::Unread;

/// Connection state as shown by the live pill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveState {
    /// Before the first connection.
    Connecting,
    /// Connected.
    Live {
        /// Latency of the last frame above the lowest so far, in milliseconds.
        lag_ms: i64,
    },
    /// Shown briefly after a reconnect.
    CaughtUp {
        /// Number of timeline steps that were missed while disconnected.
        missed: i64,
    },
    /// Disconnected; waits for the next attempt.
    Reconnecting,
    /// No frame for more than 20 s.
    Stale {
        /// Server time in Unix milliseconds.
        since: i64,
    },
}

impl LiveState {
    /// The value of `data-state` in the style sheet.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connecting | Self::Reconnecting => "connecting",
            Self::Live { .. } => "live",
            Self::CaughtUp { .. } => "caught-up",
            Self::Stale { .. } => "stale",
        }
    }
}

/// The server's time in Unix milliseconds, updated every second; constant until the page is hydrated.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// The time; set every second by the live stream.
    pub at: RwSignal<i64>,
    seen: Signal<i64>,
}

impl Clock {
    /// A clock that shows `now` until `at` is set.
    pub fn new(now: i64) -> Self {
        let at = RwSignal::new(now);
        Self { at, seen: at.into() }
    }

    /// The same clock, read through a signal of the current owner; see [`crate::ui::rows`].
    pub fn scoped(self) -> Self {
        Self { seen: Memo::new(move |_| self.now()).into(), ..self }
    }

    /// The current time, tracked as a signal.
    pub fn now(self) -> i64 {
        self.seen.get()
    }
}

/// An alert from the live stream.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Sequence number of its frame.
    pub seq: i64,
    /// Whether the alert was just opened rather than changed.
    pub is_new: bool,
    /// The alert as it is now.
    pub alert: Alert,
}

/// Live stream state shared by pages and the shell.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    /// State of the connection.
    pub state: RwSignal<LiveState>,
    /// The last 600 arrivals in order; a page applies those after the sequence number of its data.
    pub log: RwSignal<VecDeque<Arrival>>,
    /// The newest figures; `None` until a `stats` frame arrives.
    pub numbers: RwSignal<Option<Numbers>>,
    /// Incremented to make pages reload their data.
    pub reload: RwSignal<u32>,
    /// Whether the server runs another build than this page.
    pub outdated: RwSignal<bool>,
    /// Whether a critical alert plays a sound.
    pub sound: RwSignal<bool>,
    /// Lowest severity of new alerts that the browser notifies of while the page is hidden; `None` for off.
    pub desktop: RwSignal<Option<Severity>>,
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
            desktop: RwSignal::new(None),
            retries: RwSignal::new(0),
        }
    }

    /// Reconnects now instead of after the backoff.
    pub fn retry(self) {
        self.retries.update(|n| *n += 1);
    }

    /// Connects and follows the stream from `seq` on. `build` is the build id of this page. Does nothing on the server.
    pub fn start(self, clock: Clock, seq: i64, build: String) {
        #[cfg(feature = "hydrate")]
        {
            self.sound.set(sound::is_on());
            self.desktop.set(desktop::chosen());
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

    /// Changes from which severity on the browser notifies. Sets `refused` if it is not permitted.
    pub fn choose_desktop(self, from: Option<Severity>, refused: RwSignal<bool>) {
        #[cfg(feature = "hydrate")]
        leptos::task::spawn_local(async move {
            let now = desktop::choose(from).await;
            self.desktop.set(now);
            self.desktop.notify();
            refused.set(now != from);
        });
        #[cfg(not(feature = "hydrate"))]
        let _on_the_server = (from, refused);
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
