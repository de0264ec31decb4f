//! What a message says: templates a channel may replace, and defaults that nothing in a payload can break out of.

use app::types::time::MINUTE;
use app::types::{NotificationKind, Severity};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};

use super::claim::Ours;
use super::plan::FOLD_AFTER;
use crate::channels::ReadyChannel;
use crate::db::{AlertText, Candidate};
use crate::provider::clean_line;

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
pub fn one(item: &Item, channel: &ReadyChannel, app_url: &str) -> Message {
    Message { note: note(item, zone(channel)), ..in_own_words(of(item, app_url), channel) }
}

fn in_own_words(message: Message, channel: &ReadyChannel) -> Message {
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
        note: note(item, None),
        template: None,
        subject: None,
    }
}

/// When it fired, when it was over, why it comes late, and whether it may have come before.
fn note(item: &Item, zone: Option<&str>) -> String {
    let at = |at: i64| moment(at, zone);
    let is_end = item.is_over || item.row.kind == NotificationKind::Resolved;
    let ended = item.text.ended_at.filter(|_| is_end).map(|ended| format!("over {}", at(ended)));
    let held = match (&item.row.reason, item.row.held_until) {
        (Some(reason), Some(until)) => Some(format!("held {} to {}: {reason}", at(item.row.created_at), at(until))),
        _ => None,
    };
    let repeat = item.row.may_be_a_repeat().then(|| "(may be a repeat)".to_owned());
    let fired = Some(format!("fired {}", at(item.text.opened_at)));
    [fired, ended, held, repeat].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// One message for many: how many of each severity, how many are over, how long they waited, and the worst by name.
pub fn digest(named: &[Item], all: &[Ours], app_url: &str, now: i64) -> Message {
    let count = |severity: Severity| all.iter().filter(|ours| ours.row.severity == severity).count();
    let counts = Severity::ALL.iter().rev().map(|severity| (count(*severity), severity));
    let words = counts.filter(|(n, _)| *n > 0).map(|(n, severity)| format!("{n} {severity}")).collect::<Vec<_>>();
    let mut body: Vec<String> = named.iter().map(line).collect();
    if all.len() > named.len() {
        body.push(format!("… and {} more", all.len() - named.len()));
    }
    Message {
        title: format!("{} alerts: {}", all.len(), words.join(", ")),
        body: body.join("\n"),
        link: format!("{app_url}/alerts"),
        kind: NotificationKind::Digest,
        is_over: all.iter().all(is_over),
        severity: all.iter().map(|ours| ours.row.severity).max().unwrap_or(Severity::Info),
        source: String::new(),
        alert_id: None,
        opened_at: 0,
        note: digest_note(all, now),
        template: None,
        subject: None,
    }
}

fn line(item: &Item) -> String {
    let over = if item.is_over || item.row.kind == NotificationKind::Resolved { " (over)" } else { "" };
    format!("• [{}] {}{over}", item.row.severity, clean_line(&item.text.title, 200))
}

fn is_over(ours: &Ours) -> bool {
    ours.is_over || ours.row.kind == NotificationKind::Resolved
}

fn digest_note(all: &[Ours], now: i64) -> String {
    let over = all.iter().filter(|ours| is_over(ours)).count();
    let oldest = all.iter().map(|ours| ours.row.created_at).min().unwrap_or(now);
    let waited = (now - oldest >= FOLD_AFTER).then(|| format!("waited up to {}", span(now - oldest)));
    let over = (over > 0).then(|| format!("{over} of them over"));
    let may_repeat = all.iter().any(|ours| ours.row.may_be_a_repeat());
    let repeat = may_repeat.then(|| "(may be a repeat)".to_owned());
    [over, waited, repeat].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Hours and minutes.
fn span(milliseconds: i64) -> String {
    match milliseconds / MINUTE {
        minutes @ 0..60 => format!("{minutes} min"),
        minutes => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

/// The zone that a channel's readers live in, by its IANA name.
fn zone(channel: &ReadyChannel) -> Option<&str> {
    channel.setting("timezone")
}

/// A moment as a reader in a zone writes it; UTC where none is said.
fn moment(at: i64, zone: Option<&str>) -> String {
    let zone = zone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    let Ok(at) = Timestamp::from_millisecond(at) else { return String::new() };
    at.to_zoned_datetime(zone).strftime("%Y-%m-%d %H:%M %Z").to_string()
}

/// Whether there is such a zone.
pub fn is_zone(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

/// The message that a test sends.
pub fn test(channel: &ReadyChannel, app_url: &str) -> Message {
    let message = Message {
        title: "Test from OpsCenter".to_owned(),
        body: "If you read this, alerts find you here.".to_owned(),
        link: format!("{app_url}/notifications"),
        kind: NotificationKind::Opened,
        is_over: false,
        severity: Severity::Info,
        source: "opscenter".to_owned(),
        alert_id: None,
        opened_at: 0,
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
            _ if self.is_over => format!("🚨 Fired, over now: {}", self.title),
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
        rendered.map_err(|error| tracing::warn!("a channel's template fails, the default is used: {error:#}")).ok()
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
