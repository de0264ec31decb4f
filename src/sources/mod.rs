//! In-memory copy of the sources, ready for verification. Reloaded every second, so that a change takes effect on every node
//! within two.

mod found;
mod ready;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use subtle::ConstantTimeEq;

use crate::crypto::Crypto;
use crate::db::{Db, SourceRow};
use crate::provider::{Catalog, Recipe, Settings, decode_key};
use crate::reloading::{MAX_AGE, Reloading};

pub use found::{BrokenSource, Found};
pub use ready::{Key, LoadedSource, VerificationMethod, methods};

/// Minimum age of the copy before an unknown name triggers a reload.
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
    copy: Reloading<Loaded>,
}

/// Every source, by both of its names.
#[derive(Debug, Default)]
struct Loaded {
    by_slug: HashMap<String, Found>,
    by_id: HashMap<i64, Found>,
}

impl Sources {
    /// An empty copy, loaded on first use.
    pub fn new(db: Db, crypto: Crypto, catalog: Catalog) -> Self {
        Self { db, crypto, catalog, copy: Reloading::default() }
    }

    /// The source with that slug, active or not.
    pub async fn find(&self, slug: &str) -> Result<Option<Found>, sqlx::Error> {
        self.look_up(|sources| sources.by_slug.get(slug).cloned()).await
    }

    /// The source with that id; `None` once its data has been removed.
    pub async fn get(&self, id: i64) -> Result<Option<Found>, sqlx::Error> {
        self.look_up(|sources| sources.by_id.get(&id).cloned()).await
    }

    /// Slug of the active source of a pack whose secret this is, or of its only one, which then rejects the request and keeps it.
    /// Every key is compared, in constant time.
    pub async fn find_by_token(&self, pack: &str, token: &str) -> Result<Option<String>, sqlx::Error> {
        let sources = self.list().await?;
        let has_it = |source: &&Arc<LoadedSource>| {
            let keys = source.methods.iter().flat_map(|method| &method.keys);
            keys.fold(false, |any, key| any | bool::from(key.bytes.ct_eq(token.as_bytes())))
        };
        let of_pack: Vec<_> = sources.iter().filter(|source| source.pack.id == pack && source.is_active).collect();
        let found: Vec<_> = of_pack.iter().copied().filter(has_it).collect();
        let only = || if let [only] = of_pack[..] { Some(only) } else { None };
        Ok(found.first().copied().or_else(only).map(|source| source.slug.clone()))
    }

    /// Every usable source, ordered by id.
    pub async fn list(&self) -> Result<Vec<Arc<LoadedSource>>, sqlx::Error> {
        let loaded = self.load(MAX_AGE).await?;
        let mut sources: Vec<_> = loaded.by_id.values().cloned().filter_map(Found::ready).collect();
        sources.sort_by_key(|source| source.id);
        Ok(sources)
    }

    /// Forces a reload at the next lookup.
    pub fn invalidate(&self) {
        self.copy.invalidate();
    }

    /// An unknown source may have been added since.
    async fn look_up(&self, find: impl Fn(&Loaded) -> Option<Found>) -> Result<Option<Found>, sqlx::Error> {
        if let Some(found) = find(&*self.load(MAX_AGE).await?) {
            return Ok(Some(found));
        }
        Ok(find(&*self.load(RECHECK).await?))
    }

    async fn load(&self, age: Duration) -> Result<Arc<Loaded>, sqlx::Error> {
        let load = async |before: Option<Arc<Loaded>>| {
            Ok(self.ready_all(self.db.list_source_rows().await?, before.as_deref()))
        };
        self.copy.get(age, load).await
    }

    fn ready_all(&self, rows: Vec<SourceRow>, before: Option<&Loaded>) -> Loaded {
        let mut loaded = Loaded::default();
        for row in rows {
            let found = match self.ready(&row) {
                Ok(source) => Found::Ready(Arc::new(source)),
                Err(why) => Found::Broken(Arc::new(BrokenSource::of(&row, &why))),
            };
            log_if_broken(&row.slug, &found, before.and_then(|before| before.by_id.get(&row.id)));
            loaded.by_slug.insert(row.slug, found.clone());
            loaded.by_id.insert(row.id, found);
        }
        loaded
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
            awaits_secret: row.awaits_secret,
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
fn log_if_broken(slug: &str, found: &Found, before: Option<&Found>) {
    if let Some(why) = found.why_broken().filter(|why| before.and_then(Found::why_broken) != Some(why)) {
        tracing::error!(source = slug, "source is broken, responding 503 to its deliveries: {why}");
    }
}
