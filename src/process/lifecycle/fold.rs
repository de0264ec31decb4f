//! One message after the other.

use app::types::AlertState::{Acknowledged, Open, Resolved};
use app::types::{AlertState, time};

use super::{Effect, Key, Message, Subject};
use crate::provider::Action;

/// What fires within this after its end, in milliseconds, is the same alert again.
const SAME_AGAIN: i64 = time::HOUR;

/// Applies a message to its key.
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
        // An end that came late may still end an acknowledge.
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

/// The newest that is known: it fires on, or again.
fn fire(subject: &mut Subject, was: AlertState, truth: AlertState, message: &Message) -> Effect {
    if subject.state != Resolved && was == Resolved {
        // A person had opened it again, and now its source says so, too.
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

/// Something newer is known already. It may have begun after the end that ended the alert, and end before the next.
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

/// It began not after its last end, as where a source says that it kept firing; or that end was a moment ago.
fn is_same(subject: &Subject, message: &Message) -> bool {
    message.at <= subject.ended_at || message.received_at - subject.ended_at < SAME_AGAIN
}

/// Once more. As bad as it ever was, since the order in which messages come must not matter; worse is news again.
fn seen(subject: &Subject, message: &Message) -> Subject {
    Subject {
        occurrences: subject.occurrences + 1,
        last_seen_at: subject.last_seen_at.max(message.received_at),
        severity: subject.severity.max(message.severity),
        is_read: subject.is_read && message.severity <= subject.severity,
        ..*subject
    }
}

/// Ends it, takes it in hand or out of it. What a person resolved stays so.
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
