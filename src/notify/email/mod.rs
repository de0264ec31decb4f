//! Email via SMTP. Each recipient gets the message in an SMTP transaction of its own; those reached are remembered while it
//! is retried for others.

mod oauth;
mod transport;

use app::types::NotificationKind;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Mailboxes, MultiPart, SinglePart};
use lettre::{AsyncTransport, Message as Mail};

use super::Outcome;
use super::render::{Escape, Message, escaped};
use crate::channels::LoadedChannel;
use crate::config::given;
use crate::ops::Ops;
use crate::provider::clean_line;
pub use transport::check_smtp_url;
use transport::transport;

/// Maximum number of attempts for the remaining recipients of a message.
const PARTLY: u32 = 10;

/// Sends the message to each recipient separately, so that a rejected one does not affect the others.
pub async fn send(ops: &Ops, channel: &LoadedChannel, message: &Message) -> Outcome {
    let transport = match transport(ops).await {
        Ok(transport) => transport,
        Err(outcome) => return outcome,
    };
    let mail = match mail(ops, channel, message) {
        Ok(mail) => mail,
        Err(why) => return Outcome::Broken(why),
    };
    let (bytes, to) = (mail.formatted(), mail.envelope().to().to_vec());
    let done = ops.channels.reached.of(&message.notifications);
    let mut outcomes = Vec::with_capacity(to.len());
    for address in to.into_iter().filter(|address| !done.contains_key(&address.to_string())) {
        let Ok(envelope) = Envelope::new(mail.envelope().from().cloned(), vec![address.clone()]) else { continue };
        let outcome = match transport.send_raw(&envelope, &bytes).await {
            Ok(response) => Outcome::Sent(words(response.code(), response.message())),
            Err(error) => read(&error),
        };
        // Recorded immediately: the timeout of the whole message may expire before the last recipient.
        if matches!(outcome, Outcome::Sent(_) | Outcome::Refused(_)) {
            ops.channels.reached.note(&message.notifications, address.as_ref(), matches!(outcome, Outcome::Sent(_)));
        }
        outcomes.push((address.to_string(), outcome));
    }
    if outcomes.iter().any(|(_, outcome)| matches!(outcome, Outcome::Broken(_))) {
        oauth::forget().await;
    }
    remembered(ops, &message.notifications, together(outcomes, done.values().any(|is_reached| *is_reached)))
}

/// Gives up on the remaining recipients after [`PARTLY`] attempts.
fn remembered(ops: &Ops, notifications: &[i64], outcome: Outcome) -> Outcome {
    let outcome = match outcome {
        Outcome::Partly(why) if ops.channels.reached.tried(notifications) >= PARTLY => {
            Outcome::Sent(format!("not sent to {why}"))
        }
        outcome => outcome,
    };
    if !matches!(outcome, Outcome::Partly(_)) {
        ops.channels.reached.forget(notifications);
    }
    outcome
}

/// The outcome of the whole message; `were_some` if earlier attempts reached a recipient. If one can be retried: partly sent
/// if any recipient was reached, else to be retried as a whole. Otherwise sent if any was reached, else broken or refused.
fn together(outcomes: Vec<(String, Outcome)>, were_some: bool) -> Outcome {
    let is_sent = |outcome: &Outcome| matches!(outcome, Outcome::Sent(_));
    let refused: Vec<String> = outcomes
        .iter()
        .filter(|(_, outcome)| !is_sent(outcome))
        .map(|(address, outcome)| format!("{address}: {}", outcome.words()))
        .collect();
    let why = clean_line(&refused.join("; "), 300);
    let is_reached = were_some || outcomes.iter().any(|(_, outcome)| is_sent(outcome));
    if outcomes.iter().any(|(_, outcome)| matches!(outcome, Outcome::Later { .. })) {
        return if is_reached { Outcome::Partly(why) } else { Outcome::Later { error: why, after: None } };
    }
    let worst = outcomes.iter().any(|(_, outcome)| matches!(outcome, Outcome::Broken(_)));
    match outcomes.into_iter().map(|(_, outcome)| outcome).max_by_key(is_sent) {
        Some(Outcome::Sent(words)) if why.is_empty() => Outcome::Sent(words),
        _ if is_reached => Outcome::Sent(format!("not sent to {why}")),
        _ if worst => Outcome::Broken(why),
        Some(_) => Outcome::Refused(why),
        None => Outcome::Sent("already sent to all recipients".to_owned()),
    }
}

/// Connects to the server and logs in, without sending a message.
pub async fn check(ops: &Ops) -> Result<String, String> {
    let transport = transport(ops).await.map_err(|outcome| outcome.words().to_owned())?;
    match transport.test_connection().await {
        Ok(true) => Ok("mail server reachable".to_owned()),
        Ok(false) => Err("unexpected response from the mail server".to_owned()),
        Err(error) => Err(read(&error).words().to_owned()),
    }
}

/// The SMTP response on one line.
fn words<'w>(code: impl std::fmt::Display, lines: impl Iterator<Item = &'w str>) -> String {
    clean_line(&format!("{code} {}", lines.collect::<Vec<_>>().join(" ")), 300)
}

/// Classifies an error: 5xx is permanent, 4xx and network errors are temporary (RFC 5321, section 4.2.1).
fn read(error: &lettre::transport::smtp::Error) -> Outcome {
    let mut why = error.to_string();
    if let Some(source) = std::error::Error::source(error) {
        why = format!("{why}: {source}");
    }
    let why = clean_line(&why, 300);
    // Authentication failed (RFC 4954, section 6): permanent, but not because of the message.
    let code = error.status().map(u16::from);
    if matches!(code, Some(530 | 534 | 535 | 538)) {
        return Outcome::Broken(why);
    }
    if error.is_permanent() {
        return Outcome::Refused(why);
    }
    Outcome::Later { error: why, after: None }
}

/// Builds the email as text and HTML. Headers are set through typed builders only, which prevents header injection.
fn mail(ops: &Ops, channel: &LoadedChannel, message: &Message) -> Result<Mail, String> {
    let host = ops.config.host();
    let from = given(&ops.config.mail_from).map_or_else(|| format!("OpsCenter <opscenter@{host}>"), str::to_owned);
    let from: Mailbox = from.parse().map_err(|_| "MAIL_FROM is not an email address".to_owned())?;
    let to: Mailboxes =
        channel.channel.recipient.parse().map_err(|_| "the recipient is not an email address".to_owned())?;
    let mut builder = Mail::builder().from(from).subject(subject(message));
    for mailbox in to.iter() {
        builder = builder.to(mailbox.clone());
    }
    // Includes the time of the alert, since a new database reuses ids.
    let of =
        |id: i64, episode: &str| format!("<alert-{id}.{}{episode}.{}@{host}>", message.opened_at, channel.channel.id);
    let id = message.alert_id.map(|id| of(id, ""));
    let again = message.alert_id.filter(|_| message.episode > 0).map(|id| of(id, &format!(".{}", message.episode)));
    builder = match (id, message.kind) {
        (Some(id), NotificationKind::Opened) => match again {
            // Reopened: another message in the same thread.
            Some(again) => builder.message_id(Some(again)).in_reply_to(id.clone()).references(id),
            None => builder.message_id(Some(id)),
        },
        (Some(id), _) => builder.message_id(None).in_reply_to(id.clone()).references(id),
        (None, _) => builder.message_id(None),
    };
    let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
    builder
        .raw_header(automatic)
        .multipart(
            MultiPart::alternative()
                .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(text(message)))
                .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(html(message))),
        )
        .map_err(|error| format!("cannot build the email: {error}"))
}

/// The subject, on one line.
pub(super) fn subject(message: &Message) -> String {
    let custom = message.custom(message.subject.as_deref(), Escape::Nothing);
    let resolved = message.kind == NotificationKind::Resolved;
    let subject =
        custom.unwrap_or_else(|| if resolved { format!("Resolved: {}", message.title) } else { message.title.clone() });
    clean_line(&subject, 300)
}

/// The body as plain text.
pub(super) fn text(message: &Message) -> String {
    let custom = message.custom(message.template.as_deref(), Escape::Nothing);
    let body =
        custom.unwrap_or_else(|| if message.body.is_empty() { message.title.clone() } else { message.body.clone() });
    format!("{body}\n\n{}\n{}\n", foot(message), message.link)
}

/// `critical · GitHub · the note`, without what is empty.
fn foot(message: &Message) -> String {
    let parts = [message.severity.to_string(), message.source.clone(), message.note.clone()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// The body as HTML.
pub(super) fn html(message: &Message) -> String {
    let custom = message.custom(message.template.as_deref(), Escape::Html);
    let body = custom.unwrap_or_else(|| escaped(&message.body)).replace('\n', "<br>\n");
    let (title, link) = (escaped(&message.title), escaped(&message.link).replace('"', "&quot;"));
    let foot = escaped(&foot(message));
    format!(
        "<!doctype html><html><body style=\"font-family: sans-serif\"><h2 style=\"font-size: 17px\">{title}</h2>\
         <p>{body}</p><p style=\"color: #606976\">{foot}</p><p><a href=\"{link}\">Open in OpsCenter</a></p></body></html>"
    )
}

/// Whether a text is a comma-separated list of one or more email addresses.
pub fn is_mail_address(text: &str) -> bool {
    text.parse::<Mailboxes>().is_ok_and(|boxes| boxes.iter().next().is_some())
}
