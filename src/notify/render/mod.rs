//! What a message says: templates a channel may replace, and defaults that nothing in a payload can break out of.

mod digest;
mod escape;
mod note;

use app::types::{NotificationKind, Severity};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};

use crate::channels::LoadedChannel;
use crate::db::{AlertText, Candidate};
use crate::provider::clean_line;
pub use digest::digest;
pub use escape::{Escape, cut_utf16, escaped};
pub use note::is_zone;
use note::{note, zone};

/// Steps a template may take.
const FUEL: u64 = 50_000;

/// Alerts that a digest names.
pub const NAMED: usize = 8;

/// Something to say, before it takes the form of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// One line.
    pub title: String,
    pub body: String,
    pub link: String,
    pub kind: NotificationKind,
    /// It fired, and is over: both in one message.
    pub is_over: bool,
    pub severity: Severity,
    pub source: String,
    /// The alert, unless it is a digest; and when it was opened, Unix milliseconds.
    pub alert_id: Option<i64>,
    pub opened_at: i64,
    /// Ids of the notifications that it tells; none of a test.
    pub notifications: Vec<i64>,
    /// How often it was opened again before.
    pub episode: i64,
    /// Written below: when it fired, and what else there is to say of the telling.
    pub note: String,
    /// A custom template of the channel.
    pub template: Option<String>,
    pub subject: Option<String>,
}

/// A row with what it says of its alert.
#[derive(Clone, Debug)]
pub struct Item {
    pub row: Candidate,
    pub text: AlertText,
    /// It is over already: both are said at once.
    pub is_over: bool,
}

/// The message of one alert, by the channel's own template if it has one.
pub fn one(item: &Item, channel: &LoadedChannel, app_url: &str) -> Message {
    Message { note: note(item, zone(channel)), ..in_own_words(of(item, app_url), channel) }
}

fn in_own_words(message: Message, channel: &LoadedChannel) -> Message {
    let setting = |name: &str| channel.setting(name).map(str::to_owned);
    Message { template: setting("template"), subject: setting("subject"), ..message }
}

/// The message of one alert in the default form.
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

/// The message that a test sends.
pub fn test(channel: &LoadedChannel, app_url: &str) -> Message {
    let message = Message {
        title: "Test from OpsCenter".to_owned(),
        body: "This channel works: alerts will be sent here.".to_owned(),
        link: format!("{app_url}/notifications"),
        kind: NotificationKind::Opened,
        is_over: false,
        severity: Severity::Info,
        source: "opscenter".to_owned(),
        alert_id: None,
        opened_at: 0,
        notifications: Vec::new(),
        episode: 0,
        note: String::new(),
        template: None,
        subject: None,
    };
    in_own_words(message, channel)
}

impl Message {
    /// The first line: the specification's own 🚨, or the end of it.
    pub fn headline(&self) -> String {
        match self.kind {
            NotificationKind::Resolved => format!("✅ Resolved: {}", self.title),
            _ if self.is_over => format!("🚨 Fired and resolved: {}", self.title),
            _ => format!("🚨 {}", self.title),
        }
    }

    /// The channel's own template, escaped as its form needs; None if it has none or it fails.
    pub fn custom(&self, template: Option<&str>, escape: Escape) -> Option<String> {
        let template = template?;
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Chainable);
        env.set_fuel(Some(FUEL));
        env.set_auto_escape_callback(|_| AutoEscape::None);
        env.set_formatter(move |out, _, value| {
            let text = if value.is_safe() { value.to_string() } else { escape.of(&value.to_string()) };
            Ok(out.write_str(&text)?)
        });
        let rendered = env.render_str(template, self.context());
        rendered.map_err(|error| tracing::warn!("channel template failed, using the default: {error:#}")).ok()
    }

    fn context(&self) -> Value {
        context! {
            title => &self.title, message => &self.body, link => &self.link, kind => self.kind.as_str(),
            severity => self.severity.as_str(), source => &self.source, note => &self.note,
        }
    }
}

/// Whether a template can be read; the error is for a person.
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
