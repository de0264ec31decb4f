//! Frames that come close together are shown together: a list is drawn once for all of them, however many there are.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;

use super::{Arrival, Live};

/// The shortest time from one showing to the next, in milliseconds. A frame that comes alone is shown at once.
const PAUSE: i64 = 100;

/// What a page that is still loading can go back to.
const LOG: usize = 600;

/// What came and is not yet shown.
pub struct Gathered {
    live: Live,
    waiting: RefCell<Vec<Arrival>>,
    shown_at: Cell<i64>,
    is_due: Cell<bool>,
}

impl Gathered {
    pub fn new(live: Live) -> Rc<Self> {
        Rc::new(Self { live, waiting: RefCell::default(), shown_at: Cell::new(0), is_due: Cell::new(false) })
    }

    /// Takes an alert in.
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

    /// More than the log holds, as after an hour in the background, is quicker loaded than told.
    fn show(&self, now: i64) {
        self.is_due.set(false);
        self.shown_at.set(now);
        let arrived = self.waiting.take();
        if arrived.len() > LOG {
            return self.begin_anew();
        }
        self.live.log.update(|log| {
            log.extend(arrived);
            let surplus = log.len().saturating_sub(LOG);
            log.drain(..surplus);
        });
    }

    /// What is shown is to be loaded again.
    pub fn begin_anew(&self) {
        self.waiting.take();
        self.live.numbers.set(None);
        self.live.log.update(|log| log.clear());
        self.live.reload.update(|n| *n += 1);
    }
}
