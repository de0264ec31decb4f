//! Counters of this process, for `/metrics`.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Counters since the process started.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Webhooks by (source, result). Unknown sources are counted as `unknown`, so that strangers cannot create labels.
    webhooks: Mutex<BTreeMap<(String, &'static str), u64>>,
    pub events_processed: AtomicU64,
    pub events_failed: AtomicU64,
    pub jobs_retried: AtomicU64,
    /// Rejected requests that did not fit in quarantine.
    pub refused_not_kept: AtomicU64,
    /// Open live connections.
    pub live_clients: AtomicI64,
    /// When a work item was last completed, in Unix milliseconds; 0 if never.
    pub last_job_at: AtomicI64,
}

impl Metrics {
    /// Counts a webhook; `result` is `accepted`, `duplicate` or an error's code.
    pub fn count_webhook(&self, source: &str, result: &'static str) {
        let mut webhooks = self.webhooks.lock().unwrap_or_else(PoisonError::into_inner);
        *webhooks.entry((source.to_owned(), result)).or_default() += 1;
    }

    /// Renders the Prometheus text format, version 0.0.4.
    pub fn render(&self) -> String {
        let mut text = String::from("# HELP opscenter_webhooks_total Webhooks by source and result.\n");
        text.push_str("# TYPE opscenter_webhooks_total counter\n");
        for ((source, result), count) in self.webhooks.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            text.push_str(&format!("opscenter_webhooks_total{{source=\"{source}\",result=\"{result}\"}} {count}\n"));
        }
        counter(&mut text, "events_processed_total", "Events processed successfully.", &self.events_processed);
        counter(&mut text, "events_failed_total", "Events that failed after the last attempt.", &self.events_failed);
        counter(&mut text, "jobs_retried_total", "Failed attempts that will be retried.", &self.jobs_retried);
        counter(&mut text, "refused_not_kept_total", "Rejected requests that were not stored.", &self.refused_not_kept);
        gauge(&mut text, "live_clients", "Open WebSocket connections.", self.live_clients.load(Ordering::Relaxed));
        text
    }
}

fn counter(text: &mut String, name: &str, help: &str, value: &AtomicU64) {
    let value = value.load(Ordering::Relaxed);
    text.push_str(&format!(
        "# HELP opscenter_{name} {help}\n# TYPE opscenter_{name} counter\nopscenter_{name} {value}\n"
    ));
}

/// Appends a gauge.
pub fn gauge(text: &mut String, name: &str, help: &str, value: i64) {
    text.push_str(&format!(
        "# HELP opscenter_{name} {help}\n# TYPE opscenter_{name} gauge\nopscenter_{name} {value}\n"
    ));
}

/// Appends a gauge with one value per label value.
pub fn gauges<'v>(
    text: &mut String,
    name: &str,
    help: &str,
    label: &str,
    values: impl Iterator<Item = (&'v str, f64)>,
) {
    text.push_str(&format!("# HELP opscenter_{name} {help}\n# TYPE opscenter_{name} gauge\n"));
    for (word, value) in values {
        text.push_str(&format!("opscenter_{name}{{{label}=\"{word}\"}} {value}\n"));
    }
}
