//! Metrics of this process, for `/metrics`.

mod gauges;

use std::sync::atomic::AtomicI64;
use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{
    Encoder, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};

pub use gauges::Gauges;

/// Prefix of every name.
const NAMESPACE: &str = "opscenter";

/// Bucket bounds in seconds: an answer to a provider takes milliseconds, a notification that waits for a rate limit minutes.
const ANSWER: [f64; 10] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
const WAIT: [f64; 12] = [0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0];

/// Counters and histograms since the process started.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Webhooks by (source, result). Unknown sources are counted as `unknown`, so that nobody outside can create series.
    webhooks: IntCounterVec,
    /// From the request to the response of an accepted webhook.
    webhook_seconds: Histogram,
    /// From receipt to the committed alert, first attempts and retries alike.
    event_seconds: Histogram,
    /// From when a notification was due to when it was sent, by kind of channel.
    notification_seconds: HistogramVec,
    /// Events processed successfully.
    pub events_processed: IntCounter,
    /// Events that failed after the last attempt.
    pub events_failed: IntCounter,
    /// Failed attempts that are retried.
    pub jobs_retried: IntCounter,
    /// Rejected requests that did not fit in quarantine.
    pub refused_not_kept: IntCounter,
    /// Open live connections.
    pub live_clients: IntGauge,
    /// When a work item was last completed, in Unix milliseconds; 0 if never. Not exported.
    pub last_job_at: AtomicI64,
}

impl Metrics {
    /// Registers every metric.
    ///
    /// # Errors
    ///
    /// If a name is invalid or registered twice.
    pub fn new() -> prometheus::Result<Self> {
        let registry = Registry::new_custom(Some(NAMESPACE.to_owned()), None)?;
        let by_source =
            IntCounterVec::new(Opts::new("webhooks_total", "Webhooks by source and result."), &["source", "result"]);
        let seconds =
            |name: &str, help: &str, buckets: &[f64]| HistogramOpts::new(name, help).buckets(buckets.to_vec());
        let answers =
            seconds("webhook_duration_seconds", "Time to store and answer a webhook that was accepted.", &ANSWER);
        let events = seconds("event_processing_seconds", "Time from the receipt of an event to its alert.", &WAIT);
        let sent =
            seconds("notification_delivery_seconds", "Time from when a notification was due to its delivery.", &WAIT);
        Ok(Self {
            webhooks: register(&registry, by_source)?,
            webhook_seconds: register(&registry, Histogram::with_opts(answers))?,
            event_seconds: register(&registry, Histogram::with_opts(events))?,
            notification_seconds: register(&registry, HistogramVec::new(sent, &["channel"]))?,
            events_processed: counter(&registry, "events_processed_total", "Events processed successfully.")?,
            events_failed: counter(&registry, "events_failed_total", "Events that failed after the last attempt.")?,
            jobs_retried: counter(&registry, "jobs_retried_total", "Failed attempts that will be retried.")?,
            refused_not_kept: counter(&registry, "refused_not_kept_total", "Rejected requests that were not stored.")?,
            live_clients: register(&registry, IntGauge::new("live_clients", "Open WebSocket connections."))?,
            last_job_at: AtomicI64::new(0),
            registry,
        })
    }

    /// Counts a webhook; `result` is `accepted`, `duplicate` or an error's code.
    pub fn count_webhook(&self, source: &str, result: &'static str) {
        self.webhooks.with_label_values(&[source, result]).inc();
    }

    /// Records how long an accepted webhook took.
    pub fn record_webhook(&self, took: Duration) {
        self.webhook_seconds.observe(took.as_secs_f64());
    }

    /// Records how long after its receipt an event became an alert, in milliseconds.
    pub fn record_event(&self, took: i64) {
        self.event_seconds.observe(seconds(took));
    }

    /// Records how long after it was due a notification was delivered, in milliseconds.
    pub fn record_notification(&self, channel: &str, took: i64) {
        self.notification_seconds.with_label_values(&[channel]).observe(seconds(took));
    }

    /// The Prometheus text format, version 0.0.4, with gauges that are read for this scrape.
    pub fn render(&self, gauges: &Gauges) -> String {
        let mut families = self.registry.gather();
        families.extend(gauges.registry.gather());
        let mut text = Vec::new();
        if let Err(error) = TextEncoder::new().encode(&families, &mut text) {
            tracing::error!("cannot render metrics: {error}");
        }
        String::from_utf8_lossy(&text).into_owned()
    }
}

fn register<T: Collector + Clone + 'static>(
    registry: &Registry,
    metric: prometheus::Result<T>,
) -> prometheus::Result<T> {
    let metric = metric?;
    registry.register(Box::new(metric.clone()))?;
    Ok(metric)
}

fn counter(registry: &Registry, name: &str, help: &str) -> prometheus::Result<IntCounter> {
    register(registry, IntCounter::new(name, help))
}

fn seconds(milliseconds: i64) -> f64 {
    milliseconds.max(0) as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_is_rendered_with_our_prefix() {
        let (metrics, gauges) = (Metrics::new().unwrap(), Gauges::new().unwrap());
        metrics.count_webhook("a\"b\n", "accepted");
        metrics.record_webhook(Duration::from_millis(3));
        metrics.record_event(-5);
        metrics.record_notification("email", 70_000);
        gauges.add("wal_bytes", "Size.", 7).unwrap();
        gauges.add_each("longest", "Longest.", "writer", [("ingest", 0.5)].into_iter()).unwrap();
        let text = metrics.render(&gauges);
        for line in [
            "opscenter_webhooks_total{result=\"accepted\",source=\"a\\\"b\\n\"} 1",
            "opscenter_webhook_duration_seconds_bucket{le=\"0.002\"} 0",
            "opscenter_webhook_duration_seconds_bucket{le=\"0.005\"} 1",
            "opscenter_event_processing_seconds_bucket{le=\"0.025\"} 1",
            "opscenter_notification_delivery_seconds_bucket{channel=\"email\",le=\"60\"} 0",
            "opscenter_notification_delivery_seconds_bucket{channel=\"email\",le=\"300\"} 1",
            "opscenter_events_failed_total 0",
            "opscenter_live_clients 0",
            "opscenter_wal_bytes 7",
            "opscenter_longest{writer=\"ingest\"} 0.5",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
        }
        assert!(gauges.add("wal_bytes", "Twice.", 7).is_err());
    }
}
