//! Each kind of message in each channel's form, beside the text it is known for.

use app::types::{Channel, ChannelKind, NotificationKind, Severity};

use super::render::{self, Message};
use super::{email, slack, telegram};
use crate::channels::ReadyChannel;
use crate::db::Due;
use crate::outgoing::Trust;

/// A payload that would like to be markup.
pub fn due(id: i64, severity: Severity) -> Due {
    Due {
        id,
        alert_id: id,
        kind: NotificationKind::Opened,
        episode: 0,
        attempts: 0,
        created_at: 0,
        error_message: None,
        title: format!("Disk <b>{id}</b> & <!channel>\r\nBcc: x@example.com"),
        message: "95 % of /var is *used*\n<script>alert(1)</script> [a](http://b)".to_owned(),
        severity,
        source: "Node <exporter>".to_owned(),
        occurrences: 1,
        opened_at: 0,
    }
}

/// A channel of Telegram with nothing set.
pub fn channel() -> ReadyChannel {
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
        created_at: 0,
        updated_at: 0,
    };
    ReadyChannel { channel, secret: "123456:hush".to_owned(), trust: Trust::Nobody }
}

fn messages() -> [(&'static str, Message); 4] {
    let base = render::of(&due(17, Severity::Critical), "https://ops.example.com");
    let digest: Vec<Due> =
        (1..=11).map(|id| due(id, if id < 3 { Severity::Critical } else { Severity::Error })).collect();
    [
        ("opened", base.clone()),
        ("maybe_again", Message { may_be_a_repeat: true, ..base.clone() }),
        ("resolved", Message { kind: NotificationKind::Resolved, ..base }),
        ("digest", render::digest(&digest.iter().collect::<Vec<_>>(), "https://ops.example.com")),
    ]
}

#[test]
fn messages_read_as_they_are_known() {
    for (name, message) in messages() {
        insta::assert_snapshot!(format!("telegram.{name}"), telegram::text(&message));
        insta::assert_snapshot!(format!("slack.{name}"), format!("{:#}", slack::body(&message)));
        let mail = [email::subject(&message), email::text(&message), email::html(&message)].join("\n---\n");
        insta::assert_snapshot!(format!("email.{name}"), mail);
    }
}
