//! What the environment decides; these comments are what `--help` prints.

mod proxies;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};

pub use proxies::Proxies;

use crate::outgoing::Allow;

/// Which parts of the way run in this process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Receive, process, show: everything.
    #[default]
    All,
    /// Receive and show.
    Web,
    /// Process only; listens for health and metrics.
    Worker,
}

impl Role {
    /// The word in `nodes.role`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Web => "web",
            Self::Worker => "worker",
        }
    }

    /// Whether it receives webhooks and serves the dashboard.
    pub const fn serves_web(self) -> bool {
        !matches!(self, Self::Worker)
    }

    /// Whether it works events off.
    pub const fn works(self) -> bool {
        !matches!(self, Self::Web)
    }
}

#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Where everything is kept: sqlite://path or postgres://user:password@host/name
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite://data/opscenter.db",
        hide_env_values = true,
        global = true
    )]
    pub database_url: String,

    /// Carries hints between nodes: redis://host. Unset, queue and bus live in this process
    #[arg(long, env = "REDIS_URL", hide_env_values = true, global = true)]
    pub redis_url: Option<String>,

    /// Put before every Redis key and channel, where several systems share one Redis
    #[arg(long, env = "REDIS_PREFIX", default_value = "", global = true)]
    pub redis_prefix: String,

    /// Address that people and providers use, such as https://ops.example.com [default: http://LISTEN]
    #[arg(long, env = "APP_URL", global = true)]
    pub app_url: Option<String>,

    /// 32 bytes in base64 that encrypt secrets at rest [default: made by itself beside a SQLite database]
    #[arg(long, env = "APP_KEY", hide_env_values = true, global = true)]
    pub app_key: Option<String>,

    /// Address to listen on
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8080", global = true)]
    pub listen: SocketAddr,

    /// Folder of your own provider packs
    #[arg(long, env = "PROVIDERS_DIR", global = true)]
    pub providers_dir: Option<PathBuf>,

    /// Hosts or networks that outgoing requests may reach although they are private or plain http, separated by commas
    #[arg(long, env = "OUTGOING_ALLOW", default_value = "", global = true)]
    pub outgoing_allow: Allow,

    /// Bot that sends to Telegram
    #[arg(long, env = "TELEGRAM_BOT_TOKEN", hide_env_values = true, global = true)]
    pub telegram_bot_token: Option<String>,

    /// Chat that the bot sends to
    #[arg(long, env = "TELEGRAM_CHAT_ID", global = true)]
    pub telegram_chat_id: Option<String>,

    /// Where Telegram's Bot API is
    #[arg(long, env = "TELEGRAM_API_URL", default_value = "https://api.telegram.org", global = true)]
    pub telegram_api_url: String,

    /// Server that takes mail: smtp://user:password@host:587?tls=required, smtps://…
    #[arg(long, env = "SMTP_URL", hide_env_values = true, global = true)]
    pub smtp_url: Option<String>,

    /// Sender of mail, such as OpsCenter <ops@example.com>
    #[arg(long, env = "MAIL_FROM", global = true)]
    pub mail_from: Option<String>,

    /// Recipients of mail, separated by commas
    #[arg(long, env = "MAIL_TO", global = true)]
    pub mail_to: Option<String>,

    /// Incoming webhook of Slack
    #[arg(long, env = "SLACK_WEBHOOK_URL", hide_env_values = true, global = true)]
    pub slack_webhook_url: Option<String>,

    /// Seconds between not being ready any more and closing the listener, for load balancers to notice [default: 3 with
    /// TRUSTED_PROXIES, else 0]
    #[arg(long, env = "SHUTDOWN_DELAY", value_parser = clap::value_parser!(u64).range(0..=60), global = true)]
    pub shutdown_delay: Option<u64>,

    /// Addresses or networks of proxies whose X-Forwarded-For is believed, separated by commas
    #[arg(long, env = "TRUSTED_PROXIES", default_value = "", global = true)]
    pub trusted_proxies: Proxies,
}

impl Config {
    /// `APP_URL` without a trailing slash.
    pub fn app_url(&self) -> String {
        let url = given(&self.app_url).map_or_else(|| format!("http://{}", self.listen), str::to_owned);
        url.trim_end_matches('/').to_owned()
    }

    /// Host of `APP_URL`, for addresses of mail.
    pub fn host(&self) -> String {
        let url = reqwest::Url::parse(&self.app_url()).ok();
        url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| "localhost".to_owned())
    }

    /// `REDIS_URL`, unless it is empty.
    pub fn redis_url(&self) -> Option<&str> {
        given(&self.redis_url)
    }

    /// `APP_KEY`, unless it is empty.
    pub fn app_key(&self) -> Option<&str> {
        given(&self.app_key)
    }

    /// `SHUTDOWN_DELAY`.
    pub fn shutdown_delay(&self) -> Duration {
        let behind_a_proxy = if self.trusted_proxies.is_empty() { 0 } else { 3 };
        Duration::from_secs(self.shutdown_delay.unwrap_or(behind_a_proxy))
    }

    /// `PROVIDERS_DIR`, unless it is empty.
    pub fn providers_dir(&self) -> Option<&Path> {
        self.providers_dir.as_deref().filter(|path| !path.as_os_str().is_empty())
    }

    /// Where a provider posts for a source.
    pub fn webhook_url(&self, slug: &str) -> String {
        format!("{}/api/webhooks/{slug}", self.app_url())
    }
}

/// A variable that is set to nothing is not set.
pub fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().filter(|value| !value.is_empty())
}
