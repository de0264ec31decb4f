//! The text of messages: the default form, and custom templates of channels. Values are escaped, so that a payload cannot
//! inject markup.

mod digest;
mod escape;
mod note;

use app::types::{Alert, NotificationKind, Severity};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};

use crate::channels::LoadedChannel;
use crate::db::{AlertText, Candidate};
use crate::provider::clean_line;
pub use digest::digest;
pub use escape::{Escape, cut_utf16, escaped};
pub use note::is_zone;
use note::{note, zone};

/// Maximum number of instructions of a template (MiniJinja fuel).
const FUEL: u64 = 50_000;

/// Maximum number of alerts that a digest names.
pub const NAMED: usize = 8;

/// A message before it is formatted for a kind of channel. Texts are not escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// One line, without the prefix of [`Message::headline`].
    pub title: String,
    /// Plain text of several lines; may be empty.
    pub body: String,
    /// URL of the alert, or of the list of alerts.
    pub link: String,
    /// What it reports; `Opened` for a test.
    pub kind: NotificationKind,
    /// An alarm whose alert was resolved meanwhile; for a digest, whether all alerts are resolved.
    pub is_over: bool,
    /// Severity of the alert; the highest one for a digest.
    pub severity: Severity,
    /// Name of the source; empty for a digest.
    pub source: String,
    /// The alert; `None` for a digest or a test.
    pub alert_id: Option<i64>,
    /// When the alert was created, Unix milliseconds; 0 for a digest or a test.
    pub opened_at: i64,
    /// Ids of the notifications that it contains; empty for a test.
    pub notifications: Vec<i64>,
    /// Episode of an opened alert; 0 for its first one and for all other kinds.
    pub episode: i64,
    /// Footer: when the alert fired and was resolved, why the message is late, whether it may be a repeat.
    pub note: String,
    /// Template of the channel for the body; `None` for the default form.
    pub template: Option<String>,
    /// Template of the channel for the subject of an email; `None` for the default.
    pub subject: Option<String>,
}

/// A claimed row with the text of its alert.
#[derive(Clone, Debug)]
pub struct Item {
    /// The row, with the state of its alert at the claim.
    pub row: Candidate,
    /// The text of the alert.
    pub text: AlertText,
    /// An alarm whose alert was resolved meanwhile: the message reports both.
    pub is_over: bool,
}

/// The message of one alert, with the templates and the time zone of the channel. `app_url` has no trailing slash.
pub fn one(item: &Item, channel: &LoadedChannel, app_url: &str) -> Message {
    Message { note: note(item, zone(channel)), ..in_own_words(of(item, app_url), channel) }
}

fn in_own_words(message: Message, channel: &LoadedChannel) -> Message {
    let setting = |name: &str| channel.setting(name).map(str::to_owned);
    Message { template: setting("template"), subject: setting("subject"), ..message }
}

/// The message of one alert in the default form, with times in UTC.
pub fn of(item: &Item, app_url: &str) -> Message {
    Message {
        title: clean_line(&item.text.title, 300),
        body: item.text.message.clone(),
        link: format!("{app_url}/alerts/{}", item.row.alert_id),
        kind: item.row.kind,
        is_over: item.is_over,
        severity: item.row.severity,
        source: item.text.source.clone(),
        alert_id: Some(item.row.alert_id),
        opened_at: item.text.opened_at,
        notifications: vec![item.row.id],
        episode: if item.row.kind == NotificationKind::Opened { item.row.episode } else { 0 },
        note: note(item, None),
        template: None,
        subject: None,
    }
}

/// The message of an alert as it is now, in the default form.
pub fn of_alert(alert: &Alert, app_url: &str) -> Message {
    Message {
        title: clean_line(&alert.title, 300),
        body: alert.message.clone(),
        link: format!("{app_url}/alerts/{}", alert.id),
        severity: alert.severity,
        source: alert.source_name.clone(),
        alert_id: Some(alert.id),
        opened_at: alert.created_at,
        ..sample(app_url)
    }
}

/// The message of an alert that does not exist.
pub fn sample(app_url: &str) -> Message {
    Message {
        title: "Disk 96% full on db-1".to_owned(),
        body: "14 GB left".to_owned(),
        link: format!("{app_url}/alerts/1"),
        kind: NotificationKind::Opened,
        is_over: false,
        severity: Severity::Critical,
        source: "Example".to_owned(),
        alert_id: None,
        opened_at: 0,
        notifications: Vec::new(),
        episode: 0,
        note: String::new(),
        template: None,
        subject: None,
    }
}

/// The message of a test, with the templates of the channel.
pub fn test(channel: &LoadedChannel, app_url: &str) -> Message {
    let message = Message {
        title: "Test from OpsCenter".to_owned(),
        body: "This channel works: alerts will be sent here.".to_owned(),
        link: format!("{app_url}/notifications"),
        severity: Severity::Info,
        source: "opscenter".to_owned(),
        ..sample(app_url)
    };
    in_own_words(message, channel)
}

impl Message {
    /// The first line: the title with a prefix for a firing or resolved alert.
    pub fn headline(&self) -> String {
        match self.kind {
            NotificationKind::Resolved => format!("✅ Resolved: {}", self.title),
            _ if self.is_over => format!("🚨 Fired and resolved: {}", self.title),
            _ => format!("🚨 {}", self.title),
        }
    }

    /// Renders a custom template; values are escaped unless marked `safe`. `None` without a template or if it fails, which is
    /// logged.
    pub fn custom(&self, template: Option<&str>, escape: Escape) -> Option<String> {
        let rendered = self.render(template?, escape);
        rendered.map_err(|error| tracing::warn!("channel template failed, using the default: {error}")).ok()
    }

    /// Renders a template; the error is a text to show.
    pub fn render(&self, template: &str, escape: Escape) -> Result<String, String> {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Chainable);
        env.set_fuel(Some(FUEL));
        env.set_auto_escape_callback(|_| AutoEscape::None);
        env.set_formatter(move |out, _, value| {
            let text = if value.is_safe() { value.to_string() } else { escape.of(&value.to_string()) };
            Ok(out.write_str(&text)?)
        });
        env.render_str(template, self.context()).map_err(|error| format!("{error:#}"))
    }

    fn context(&self) -> Value {
        context! {
            title => &self.title, message => &self.body, link => &self.link, kind => self.kind.as_str(),
            severity => self.severity.as_str(), source => &self.source, note => &self.note,
        }
    }
}

/// Checks the syntax of a template; the error is a text to show.
pub fn check_template(template: &str) -> Result<(), String> {
    Environment::new().template_from_str(template).map(drop).map_err(|error| format!("{error:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_escaped_for_where_it_goes() {
        let message = Message {
            title: "Can't reach <a/b> & \"c\"".to_owned(),
            ..test(&crate::notify::golden::channel(), "https://ops.example")
        };
        let rendered = |escape| message.custom(Some("<{{ link }}|{{ title }}>"), escape).unwrap();
        let link = "https://ops.example/notifications";
        assert_eq!(rendered(Escape::Slack), format!("<{link}|Can't reach &lt;a/b&gt; &amp; \"c\">"));
        assert_eq!(rendered(Escape::Html), format!("<{link}|Can&#39;t reach &lt;a/b&gt; &amp; &quot;c&quot;>"));
        assert_eq!(rendered(Escape::Nothing), format!("<{link}|Can't reach <a/b> & \"c\">"));
        let safe = message.custom(Some("{{ title|safe }} {{ title|upper }}"), Escape::Slack).unwrap();
        assert!(safe.starts_with("Can't reach <a/b>") && safe.ends_with("&lt;A/B&gt; &amp; \"C\""), "{safe}");
    }
}
