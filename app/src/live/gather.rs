//! Batches live frames, so that a list renders once per batch rather than once per frame.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;

use super::{Arrival, Live};

/// Minimum time between two batches, in milliseconds. A single frame after a quiet period is applied at once.
const PAUSE: i64 = 100;

/// Minimum time between two reloads of the page's data, in milliseconds: a change of thousands of alerts requests many.
const BETWEEN_RELOADS: i64 = 1_000;

/// Number of arrivals kept, so that a page that is still loading can catch up.
const LOG: usize = 600;

/// Collects arrivals, and limits how often they and reloads are applied.
pub struct Gathered {
    live: Live,
    waiting: RefCell<Vec<Arrival>>,
    shown_at: Cell<i64>,
    is_due: Cell<bool>,
    reloaded_at: Cell<i64>,
    is_reload_due: Cell<bool>,
}

impl Gathered {
    /// Applies its batches to `live`.
    pub fn new(live: Live) -> Rc<Self> {
        Rc::new(Self {
            live,
            waiting: RefCell::default(),
            shown_at: Cell::new(0),
            is_due: Cell::new(false),
            reloaded_at: Cell::new(0),
            is_reload_due: Cell::new(false),
        })
    }

    /// Queues an arrival; `now` is the browser time in milliseconds.
    pub fn take(self: &Rc<Self>, arrival: Arrival, now: i64) {
        self.waiting.borrow_mut().push(arrival);
        if self.is_due.get() {
            return;
        }
        let rest = (self.shown_at.get() + PAUSE - now).min(PAUSE);
        if rest <= 0 {
            return self.show(now);
        }
        self.is_due.set(true);
        let gathered = self.clone();
        set_timeout(move || gathered.show(now + rest), Duration::from_millis(rest.unsigned_abs()));
    }

    /// After a long pause, as in a background tab, more than the log holds may have arrived; then the page reloads its data.
    fn show(self: &Rc<Self>, now: i64) {
        self.is_due.set(false);
        self.shown_at.set(now);
        let arrived = self.waiting.take();
        if arrived.len() > LOG {
            return self.begin_anew(now);
        }
        self.live.log.update(|log| {
            log.extend(arrived);
            let surplus = log.len().saturating_sub(LOG);
            log.drain(..surplus);
        });
    }

    /// Discards what is queued and makes the page reload its data.
    pub fn begin_anew(self: &Rc<Self>, now: i64) {
        self.waiting.take();
        self.live.numbers.set(None);
        self.live.log.update(|log| log.clear());
        if self.is_reload_due.replace(true) {
            return;
        }
        let rest = (self.reloaded_at.get() + BETWEEN_RELOADS - now).clamp(0, BETWEEN_RELOADS);
        let gathered = self.clone();
        let reload = move || gathered.reload(now + rest);
        set_timeout(reload, Duration::from_millis(rest.unsigned_abs()));
    }

    fn reload(&self, now: i64) {
        self.is_reload_due.set(false);
        self.reloaded_at.set(now);
        self.live.reload.update(|n| *n += 1);
    }
}
