//! Digests: one message about several alerts.

use app::types::{NotificationKind, Severity};

use super::note::span;
use super::{Item, Message};
use crate::notify::claim::Ours;
use crate::notify::plan::FOLD_AFTER;
use crate::provider::clean_line;

/// The digest of `all` rows, which must not be empty: counts by severity, and the titles of `named`. Its note has the number
/// of resolved alerts and the longest wait until `now` (Unix milliseconds) if that is a minute or more.
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
        notifications: all.iter().map(|ours| ours.row.id).collect(),
        episode: 0,
        note: digest_note(all, now),
        template: None,
        subject: None,
    }
}

fn line(item: &Item) -> String {
    let over = if item.is_over || item.row.kind == NotificationKind::Resolved { " (resolved)" } else { "" };
    format!("• [{}] {}{over}", item.row.severity, clean_line(&item.text.title, 200))
}

fn is_over(ours: &Ours) -> bool {
    ours.is_over || ours.row.kind == NotificationKind::Resolved
}

fn digest_note(all: &[Ours], now: i64) -> String {
    let over = all.iter().filter(|ours| is_over(ours)).count();
    let oldest = all.iter().map(|ours| ours.row.created_at).min().unwrap_or(now);
    let waited = (now - oldest >= FOLD_AFTER).then(|| format!("waited up to {}", span(now - oldest)));
    let over = (over > 0).then(|| format!("{over} already resolved"));
    let may_repeat = all.iter().any(|ours| ours.row.may_be_a_repeat());
    let repeat = may_repeat.then(|| "(may be a repeat)".to_owned());
    [over, waited, repeat].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
