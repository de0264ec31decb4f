//! Slack, by an incoming webhook.

use serde_json::{Value, json};

use super::Outcome;
use super::render::{Escape, Message, cut_utf16, escaped};
use crate::channels::ReadyChannel;
use crate::ops::Ops;
use crate::outgoing::{Answer, OutgoingError};
use crate::provider::clean_line;

/// Longest text of a section and of a header (Slack, "Reference: blocks").
const SECTION: usize = 3_000;
const HEADER: usize = 150;

pub async fn send(ops: &Ops, channel: &ReadyChannel, message: &Message) -> Outcome {
    match ops.outgoing.post_json(&channel.secret, channel.trust, body(message).to_string()).await {
        Ok(answer) => read(&answer),
        Err(OutgoingError::Refused(why)) => Outcome::Broken(why),
        Err(error) => Outcome::Later { error: error.to_string(), after: None },
    }
}

/// Plain text where Slack allows it; in `mrkdwn` nothing of a payload is markup, since `& < >` are escaped.
pub(super) fn body(message: &Message) -> Value {
    let custom = message.custom(message.template.as_deref(), Escape::Slack);
    let text = custom.unwrap_or_else(|| escaped(&message.body));
    let foot = [
        escaped(&message.source),
        message.severity.to_string(),
        format!("<{}|Open in OpsCenter>", message.link),
        message.note().to_owned(),
    ];
    let foot = foot.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let mut blocks = vec![
        json!({ "type": "header", "text": { "type": "plain_text", "text": cut_utf16(&message.headline(), HEADER) } }),
    ];
    if !text.trim().is_empty() {
        blocks
            .push(json!({ "type": "section", "text": { "type": "mrkdwn", "text": section(&text), "verbatim": true } }));
    }
    blocks.push(json!({ "type": "context", "elements": [{ "type": "mrkdwn", "text": foot }] }));
    json!({ "text": cut_utf16(&escaped(&message.headline()), SECTION), "blocks": blocks })
}

/// Cut so that no entity is cut in half.
fn section(text: &str) -> String {
    let cut = cut_utf16(text, SECTION);
    match cut.rfind('&') {
        Some(at) if cut.len() < text.len() && !cut[at..].contains(';') => format!("{}…", &cut[..at]),
        _ => cut,
    }
}

fn read(answer: &Answer) -> Outcome {
    let words = format!("{} {}", answer.status, clean_line(&answer.text(), 300));
    let after = answer.headers.get("retry-after").and_then(|value| value.to_str().ok()?.trim().parse::<i64>().ok());
    match answer.status {
        200..=299 => Outcome::Sent(words),
        429 => Outcome::Later { error: words, after: Some(after.unwrap_or(1).saturating_mul(1000)) },
        500.. => Outcome::Later { error: words, after: after.map(|seconds| seconds.saturating_mul(1000)) },
        // The webhook was removed, the workspace or the channel is gone.
        401 | 403 | 404 | 410 => Outcome::Broken(words),
        _ => Outcome::Refused(words),
    }
}
