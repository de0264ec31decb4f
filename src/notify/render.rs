//! What a message says: templates a channel may replace, and defaults that nothing in a payload can break out of.

use app::types::{NotificationKind, Severity};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};

use crate::channels::ReadyChannel;
use crate::db::Due;
use crate::provider::clean_line;

/// Steps a template may take.
const FUEL: u64 = 50_000;

/// Alerts that a digest names.
const NAMED: usize = 8;

/// Something to say, before it takes the form of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// One line.
    pub title: String,
    pub body: String,
    pub link: String,
    pub kind: NotificationKind,
    pub severity: Severity,
    pub source: String,
    /// The alert, unless it is a digest.
    pub alert_id: Option<i64>,
    pub may_be_a_repeat: bool,
    /// A custom template of the channel.
    pub template: Option<String>,
    pub subject: Option<String>,
}

/// The message of one alert, by the channel's own template if it has one.
pub fn one(due: &Due, channel: &ReadyChannel, app_url: &str) -> Message {
    let setting = |name: &str| channel.setting(name).map(str::to_owned);
    Message { template: setting("template"), subject: setting("subject"), ..of(due, app_url) }
}

/// The message of one alert in the default form.
pub fn of(due: &Due, app_url: &str) -> Message {
    Message {
        title: clean_line(&due.title, 300),
        body: due.message.clone(),
        link: format!("{app_url}/alerts/{}", due.alert_id),
        kind: due.kind,
        severity: due.severity,
        source: due.source.clone(),
        alert_id: Some(due.alert_id),
        may_be_a_repeat: due.may_be_a_repeat(),
        template: None,
        subject: None,
    }
}

/// One message for many: how many of each severity, and the worst by name.
pub fn digest(dues: &[&Due], app_url: &str) -> Message {
    let count = |severity: Severity| dues.iter().filter(|due| due.severity == severity).count();
    let counts = Severity::ALL.iter().rev().map(|severity| (count(*severity), severity));
    let words = counts.filter(|(n, _)| *n > 0).map(|(n, severity)| format!("{n} {severity}")).collect::<Vec<_>>();
    let line = |due: &&Due| format!("• [{}] {}", due.severity, clean_line(&due.title, 200));
    let mut body: Vec<String> = dues.iter().take(NAMED).map(line).collect();
    if dues.len() > NAMED {
        body.push(format!("… and {} more", dues.len() - NAMED));
    }
    Message {
        title: format!("{} alerts: {}", dues.len(), words.join(", ")),
        body: body.join("\n"),
        link: format!("{app_url}/alerts"),
        kind: NotificationKind::Digest,
        severity: dues.iter().map(|due| due.severity).max().unwrap_or(Severity::Info),
        source: String::new(),
        alert_id: None,
        may_be_a_repeat: dues.iter().any(|due| due.may_be_a_repeat()),
        template: None,
        subject: None,
    }
}

/// The message that a test sends.
pub fn test(app_url: &str) -> Message {
    Message {
        title: "Test from OpsCenter".to_owned(),
        body: "If you read this, alerts find you here.".to_owned(),
        link: format!("{app_url}/notifications"),
        kind: NotificationKind::Opened,
        severity: Severity::Info,
        source: "opscenter".to_owned(),
        alert_id: None,
        may_be_a_repeat: false,
        template: None,
        subject: None,
    }
}

impl Message {
    /// The first line: the specification's own 🚨, or the end of it.
    pub fn headline(&self) -> String {
        match self.kind {
            NotificationKind::Resolved => format!("✅ Resolved: {}", self.title),
            _ => format!("🚨 {}", self.title),
        }
    }

    /// What is written below: the repeat note.
    pub const fn note(&self) -> &'static str {
        if self.may_be_a_repeat { "(may be a repeat)" } else { "" }
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
        rendered.map_err(|error| tracing::warn!("a channel's template fails, the default is used: {error:#}")).ok()
    }

    fn context(&self) -> Value {
        context! {
            title => &self.title, message => &self.body, link => &self.link, kind => self.kind.as_str(),
            severity => self.severity.as_str(), source => &self.source, note => self.note(),
        }
    }
}

/// Whether a template can be read; the error is for a person.
pub fn check_template(template: &str) -> Result<(), String> {
    Environment::new().template_from_str(template).map(drop).map_err(|error| format!("{error:#}"))
}

/// What a text is escaped for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    Nothing,
    /// `& < >` and no more (Slack, "Formatting text for app surfaces").
    Slack,
    /// The quote besides, for an address in a link (Telegram Bot API, "HTML style"); so it is in mail.
    Html,
}

impl Escape {
    pub fn of(self, text: &str) -> String {
        match self {
            Self::Nothing => text.to_owned(),
            Self::Slack => escaped(text),
            Self::Html => escaped(text).replace('"', "&quot;").replace('\'', "&#39;"),
        }
    }
}

/// `& < >` as entities, which is all that Telegram and Slack take for markup.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// At most `most` UTF-16 units of a text, on a boundary, with `…` where something is missing.
pub fn cut_utf16(text: &str, most: usize) -> String {
    if text.encode_utf16().count() <= most {
        return text.to_owned();
    }
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units < most
    };
    let mut cut: String = text.chars().take_while(fits).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_escaped_for_where_it_goes() {
        let message = Message { title: "Can't reach <a/b> & \"c\"".to_owned(), ..test("https://ops.example") };
        let rendered = |escape| message.custom(Some("<{{ link }}|{{ title }}>"), escape).unwrap();
        let link = "https://ops.example/notifications";
        assert_eq!(rendered(Escape::Slack), format!("<{link}|Can't reach &lt;a/b&gt; &amp; \"c\">"));
        assert_eq!(rendered(Escape::Html), format!("<{link}|Can&#39;t reach &lt;a/b&gt; &amp; &quot;c&quot;>"));
        assert_eq!(rendered(Escape::Nothing), format!("<{link}|Can't reach <a/b> & \"c\">"));
        let safe = message.custom(Some("{{ title|safe }} {{ title|upper }}"), Escape::Slack).unwrap();
        assert!(safe.starts_with("Can't reach <a/b>") && safe.ends_with("&lt;A/B&gt; &amp; \"C\""), "{safe}");
    }
}
