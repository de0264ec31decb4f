//! Snapshot tests: each kind of message as each kind of channel formats it.

use app::types::{AlertState, Channel, ChannelKind, NotificationKind, Severity};

use super::claim::Ours;
use super::render::{self, Item, Message};
use super::{email, push, slack, telegram};
use crate::channels::LoadedChannel;
use crate::db::{AlertText, Candidate};
use crate::outgoing::Trust;

/// An opened alert whose texts contain HTML, Slack markup and a header injection.
pub fn item(id: i64, severity: Severity) -> Item {
    let row = Candidate {
        id,
        alert_id: id,
        kind: NotificationKind::Opened,
        episode: 0,
        attempts: 0,
        error_message: None,
        created_at: 0,
        reason: None,
        held_until: None,
        state: AlertState::Open,
        severity,
        muted_until: None,
        ended_at: None,
    };
    let text = AlertText {
        id,
        title: format!("Disk <b>{id}</b> & <!channel>\r\nBcc: x@example.com"),
        message: "95 % of /var is *used*\n<script>alert(1)</script> [a](http://b)".to_owned(),
        source: "Node <exporter>".to_owned(),
        opened_at: 1_800_000_000_000,
        ended_at: Some(1_800_000_420_000),
    };
    Item { row, text, is_over: false }
}

/// A Telegram channel without settings.
pub fn channel() -> LoadedChannel {
    let channel = Channel {
        id: 1,
        name: "Telegram".to_owned(),
        kind: ChannelKind::Telegram,
        recipient: "42".to_owned(),
        settings: Default::default(),
        min_severity: Severity::Warning,
        fallback_id: None,
        is_active: true,
        broken_reason: None,
        muted_until: None,
        failing_since: None,
        warning: None,
        created_at: 0,
        updated_at: 0,
    };
    let (secret, trust) = ("123456:hush".to_owned(), Trust::Nobody);
    LoadedChannel { channel, secret, trust, unusable: None, retry_at: 0 }
}

fn messages() -> Vec<(&'static str, Message)> {
    let (url, now) = ("https://ops.example.com", 2 * 3_600_000 + 5 * 60_000);
    let opened = item(17, Severity::Critical);
    let of = |change: fn(&mut Item)| {
        let mut item = opened.clone();
        change(&mut item);
        render::of(&item, url)
    };
    let items: Vec<Item> =
        (1..=11).map(|id| item(id, if id < 3 { Severity::Critical } else { Severity::Error })).collect();
    let all: Vec<Ours> = items.iter().map(|item| Ours { row: item.row.clone(), is_over: item.row.id == 2 }).collect();
    vec![
        ("opened", render::of(&opened, url)),
        ("maybe_again", of(|item| item.row.attempts = 1)),
        ("resolved", of(|item| item.row.kind = NotificationKind::Resolved)),
        ("over", of(|item| item.is_over = true)),
        (
            "held",
            of(|item| (item.row.reason, item.row.held_until) = (Some("the channel is muted".into()), Some(3_600_000))),
        ),
        ("digest", render::digest(&items[..8], &all, url, now)),
    ]
}

#[test]
fn messages_read_as_they_are_known() {
    for (name, message) in messages() {
        insta::assert_snapshot!(format!("telegram.{name}"), telegram::text(&message));
        insta::assert_snapshot!(format!("slack.{name}"), format!("{:#}", slack::body(&message)));
        insta::assert_snapshot!(format!("push.{name}"), format!("{:#}", push::payload(&message)));
        let mail = [email::subject(&message), email::text(&message), email::html(&message)].join("\n---\n");
        insta::assert_snapshot!(format!("email.{name}"), mail);
    }
}
