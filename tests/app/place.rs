//! Where a test keeps its data: a folder of its own, or a database and a key prefix of its own.

use std::net::SocketAddr;

use opscenter::config::Config;
use opscenter::crypto::{Crypto, random_id};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

/// Removed when the test is over.
pub struct Place {
    pub database_url: String,
    pub redis_url: Option<String>,
    pub redis_prefix: String,
    pub app_key: String,
    pub folder: TempDir,
    /// The server's own database, from which ours is dropped.
    pub admin_url: Option<String>,
}

impl Place {
    /// SQLite and in-process.
    pub fn embedded() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database_url = format!("sqlite://{}", folder.path().join("opscenter.db").display());
        Self {
            database_url,
            redis_url: None,
            redis_prefix: String::new(),
            app_key: Crypto::generate_key(),
            folder,
            admin_url: None,
        }
    }

    /// PostgreSQL and Redis, as named by `TEST_DATABASE_URL` and `TEST_REDIS_URL`.
    pub async fn distributed() -> Self {
        let admin_url = std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL names no PostgreSQL");
        let redis_url = std::env::var("TEST_REDIS_URL").expect("TEST_REDIS_URL names no Redis");
        let name = format!("opscenter_test_{}", random_id());
        let mut admin = PgConnection::connect(&admin_url).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("create database {name}"))).execute(&mut admin).await.unwrap();
        let (server, _) = admin_url.rsplit_once('/').unwrap();
        Self {
            database_url: format!("{server}/{name}"),
            redis_url: Some(redis_url),
            redis_prefix: format!("{name}:"),
            app_key: Crypto::generate_key(),
            folder: tempfile::tempdir().unwrap(),
            admin_url: Some(admin_url),
        }
    }

    /// A server's configuration here, with everything else left out.
    pub fn config(&self, listen: SocketAddr) -> Config {
        Config {
            database_url: self.database_url.clone(),
            redis_url: self.redis_url.clone(),
            redis_prefix: self.redis_prefix.clone(),
            app_url: None,
            app_name: "OpsCenter".to_owned(),
            from_aliases: Vec::new(),
            app_key: Some(self.app_key.clone()),
            listen,
            providers_dir: None,
            outgoing_allow: Default::default(),
            push_services: Vec::new(),
            telegram_bot_token: None,
            telegram_chat_id: None,
            smtp_url: None,
            smtp_hello: None,
            smtp_oauth_token_url: None,
            smtp_oauth_client_id: None,
            smtp_oauth_client_secret: None,
            mail_from: None,
            mail_to: None,
            slack_webhook_url: None,
            telegram_api_url: String::new(),
            trusted_proxies: Default::default(),
            shutdown_delay: Some(0),
        }
    }

    /// Drops the database; a panicking test leaves it to whoever throws the server away.
    pub async fn remove(self) {
        let Some(admin_url) = &self.admin_url else { return };
        let name = self.database_url.rsplit('/').next().unwrap();
        let mut admin = PgConnection::connect(admin_url).await.unwrap();
        let drop = format!("drop database if exists {name} with (force)");
        sqlx::raw_sql(sqlx::AssertSqlSafe(drop)).execute(&mut admin).await.unwrap();
    }
}
