//! Configuration from the environment. The comments on the fields are the `--help` text.

pub mod aliases;
mod proxies;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use reqwest::Url;

use aliases::Alias;
pub use proxies::Proxies;

use crate::outgoing::Allow;

/// Which parts of the pipeline run in this process.
/// Push services of Google, Mozilla, Apple and Microsoft.
const PUSH_SERVICES: [&str; 4] =
    ["fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com"];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Everything: receive, process and show.
    #[default]
    All,
    /// Receive webhooks and serve the dashboard.
    Web,
    /// Process events only; serves health and metrics.
    Worker,
}

impl Role {
    /// The value stored in `nodes.role`.
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

    /// Whether it processes events.
    pub const fn works(self) -> bool {
        !matches!(self, Self::Web)
    }
}

#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Database URL: sqlite://path or postgres://user:password@host/name [default: sqlite://data/opscenter.db]
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "",
        hide_default_value = true,
        hide_env_values = true,
        global = true
    )]
    pub database_url: String,

    /// Redis URL for the queue and live updates, such as redis://host; in-process if not set
    #[arg(long, env = "REDIS_URL", hide_env_values = true, global = true)]
    pub redis_url: Option<String>,

    /// Prefix for all Redis keys and channels, for a shared Redis
    #[arg(long, env = "REDIS_PREFIX", default_value = "", global = true)]
    pub redis_prefix: String,

    /// Name shown in the dashboard
    #[arg(long, env = "APP_NAME", value_parser = app_name, default_value = "OpsCenter", global = true)]
    pub app_name: String,

    /// Which of our variables the specification's names filled in, such as `DATABASE_URL from DB_CONNECTION`.
    #[arg(skip)]
    pub from_aliases: Vec<String>,

    /// Public base URL, such as https://ops.example.com [default: http://LISTEN]
    #[arg(long, env = "APP_URL", value_parser = app_url, global = true)]
    pub app_url: Option<String>,

    /// Key that encrypts secrets at rest: 32 bytes, base64 [default: generated next to a SQLite database]
    #[arg(long, env = "APP_KEY", hide_env_values = true, global = true)]
    pub app_key: Option<String>,

    /// Address to listen on
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8080", global = true)]
    pub listen: SocketAddr,

    /// Directory with custom provider packs
    #[arg(long, env = "PROVIDERS_DIR", global = true)]
    pub providers_dir: Option<PathBuf>,

    /// Private or plain-HTTP hosts and networks that outgoing requests may reach, comma-separated
    #[arg(long, env = "OUTGOING_ALLOW", default_value = "", global = true)]
    pub outgoing_allow: Allow,

    /// Hosts of push services that browsers may subscribe at, comma-separated; subdomains are included
    #[arg(long, env = "PUSH_SERVICES", value_delimiter = ',', default_values = PUSH_SERVICES, global = true)]
    pub push_services: Vec<String>,

    /// Telegram bot token
    #[arg(long, env = "TELEGRAM_BOT_TOKEN", hide_env_values = true, global = true)]
    pub telegram_bot_token: Option<String>,

    /// Telegram chat ID
    #[arg(long, env = "TELEGRAM_CHAT_ID", global = true)]
    pub telegram_chat_id: Option<String>,

    /// Base URL of the Telegram Bot API
    #[arg(long, env = "TELEGRAM_API_URL", default_value = "https://api.telegram.org", global = true)]
    pub telegram_api_url: String,

    /// SMTP server: smtp://user:password@host:587?tls=required, smtps://…
    #[arg(long, env = "SMTP_URL", hide_env_values = true, global = true)]
    pub smtp_url: Option<String>,

    /// Hostname to send in EHLO [default: the host of APP_URL, or the machine's hostname]
    #[arg(long, env = "SMTP_HELLO", global = true)]
    pub smtp_hello: Option<String>,

    /// OAuth token endpoint for ?auth=xoauth2; the password in SMTP_URL is then the refresh token
    #[arg(long, env = "SMTP_OAUTH_TOKEN_URL", global = true)]
    pub smtp_oauth_token_url: Option<String>,

    /// OAuth client ID
    #[arg(long, env = "SMTP_OAUTH_CLIENT_ID", global = true)]
    pub smtp_oauth_client_id: Option<String>,

    /// OAuth client secret, if required
    #[arg(long, env = "SMTP_OAUTH_CLIENT_SECRET", hide_env_values = true, global = true)]
    pub smtp_oauth_client_secret: Option<String>,

    /// Sender address, such as OpsCenter <ops@example.com>
    #[arg(long, env = "MAIL_FROM", global = true)]
    pub mail_from: Option<String>,

    /// Email recipients, comma-separated
    #[arg(long, env = "MAIL_TO", global = true)]
    pub mail_to: Option<String>,

    /// Slack incoming webhook URL
    #[arg(long, env = "SLACK_WEBHOOK_URL", hide_env_values = true, global = true)]
    pub slack_webhook_url: Option<String>,

    /// Seconds to keep serving after readiness fails on shutdown, so that load balancers can react [default: 3 with
    /// TRUSTED_PROXIES, else 0]
    #[arg(long, env = "SHUTDOWN_DELAY", value_parser = clap::value_parser!(u64).range(0..=60), global = true)]
    pub shutdown_delay: Option<u64>,

    /// Addresses or networks of proxies whose X-Forwarded-For is trusted, comma-separated
    #[arg(long, env = "TRUSTED_PROXIES", default_value = "", global = true)]
    pub trusted_proxies: Proxies,
}

impl Config {
    /// Applies values from Laravel-style names where ours are unset; returns a warning for each variable set under both
    /// names, for which ours takes precedence.
    pub fn take_over(&mut self, aliases: Vec<Alias>) -> Result<Vec<String>, String> {
        let mut warnings = Vec::new();
        for Alias { ours, theirs, value } in aliases {
            let Some(slot) = self.slot(ours) else { continue };
            match (slot.is_empty(), value) {
                (true, value) => {
                    *slot = value?;
                    self.from_aliases.push(format!("{ours} from {theirs}"));
                }
                (false, Ok(value)) if *slot == value => {}
                (false, _) => warnings.push(format!("both {ours} and {theirs} are set: using {ours}")),
            }
        }
        if self.database_url.is_empty() {
            self.database_url = "sqlite://data/opscenter.db".to_owned();
        }
        Ok(warnings)
    }

    fn slot(&mut self, ours: &str) -> Option<&mut String> {
        Some(match ours {
            "DATABASE_URL" => &mut self.database_url,
            "REDIS_URL" => self.redis_url.get_or_insert_default(),
            "SMTP_URL" => self.smtp_url.get_or_insert_default(),
            "MAIL_FROM" => self.mail_from.get_or_insert_default(),
            _ => return None,
        })
    }

    /// `APP_NAME`, unless it is empty.
    pub fn app_name(&self) -> String {
        if self.app_name.is_empty() { "OpsCenter".to_owned() } else { self.app_name.clone() }
    }

    /// `APP_URL` without a trailing slash.
    pub fn app_url(&self) -> String {
        let url = given(&self.app_url).map_or_else(|| format!("http://{}", self.listen), str::to_owned);
        url.trim_end_matches('/').to_owned()
    }

    /// Host of `APP_URL`, for email addresses.
    pub fn host(&self) -> String {
        let url = Url::parse(&self.app_url()).ok();
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

    /// `SHUTDOWN_DELAY`, with its default.
    pub fn shutdown_delay(&self) -> Duration {
        let behind_a_proxy = if self.trusted_proxies.is_empty() { 0 } else { 3 };
        Duration::from_secs(self.shutdown_delay.unwrap_or(behind_a_proxy))
    }

    /// `PROVIDERS_DIR`, unless it is empty.
    pub fn providers_dir(&self) -> Option<&Path> {
        self.providers_dir.as_deref().filter(|path| !path.as_os_str().is_empty())
    }

    /// The webhook URL of a source.
    pub fn webhook_url(&self, slug: &str) -> String {
        format!("{}/api/webhooks/{slug}", self.app_url())
    }
}

fn app_name(text: &str) -> Result<String, String> {
    let fits = text.chars().count() <= 40 && !text.chars().any(char::is_control);
    if fits {
        Ok(text.trim().to_owned())
    } else {
        Err("must be at most 40 characters, without control characters".to_owned())
    }
}

/// Validates the public URL: scheme, host and port only, as it is used in cookies, links and origin checks.
fn app_url(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let wrong = "must be http:// or https:// with a host, and no path".to_owned();
    let url = Url::parse(text).ok().filter(|_| !text.chars().any(char::is_control)).ok_or_else(|| wrong.clone())?;
    let is_plain =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    let fits = ["http", "https"].contains(&url.scheme()) && url.host().is_some() && url.path() == "/" && is_plain;
    if fits { Ok(text.to_owned()) } else { Err(wrong) }
}

/// Treats an empty variable as unset.
pub fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::app_url;

    #[test]
    fn an_address_of_ours_is_an_origin() {
        for url in
            ["", "http://127.0.0.1:8080", "https://ops.example.com", "https://ops.example.com/", "https://[::1]:8443"]
        {
            assert!(app_url(url).is_ok(), "{url}");
        }
        for url in [
            "ops.example.com",
            "ftp://ops",
            "https://",
            "https://u:p@ops",
            "https://ops/console",
            "https://ops/?x",
            "https://o\tps",
        ] {
            assert!(app_url(url).is_err(), "{url}");
        }
    }
}
