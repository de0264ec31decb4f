//! In-memory copy of the sources, ready for verification. Refreshed every second, so that a change takes effect on every node
//! within two.

mod found;
mod ready;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, RwLock};

use crate::crypto::Crypto;
use crate::db::{Db, SourceRow};
use crate::provider::{Catalog, Recipe, Settings, decode_key};

pub use found::{BrokenSource, Found};
pub use ready::{Key, LoadedSource, VerificationMethod, methods};

/// Maximum age of the copy, and the minimum age before an unknown name triggers a refresh.
const FRESH: Duration = Duration::from_secs(1);
const RECHECK: Duration = Duration::from_millis(100);

/// Encryption contexts (`table.column`) of the current and the previous secret.
pub const SECRET: &str = "webhook_sources.secret_key";
pub const PREVIOUS: &str = "webhook_sources.previous_secret";

/// The in-memory copy.
#[derive(Debug)]
pub struct Sources {
    db: Db,
    crypto: Crypto,
    catalog: Catalog,
    copy: RwLock<Copy>,
    reading: Mutex<()>,
}

#[derive(Debug, Default)]
struct Copy {
    by_slug: HashMap<String, Found>,
    by_id: HashMap<i64, Found>,
    read_at: Option<Instant>,
    failed_at: Option<Instant>,
}

impl Sources {
    /// An empty copy, filled on first use.
    pub fn new(db: Db, crypto: Crypto, catalog: Catalog) -> Self {
        Self { db, crypto, catalog, copy: RwLock::default(), reading: Mutex::default() }
    }

    /// The source with that slug, active or not.
    pub async fn find(&self, slug: &str) -> Result<Option<Found>, sqlx::Error> {
        self.refresh(FRESH).await?;
        if let Some(source) = self.copy.read().await.by_slug.get(slug) {
            return Ok(Some(source.clone()));
        }
        self.refresh(RECHECK).await?;
        Ok(self.copy.read().await.by_slug.get(slug).cloned())
    }

    /// The source with that id; `None` once its data has been removed.
    pub async fn get(&self, id: i64) -> Result<Option<Found>, sqlx::Error> {
        self.refresh(FRESH).await?;
        if let Some(source) = self.copy.read().await.by_id.get(&id) {
            return Ok(Some(source.clone()));
        }
        self.refresh(RECHECK).await?;
        Ok(self.copy.read().await.by_id.get(&id).cloned())
    }

    /// Every usable source, ordered by id.
    pub async fn list(&self) -> Result<Vec<Arc<LoadedSource>>, sqlx::Error> {
        self.refresh(FRESH).await?;
        let mut sources: Vec<_> = self.copy.read().await.by_id.values().cloned().filter_map(Found::ready).collect();
        sources.sort_by_key(|source| source.id);
        Ok(sources)
    }

    /// Forces a refresh at the next lookup.
    pub async fn forget(&self) {
        self.copy.write().await.read_at = None;
    }

    /// Refreshes a copy older than `age`. If that fails, the old copy stays in use.
    async fn refresh(&self, age: Duration) -> Result<(), sqlx::Error> {
        if self.is_fresh(age).await {
            return Ok(());
        }
        let asked = Instant::now();
        let _one_reader = self.reading.lock().await;
        if self.is_fresh(age).await {
            return Ok(());
        }
        // Another task's refresh failed while this one waited for the lock: do not try again.
        if self.copy.read().await.failed_at.is_some_and(|failed| failed > asked) {
            return Err(sqlx::Error::PoolTimedOut);
        }
        let read = tokio::time::timeout(FRESH, self.db.list_source_rows()).await;
        match read.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
            Ok(rows) => {
                let mut copy = self.copy.write().await;
                *copy = self.ready_all(rows, &copy);
            }
            Err(error) => self.postpone(error).await?,
        }
        Ok(())
    }

    /// Delays the next refresh after a failure; until then the old copy is used, if there is one.
    async fn postpone(&self, error: sqlx::Error) -> Result<(), sqlx::Error> {
        let mut copy = self.copy.write().await;
        copy.failed_at = Some(Instant::now());
        if copy.read_at.is_none() {
            return Err(error);
        }
        tracing::warn!("cannot reload sources, keeping the cached copy: {error}");
        Ok(())
    }

    async fn is_fresh(&self, age: Duration) -> bool {
        let copy = self.copy.read().await;
        let is_failing = copy.read_at.is_some() && copy.failed_at.is_some_and(|at| at.elapsed() < FRESH);
        is_failing || copy.read_at.is_some_and(|at| at.elapsed() < age)
    }

    fn ready_all(&self, rows: Vec<SourceRow>, before: &Copy) -> Copy {
        let mut copy = Copy { read_at: Some(Instant::now()), ..Copy::default() };
        for row in rows {
            let found = match self.ready(&row) {
                Ok(source) => Found::Ready(Arc::new(source)),
                Err(why) => Found::Broken(Arc::new(BrokenSource::of(&row, &why))),
            };
            tell_news(&row.slug, &found, before.by_id.get(&row.id));
            copy.by_slug.insert(row.slug, found.clone());
            copy.by_id.insert(row.id, found);
        }
        copy
    }

    fn ready(&self, row: &SourceRow) -> anyhow::Result<LoadedSource> {
        let pack = self.catalog.find(&row.provider).cloned();
        let pack = pack.ok_or_else(|| anyhow::anyhow!("there is no provider pack '{}'", row.provider))?;
        let settings = Settings::stored(&pack, &row.settings);
        let recipes = settings.recipes(&pack).map_err(|(key, why)| anyhow::anyhow!("setting {key}: {why}"))?;
        Ok(LoadedSource {
            id: row.id,
            slug: row.slug.clone(),
            name: row.name.clone(),
            is_active: row.is_active,
            methods: self.methods(row, &recipes)?,
            identify: pack.identify(&settings.words),
            max_body: settings.max_body.unwrap_or(pack.max_body),
            settings,
            pack,
        })
    }

    fn methods(&self, row: &SourceRow, recipes: &[Recipe]) -> anyhow::Result<Vec<VerificationMethod>> {
        let open = |column, sealed: &str| -> anyhow::Result<String> {
            Ok(String::from_utf8(self.crypto.open(column, &row.key_ref, sealed)?)?)
        };
        let mut methods = methods(recipes, &open(SECRET, &row.secret_key)?).map_err(anyhow::Error::msg)?;
        if let (Some(sealed), until @ Some(_)) = (&row.previous_secret, row.previous_secret_until) {
            let previous = open(PREVIOUS, sealed)?;
            for method in &mut methods {
                // A previous secret in another format cannot be used with this method.
                let bytes = decode_key(method.recipe.key, &previous).ok();
                method.keys.extend(bytes.map(|bytes| Key { bytes, until }));
            }
        }
        Ok(methods)
    }
}

/// Logs that a source became unusable, once rather than at every refresh.
fn tell_news(slug: &str, found: &Found, before: Option<&Found>) {
    if let Some(why) = found.why_broken().filter(|why| before.and_then(Found::why_broken) != Some(why)) {
        tracing::error!(source = slug, "source is broken, responding 503 to its deliveries: {why}");
    }
}
