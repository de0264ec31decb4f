//! Slack, via an incoming webhook.

use app::types::time::SECOND;
use serde_json::{Value, json};

use super::Outcome;
use super::outcome::retry_after;
use super::render::{Escape, Message, cut_utf16, escaped};
use crate::channels::LoadedChannel;
use crate::ops::Ops;
use crate::outgoing::Answer;
use crate::provider::clean_line;

/// Maximum text length of a section and of a header (Slack, "Reference: blocks").
const SECTION: usize = 3_000;
const HEADER: usize = 150;

/// Posts the message as blocks to the webhook of the channel.
pub async fn send(ops: &Ops, channel: &LoadedChannel, message: &Message) -> Outcome {
    match ops.outgoing.post_json(&channel.secret, channel.trust, body(message).to_string()).await {
        Ok(answer) => read(&answer, ops.now()),
        Err(error) => error.into(),
    }
}

/// The JSON body. Uses `plain_text` where Slack allows it; in `mrkdwn` `& < >` are escaped, so that a payload can create
/// neither links nor mentions.
pub(super) fn body(message: &Message) -> Value {
    let custom = message.custom(message.template.as_deref(), Escape::Slack);
    let text = custom.unwrap_or_else(|| escaped(&message.body));
    let foot = [
        escaped(&message.source),
        message.severity.to_string(),
        format!("<{}|Open in OpsCenter>", message.link),
        escaped(&message.note),
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

/// The texts of a body's blocks as `mrkdwn`, a line each.
pub(super) fn lines(body: &Value) -> String {
    let text = |block: &Value| {
        let of = block.get("text").or_else(|| block.pointer("/elements/0"))?;
        let text = of["text"].as_str()?;
        Some(if of["type"] == "plain_text" { escaped(text) } else { text.to_owned() })
    };
    body["blocks"].as_array().into_iter().flatten().filter_map(text).collect::<Vec<_>>().join("\n")
}

/// Truncated to the limit, without leaving part of an entity.
fn section(text: &str) -> String {
    let cut = cut_utf16(text, SECTION);
    match cut.rfind('&') {
        Some(at) if cut != text && !cut[at..].contains(';') => format!("{}…", &cut[..at]),
        _ => cut,
    }
}

fn read(answer: &Answer, now: i64) -> Outcome {
    let text = answer.text();
    let words = format!("{} {}", answer.status, clean_line(&text, 300));
    let after = retry_after(&answer.headers, now);
    match answer.status {
        200..=299 => taken(&text, words),
        429 => Outcome::Later { error: words, after: Some(after.unwrap_or(SECOND)) },
        500.. | 408 => Outcome::Later { error: words, after },
        // The webhook was revoked, or the workspace or the channel is gone.
        401 | 403 | 404 | 410 => Outcome::Broken(words),
        _ => Outcome::Refused(words),
    }
}

/// Classifies a 2xx response. HTML comes from an intermediary, such as the login page of a proxy. Slack-compatible services
/// may report an error as `ok: false` with status 200.
fn taken(text: &str, words: String) -> Outcome {
    let answer: Value = serde_json::from_str(text).unwrap_or_default();
    let says_no = answer["ok"] == false || answer["success"] == false;
    let reason = answer["error"].as_str().unwrap_or_default();
    match reason {
        _ if text.trim_start().starts_with('<') => {
            Outcome::Later { error: format!("unexpected response, not from Slack: {words}"), after: None }
        }
        _ if !says_no => Outcome::Sent(words),
        "ratelimited" | "rate_limited" | "internal_error" | "fatal_error" | "service_unavailable" => {
            Outcome::Later { error: words, after: None }
        }
        "invalid_auth"
        | "not_authed"
        | "token_revoked"
        | "token_expired"
        | "account_inactive"
        | "channel_not_found"
        | "channel_is_archived"
        | "no_service" => Outcome::Broken(words),
        _ => Outcome::Refused(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, retry_after: Option<&str>, text: &str) -> Outcome {
        let mut headers = reqwest::header::HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert("retry-after", value.parse().unwrap());
        }
        read(&Answer { status, headers, body: text.as_bytes().to_vec() }, 1_800_000_000_000)
    }

    #[test]
    fn two_hundred_is_not_always_sent() {
        assert!(matches!(answer(200, None, "ok"), Outcome::Sent(_)));
        assert!(matches!(answer(200, None, r#"{"ok":true}"#), Outcome::Sent(_)));
        assert!(matches!(answer(200, None, r#"{"ok":false,"error":"invalid_blocks"}"#), Outcome::Refused(_)));
        assert!(matches!(answer(200, None, r#"{"ok":false,"error":"account_inactive"}"#), Outcome::Broken(_)));
        assert!(matches!(answer(200, None, "<!doctype html><title>Sign in</title>"), Outcome::Later { .. }));
    }

    #[test]
    fn a_wait_is_seconds_or_a_date() {
        let after = |value| match answer(429, Some(value), "") {
            Outcome::Later { after, .. } => after,
            other => panic!("{other:?}"),
        };
        assert_eq!(after("30"), Some(30_000));
        assert_eq!(after("Fri, 15 Jan 2027 08:02:00 GMT"), Some(120_000));
        assert_eq!(after("Fri, 15 Jan 2027 07:00:00 GMT"), Some(0), "it is over");
        assert_eq!(after("soon"), Some(1_000));
    }
}
