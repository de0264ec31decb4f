//! Gauges that are read for each scrape.

use prometheus::{GaugeVec, IntGauge, Opts, Registry};

use super::{NAMESPACE, register};

/// Values that are read when they are asked for.
#[derive(Debug)]
pub struct Gauges {
    pub(super) registry: Registry,
}

impl Gauges {
    /// No gauges yet.
    ///
    /// # Errors
    ///
    /// If the prefix is not a valid metric name, which it is.
    pub fn new() -> prometheus::Result<Self> {
        Ok(Self { registry: Registry::new_custom(Some(NAMESPACE.to_owned()), None)? })
    }

    /// Adds a gauge.
    ///
    /// # Errors
    ///
    /// If the name is invalid or already used.
    pub fn add(&self, name: &str, help: &str, value: i64) -> prometheus::Result<()> {
        register(&self.registry, IntGauge::new(name, help)).map(|gauge| gauge.set(value))
    }

    /// Adds a gauge with one value per label value.
    ///
    /// # Errors
    ///
    /// If the name is invalid or already used.
    pub fn add_each<'v>(
        &self,
        name: &str,
        help: &str,
        label: &str,
        values: impl Iterator<Item = (&'v str, f64)>,
    ) -> prometheus::Result<()> {
        let gauges = register(&self.registry, GaugeVec::new(Opts::new(name, help), &[label]))?;
        values.for_each(|(word, value)| gauges.with_label_values(&[word]).set(value));
        Ok(())
    }
}
