//! Web Push (RFC 8030): a message is encrypted for one browser (RFC 8291) and handed to its push service, signed with the key
//! of this installation (VAPID, RFC 8292). The browser's service worker, `public/sw.js`, shows it.

mod subscription;

use app::types::Severity;
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::Outcome;
use super::outcome::retry_after;
use super::render::{Escape, Message};
use crate::channels::LoadedChannel;
use crate::ops::Ops;
use crate::outgoing::Answer;
use crate::provider::{clean_line, clean_text};
use crate::vapid::Vapid;

pub use subscription::Subscription;

/// How long the push service keeps the message for a browser that is off, in seconds.
const TTL: &str = "86400";

/// Longest title and text in bytes: as JSON, where quotes and line breaks take two, and encrypted, the message must fit 4,096
/// bytes (RFC 8030, section 7.2).
const TITLE: usize = 300;
const TEXT: usize = 1_200;

/// Why a channel is disabled whose browser has unsubscribed.
const GONE: &str = "the browser has ended its subscription: turn push notifications on there again";

/// Posts the message to the push service of the browser.
pub async fn send(ops: &Ops, channel: &LoadedChannel, message: &Message) -> Outcome {
    let vapid = match ops.vapid.get(&ops.db, &ops.crypto, ops.now()).await {
        Ok(vapid) => vapid,
        Err(error) => {
            return Outcome::Later { error: format!("the signing key cannot be read: {error}"), after: None };
        }
    };
    let (endpoint, headers, body) = match request(ops, vapid, &channel.secret, message) {
        Ok(request) => request,
        Err(why) => return Outcome::Broken(format!("the subscription {why}")),
    };
    match ops.outgoing.post(&endpoint, channel.trust, headers, body).await {
        Ok(answer) => read(&answer, ops.now()),
        Err(error) => error.into(),
    }
}

/// Endpoint, headers and encrypted body.
fn request(ops: &Ops, vapid: &Vapid, secret: &str, message: &Message) -> Result<(String, HeaderMap, Vec<u8>), String> {
    let subscription = Subscription::read(secret)?;
    let body = subscription.encrypt(payload(message).to_string().into_bytes())?;
    let signed = vapid.authorization(&subscription.endpoint, &ops.config.app_url(), ops.now())?;
    Ok((subscription.endpoint, headers(&signed, message), body))
}

fn headers(authorization: &str, message: &Message) -> HeaderMap {
    let urgency = if message.severity >= Severity::Error { "high" } else { "normal" };
    let mut headers = HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (CONTENT_ENCODING, HeaderValue::from_static("aes128gcm")),
        (HeaderName::from_static("ttl"), HeaderValue::from_static(TTL)),
        (HeaderName::from_static("urgency"), HeaderValue::from_static(urgency)),
    ]);
    if let Ok(authorization) = HeaderValue::from_str(authorization) {
        headers.insert(AUTHORIZATION, authorization);
    }
    // A later message of the same alert replaces one that the browser has not fetched yet (RFC 8030, section 5.4). A digest
    // replaces nothing, since each has other alerts.
    if message.alert_id.is_some()
        && let Ok(topic) = HeaderValue::from_str(&tag(message))
    {
        headers.insert(HeaderName::from_static("topic"), topic);
    }
    headers
}

/// What the service worker shows: `title`, `body`, `url`, `tag`, `severity`, and `alert_id` of an alert that can be
/// acknowledged.
pub(super) fn payload(message: &Message) -> Value {
    let is_open = !message.is_over && message.kind != app::types::NotificationKind::Resolved;
    json!({
        "title": clean_line(&message.headline(), TITLE),
        "body": clean_text(&text(message), TEXT),
        "url": message.link,
        "tag": tag(message),
        "severity": message.severity,
        "alert_id": message.alert_id.filter(|_| is_open),
    })
}

/// The text below the title.
pub(super) fn text(message: &Message) -> String {
    let custom = message.custom(message.template.as_deref(), Escape::Nothing);
    let body = custom.unwrap_or_else(|| message.body.clone());
    let foot = [message.source.as_str(), message.note.as_str()].into_iter().filter(|part| !part.is_empty());
    let foot = foot.collect::<Vec<_>>().join(" · ");
    [body.trim(), &foot].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Of several notifications with one tag the browser shows the last.
fn tag(message: &Message) -> String {
    match (message.alert_id, message.notifications.first()) {
        (Some(alert), _) => format!("alert-{alert}"),
        (None, Some(first)) => format!("digest-{first}"),
        (None, None) => "test".to_owned(),
    }
}

fn read(answer: &Answer, now: i64) -> Outcome {
    // Not the text: what an address answers is not for every user who can subscribe.
    let words = answer.status.to_string();
    match answer.status {
        200..=299 => Outcome::Sent(words),
        404 | 410 => Outcome::Gone(GONE.to_owned()),
        401 | 403 => Outcome::Broken(words),
        408 | 429 | 500.. => Outcome::Later { error: words, after: retry_after(&answer.headers, now) },
        _ => Outcome::Refused(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::render::sample;

    #[test]
    fn the_longest_message_fits_a_push() {
        for text in ["🔥", "\u{1}", "\"", "\n", "x"] {
            let (title, body) = (text.repeat(10_000), text.repeat(10_000));
            let message = Message { title, body, ..sample("https://ops.example.com") };
            let length = payload(&message).to_string().len();
            assert!(length < 3_993, "{text:?}: {length} bytes");
        }
    }

    #[test]
    fn an_ended_subscription_ends_the_channel_and_a_busy_service_does_not() {
        let answer = |status| Answer { status, headers: HeaderMap::new(), body: Vec::new() };
        assert!(matches!(read(&answer(201), 0), Outcome::Sent(_)));
        assert!(matches!(read(&answer(410), 0), Outcome::Gone(_)));
        assert!(matches!(read(&answer(403), 0), Outcome::Broken(_)));
        assert!(matches!(read(&answer(429), 0), Outcome::Later { .. }));
        assert!(matches!(read(&answer(413), 0), Outcome::Refused(_)));
    }
}
