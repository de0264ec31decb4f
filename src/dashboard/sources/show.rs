//! Data of the source pages.

use std::collections::HashMap;

use app::Error;
use app::types::{EventQuery, ProviderInfo, QuarantineQuery, Source, SourceActivity, SourceRow, SourceSetup, time};
use serde_json::Value;

use super::check_slug;
use crate::dashboard::Dashboard;
use crate::error::Result;
use crate::provider::{Pack, Scheme, Status, sample_type};

/// Events on the page of a source.
const LAST_EVENTS: i64 = 8;

/// Rejected requests on the page of a source.
const LAST_REFUSED: i64 = 4;

impl Dashboard {
    pub(super) async fn setup(&self, slug: &str) -> Result<SourceSetup> {
        let source = self.source(slug).await?;
        let pack = self.ops.catalog.find(&source.provider);
        let provider = pack.map_or_else(|| unknown(&source.provider), |pack| info(pack));
        let broken = self.ops.sources.get(source.id).await?.and_then(|found| found.why_broken().map(str::to_owned));
        let (now, last_event_at) = (self.ops.now(), self.ops.db.last_event_at(source.id).await?);
        let query =
            QuarantineQuery { source: Some(slug.to_owned()), from: last_event_at, ..QuarantineQuery::default() };
        let refused = self.ops.db.list_refused(&query, None, 2).await?;
        let rows = self.ops.db.list_source_rows().await?;
        let row = rows.iter().find(|row| row.id == source.id);
        let previous_until = row.and_then(|row| row.previous_secret_until).filter(|until| *until > now);
        let public_url = source.settings.get("public_url").and_then(Value::as_str).map(str::to_owned);
        let url = public_url.unwrap_or_else(|| self.ops.config.webhook_url(slug));
        Ok(SourceSetup { url, source, provider, last_event_at, previous_until, refused, broken, now })
    }

    pub(super) async fn source(&self, slug: &str) -> Result<Source> {
        check_slug(slug).map_err(|_| Error::not_found("source"))?;
        Ok(self.ops.db.find_source(slug).await?.ok_or_else(|| Error::not_found("source"))?)
    }

    pub(super) async fn activity(&self, slug: &str) -> Result<SourceActivity> {
        let source = self.source(slug).await?;
        let (db, now) = (&self.ops.db, self.ops.now());
        let first = first_hour(now);
        let counted = db.list_hours_of_source(source.id, first).await?;
        let at = |hour: i64| counted.iter().find(|(at, ..)| *at == hour).map_or(0, |(_, received, _)| *received);
        let of_source = || Some(slug.to_owned());
        let events = EventQuery { source: of_source(), ..EventQuery::default() };
        let refused = QuarantineQuery { source: of_source(), from: Some(first), ..QuarantineQuery::default() };
        let mut events = db.list_events(&events, None, LAST_EVENTS).await?;
        let mut refused = db.list_refused(&refused, None, LAST_REFUSED).await?;
        events.truncate(LAST_EVENTS as usize);
        refused.truncate(LAST_REFUSED as usize);
        Ok(SourceActivity {
            hours: (0..24).map(|i| at(first + i * time::HOUR)).collect(),
            failed: counted.iter().map(|(.., failed)| failed).sum(),
            rejected: db.count_refused_of_source(source.id, first).await?,
            events,
            refused,
        })
    }

    pub(super) async fn rows(&self) -> Result<Vec<SourceRow>> {
        let (db, now) = (&self.ops.db, self.ops.now());
        let first = first_hour(now);
        let (sources, stats) = (db.list_sources().await?, db.list_source_stats(now - time::DAY).await?);
        let (received, refused) = (db.list_source_hours(first).await?, db.count_refused(now - time::DAY).await?);
        let mut broken = HashMap::new();
        for source in &sources {
            let found = self.ops.sources.get(source.id).await?;
            broken.extend(found.and_then(|found| found.why_broken().map(|why| (source.id, why.to_owned()))));
        }
        let row = |source: Source| {
            let at = |hour: i64| received.iter().find(|(id, at, _)| (*id, *at) == (source.id, hour)).map_or(0, |r| r.2);
            let pack = self.ops.catalog.find(&source.provider);
            SourceRow {
                provider_name: pack.map_or_else(|| source.provider.clone(), |pack| pack.name.clone()),
                stats: stats.iter().find(|stats| stats.slug == source.slug).cloned().unwrap_or_default(),
                hours: (0..24).map(|i| at(first + i * time::HOUR)).collect(),
                refused: refused.iter().find(|(id, _)| *id == source.id).map_or(0, |(_, count)| *count),
                broken: broken.get(&source.id).cloned(),
                source,
            }
        };
        Ok(sources.into_iter().map(row).collect())
    }
}

/// Start of the first of 24 hours, of which the last is not over.
const fn first_hour(now: i64) -> i64 {
    now.div_euclid(time::HOUR) * time::HOUR - 23 * time::HOUR
}

/// A provider whose pack is not loaded: only its id is known.
fn unknown(id: &str) -> ProviderInfo {
    ProviderInfo { id: id.to_owned(), name: id.to_owned(), ..ProviderInfo::default() }
}

pub fn info(pack: &Pack) -> ProviderInfo {
    let can_sign = pack.verify.iter().any(|recipe| matches!(recipe.scheme, Scheme::Hmac | Scheme::Token));
    ProviderInfo {
        id: pack.id.clone(),
        name: pack.name.clone(),
        steps: pack.steps.clone(),
        is_sound: pack.status == Status::Sound,
        settings: pack.settings.clone(),
        group: pack.group,
        issues: pack.issues.clone(),
        resend: pack.resend.clone(),
        sample: can_sign.then(|| sample_type(&pack.id).unwrap_or_else(|| "test".to_owned())),
    }
}
