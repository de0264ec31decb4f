//! Creating a source.

use app::Error;
use app::types::{Actor, CreatedSource, NewSource, Source};
use serde_json::json;

use super::secret::{check_secret, generate_secret, warnings};
use super::{check_slug, slug_in_use, wrong_setting};
use crate::crypto::random_id;
use crate::dashboard::Dashboard;
use crate::db::{NewSourceRow, Writer};
use crate::error::Result;
use crate::provider::{Pack, Settings, clean_line};
use crate::sources::SECRET;

impl Dashboard {
    pub(super) async fn create(&self, actor: &Actor, new: NewSource) -> Result<CreatedSource> {
        check_slug(&new.slug)?;
        let unknown = || Error::invalid("provider", format!("'{}' does not exist", clean_line(&new.provider, 64)));
        let pack = self.ops.catalog.find(&new.provider).ok_or_else(unknown)?;
        let settings = Settings::read(pack, new.settings.clone()).map_err(wrong_setting)?;
        let recipes = settings.recipes(pack).map_err(wrong_setting)?;
        let given = new.secret.filter(|secret| !secret.is_empty());
        let awaits_secret = given.is_none() && pack.issues.is_some();
        let secret = given.unwrap_or_else(|| generate_secret(&recipes));
        check_secret(&recipes, &secret)?;
        let name = new.name.map(|name| clean_line(&name, 100)).filter(|name| !name.is_empty());
        let row = self.row(new.slug, pack, name.unwrap_or_else(|| pack.name.clone()), &secret, settings)?;
        let source = self.insert(actor, &NewSourceRow { awaits_secret, ..row }).await?;
        let url = self.ops.config.webhook_url(&source.slug);
        let mut warnings = warnings(&recipes, &secret);
        let missing = pack.issues.as_ref().filter(|_| awaits_secret);
        warnings.extend(missing.map(|issued| {
            format!("Deliveries are rejected until you set the {issued} from {} by rotating the secret.", pack.name)
        }));
        Ok(CreatedSource { warnings, source, secret, previous_until: None, url })
    }

    fn row(&self, slug: String, pack: &Pack, name: String, secret: &str, settings: Settings) -> Result<NewSourceRow> {
        let key_ref = random_id();
        Ok(NewSourceRow {
            secret_key: self.ops.crypto.seal(SECRET, &key_ref, secret.as_bytes())?,
            key_ref,
            name,
            slug,
            provider: pack.id.clone(),
            settings: settings.words,
            awaits_secret: false,
            now: self.ops.now(),
        })
    }

    async fn insert(&self, actor: &Actor, row: &NewSourceRow) -> Result<Source> {
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        let source = tx.insert_source(row).await.map_err(slug_in_use)?;
        let detail = json!({ "provider": row.provider, "settings": row.settings });
        self.audit(&mut tx, actor, "source.create", &row.slug, detail).await?;
        tx.commit().await?;
        self.ops.sources.invalidate();
        Ok(source)
    }
}
