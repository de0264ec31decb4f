//! Rate-limits repeated log lines: a few are written and the rest are counted, so that rejected requests cannot fill
//! the disk.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

/// Most lines of one kind per interval.
const WRITTEN: u64 = 5;
const SPAN: Duration = Duration::from_secs(10);

/// With this many kinds tracked, those whose interval has ended are forgotten.
const KINDS: usize = 1_024;

/// Occurrences of each kind in its current interval.
#[derive(Clone, Debug, Default)]
pub struct Repeats(Arc<Mutex<HashMap<(i64, &'static str), Span>>>);

#[derive(Clone, Copy, Debug)]
struct Span {
    since: Instant,
    lines: u64,
}

impl Repeats {
    /// Counts a line of this source (0: none) and kind. Returns `None` if it must be suppressed, else how many lines were
    /// suppressed before it.
    pub fn should_log(&self, source: i64, kind: &'static str) -> Option<u64> {
        let mut spans = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let now = Instant::now();
        if spans.len() >= KINDS && !spans.contains_key(&(source, kind)) {
            spans.retain(|_, span| now - span.since < SPAN);
            // Still too many: begin anew, at the price of a few more lines.
            if spans.len() >= KINDS {
                spans.clear();
            }
        }
        let span = spans.entry((source, kind)).or_insert(Span { since: now, lines: 0 });
        if now - span.since < SPAN {
            span.lines += 1;
            return (span.lines <= WRITTEN).then_some(0);
        }
        let left_out = span.lines.saturating_sub(WRITTEN);
        *span = Span { since: now, lines: 1 };
        Some(left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_few_are_written_and_the_rest_are_counted() {
        let repeats = Repeats::default();
        let written = (0..500).filter(|_| repeats.should_log(1, "invalid_signature").is_some()).count();
        assert_eq!(written, 5);
        assert_eq!(repeats.should_log(2, "invalid_signature"), Some(0), "another source");
        assert_eq!(repeats.should_log(1, "stale"), Some(0), "another reason");
        tokio::time::advance(SPAN).await;
        assert_eq!(repeats.should_log(1, "invalid_signature"), Some(495));
        assert_eq!(repeats.should_log(1, "invalid_signature"), Some(0));
    }
}
