//! The audit log, retention and the effective configuration.

use app::Error;
use app::types::{About, Actor, AuditQuery, AuditRow, Cursor, Page, Retention};
use serde_json::{Value, json};

use crate::config::given;
use crate::dashboard::{Dashboard, cursor, page_size};
use crate::db::Writer;
use crate::error::Result;
use crate::retention;

/// Maximum retention in days.
const MAX_DAYS: i64 = 36_500;

impl Dashboard {
    pub(super) async fn audit_page(&self, query: &AuditQuery) -> Result<Page<AuditRow>> {
        let (limit, cursor) = (page_size(query.limit)?, cursor(query.cursor.as_deref())?);
        let rows = self.ops.db.list_audit(query, cursor, limit).await?;
        Ok(Page::cut(rows, limit, |row: &AuditRow| Cursor { at: row.created_at, id: row.id }))
    }

    pub(super) async fn write_retention(&self, actor: &Actor, days: Retention) -> Result<Retention> {
        let all = [
            ("events", days.events),
            ("alerts", days.alerts),
            ("activity", days.activity),
            ("notifications", days.notifications),
            ("quarantine", days.quarantine),
            ("audit", days.audit),
            ("minutes", days.minutes),
            ("notices", days.notices),
        ];
        if let Some((field, _)) = all.iter().find(|(_, days)| !(0..=MAX_DAYS).contains(days)) {
            return Err(Error::invalid(*field, format!("must be 0 (keep forever) to {MAX_DAYS} days")).into());
        }
        let mut tx = self.ops.db.begin(Writer::Person).await?;
        retention::write(&mut tx, &days, self.ops.now()).await?;
        self.audit(&mut tx, actor, "retention.set", "retention", json!(days)).await?;
        tx.commit().await?;
        self.ops.signals.prune.notify_one();
        Ok(days)
    }

    pub(super) async fn about(&self) -> Result<About> {
        let config = &self.ops.config;
        let is_set = |value: &Option<String>| Value::from(if given(value).is_some() { "set" } else { "not set" });
        let database = if crate::db::sqlite_path(&config.database_url).is_some() {
            config.database_url.clone()
        } else {
            "postgres://…".to_owned()
        };
        let shown = |value: &Option<String>| Value::from(given(value).unwrap_or("not set"));
        let providers = config.providers_dir().map(|path| path.display().to_string());
        let configuration = [
            ("APP_URL", config.app_url().into()),
            ("LISTEN", config.listen.to_string().into()),
            ("DATABASE_URL", database.into()),
            ("REDIS_URL", is_set(&config.redis_url)),
            ("REDIS_PREFIX", config.redis_prefix.clone().into()),
            ("PROVIDERS_DIR", shown(&providers)),
            ("TELEGRAM_BOT_TOKEN", is_set(&config.telegram_bot_token)),
            ("SMTP_URL", is_set(&config.smtp_url)),
            ("MAIL_FROM", shown(&config.mail_from)),
            ("MAIL_TO", shown(&config.mail_to)),
            ("SLACK_WEBHOOK_URL", is_set(&config.slack_webhook_url)),
        ];
        Ok(About {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            build: crate::build_id().to_owned(),
            started_at: self.ops.started_at,
            now: self.ops.now(),
            database: self.ops.db.version().await?,
            configuration: configuration.map(|(name, value)| (name.to_owned(), value)).into_iter().collect(),
        })
    }
}
