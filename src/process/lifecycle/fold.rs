//! Applies messages to a key one by one.

use app::types::AlertState::{Acknowledged, Open, Resolved};
use app::types::{AlertState, time};

use super::{Effect, Key, Message, Subject};
use crate::provider::Action;

/// An alert that fires again within this time after it was resolved, in milliseconds, is reopened instead of opening a
/// new one.
const SAME_AGAIN: i64 = time::HOUR;

/// Applies a message to its key; the resulting state does not depend on the order of the messages.
pub fn apply(key: &mut Key, message: &Message) -> Effect {
    if key.newest.of(message.action) == message.position {
        return Effect::Unchanged;
    }
    let was = key.newest.truth();
    let is_newest = message.position > key.newest.opened.max(key.newest.resolved);
    let is_newer = key.newest.note(message.action, message.position);
    let truth = key.newest.truth();
    match (message.action, &mut key.subject) {
        (Action::Open, None) => {
            key.subject = Some(new(truth, message));
            Effect::Opened
        }
        (Action::Open, Some(subject)) if is_newest => fire(subject, was, truth, message),
        (Action::Open, Some(subject)) => fire_late(subject, message),
        (_, None) => Effect::NothingOpen,
        (Action::Resolve, Some(subject)) if truth == Resolved && is_newer => set(subject, truth, message),
        // A late resolve may still end an acknowledge.
        (_, Some(subject)) if truth != was => set(subject, truth, message),
        (_, Some(_)) if is_newer && message.action != Action::Resolve => Effect::Unchanged,
        (_, Some(_)) => Effect::Late,
    }
}

fn new(state: AlertState, message: &Message) -> Subject {
    Subject {
        state,
        severity: message.severity,
        is_read: false,
        occurrences: 1,
        last_seen_at: message.received_at,
        episode: 0,
        ended_at: if state == Resolved { message.at.max(1) } else { 0 },
    }
}

/// The message is the newest: the alert keeps firing or fires again.
fn fire(subject: &mut Subject, was: AlertState, truth: AlertState, message: &Message) -> Effect {
    if subject.state != Resolved && was == Resolved {
        // A user had reopened it, and now its source reports it as well.
        *subject = Subject { episode: subject.episode + 1, ..seen(subject, message) };
        return Effect::Reopened { is_news: true };
    }
    if subject.state != Resolved {
        *subject = seen(subject, message);
        return Effect::Repeated;
    }
    if !is_same(subject, message) {
        *subject = new(truth, message);
        return Effect::Opened;
    }
    *subject = Subject { state: truth, is_read: false, episode: subject.episode + 1, ..seen(subject, message) };
    Effect::Reopened { is_news: was == Resolved }
}

/// A newer message was applied before. This one may report an episode that is unknown so far: it began after the alert
/// was last resolved and ended before the next one began.
fn fire_late(subject: &mut Subject, message: &Message) -> Effect {
    let is_unknown = subject.state == Resolved && message.at > subject.ended_at;
    if is_unknown && !is_same(subject, message) {
        *subject = new(Resolved, message);
        return Effect::Opened;
    }
    let is_worse = message.severity > subject.severity;
    *subject = seen(subject, message);
    if is_unknown {
        (subject.episode, subject.ended_at) = (subject.episode + 1, message.at);
        return Effect::OpenedLate;
    }
    if is_worse { Effect::Repeated } else { Effect::Late }
}

/// Whether it is the same alert: it began before the last end (the source kept firing), or that end is recent.
fn is_same(subject: &Subject, message: &Message) -> bool {
    message.at <= subject.ended_at || message.received_at - subject.ended_at < SAME_AGAIN
}

/// Counts another occurrence. Severity only rises, since the result must not depend on message order; a rise is
/// notified again.
fn seen(subject: &Subject, message: &Message) -> Subject {
    Subject {
        occurrences: subject.occurrences + 1,
        last_seen_at: subject.last_seen_at.max(message.received_at),
        severity: subject.severity.max(message.severity),
        is_read: subject.is_read && message.severity <= subject.severity,
        ..*subject
    }
}

/// Resolves, acknowledges or unacknowledges. An alert that a user resolved stays resolved.
fn set(subject: &mut Subject, truth: AlertState, message: &Message) -> Effect {
    if subject.state == truth {
        return Effect::Unchanged;
    }
    if subject.state == Resolved {
        return Effect::NothingOpen;
    }
    subject.state = truth;
    subject.is_read |= truth == Acknowledged;
    match truth {
        Open => Effect::Unacknowledged,
        Acknowledged => Effect::Acknowledged,
        Resolved => {
            subject.ended_at = message.at.max(1);
            Effect::Resolved
        }
    }
}
