//! A channel as the sender uses it.

use app::types::Channel;
use serde_json::Value;

use crate::delivery::ChannelFilter;
use crate::outgoing::Trust;

/// A channel with its decrypted secret.
#[derive(Clone)]
pub struct LoadedChannel {
    /// As stored, without the secret.
    pub channel: Channel,
    /// Bot token or webhook URL.
    pub secret: String,
    /// Which addresses it may reach.
    pub trust: Trust,
    /// Why sending cannot be attempted, e.g. because the secret cannot be decrypted.
    pub unusable: Option<String>,
    /// When a failing channel may be tried again, in UTC milliseconds; 0 for at once.
    pub retry_at: i64,
}

impl std::fmt::Debug for LoadedChannel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LoadedChannel({})", self.channel.name)
    }
}

impl LoadedChannel {
    /// A text setting; `None` if it is empty.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.channel.settings.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// Whether the last attempt failed.
    pub fn is_failing(&self) -> bool {
        self.channel.failing_since.is_some() || self.channel.broken_reason.is_some()
    }

    /// Which notifications it is configured to receive.
    pub fn filter(&self) -> ChannelFilter {
        let slugs = |list: &str| list.split(',').map(|slug| slug.trim().to_owned()).collect();
        ChannelFilter {
            is_active: self.channel.is_active,
            min_severity: self.channel.min_severity,
            sources: self.setting("sources").map(slugs),
            send_resolved: self.setting("resolved") == Some("true"),
            muted_until: self.channel.muted_until,
        }
    }
}
