use app::types::AlertState::{self, Acknowledged, Open, Resolved};
use app::types::{Severity, time};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::*;
use crate::provider::Action;

const NOON: i64 = 1_800_000_000_000;

/// A message ordered by its event time, `second` seconds after noon.
fn at(second: i64, action: Action) -> Message {
    let at = NOON + second * time::SECOND;
    Message { position: Position(at, second, 0), action, severity: Severity::Error, at, received_at: at }
}

/// A snapshot received `second` seconds after noon, about a state that began or ended `at` seconds after noon.
fn snapshot(second: i64, action: Action, at: i64) -> Message {
    let received_at = NOON + second * time::SECOND;
    Message {
        position: Position(received_at, second, 0),
        at: NOON + at * time::SECOND,
        received_at,
        ..self::at(0, action)
    }
}

fn play(messages: &[Message]) -> (Key, Vec<Effect>) {
    let mut key = Key::default();
    let effects = messages.iter().map(|message| apply(&mut key, message)).collect();
    (key, effects)
}

fn state(key: &Key) -> Option<AlertState> {
    key.subject.map(|subject| subject.state)
}

/// Up to 11 random messages of all kinds, a minute apart.
fn some_messages(random: &mut StdRng) -> Vec<Message> {
    let actions = [Action::Open, Action::Open, Action::Resolve, Action::Acknowledge, Action::Unacknowledge];
    let severities = [Severity::Warning, Severity::Error, Severity::Critical];
    let count = random.random_range(1..12);
    let one = |second: i64| {
        let message = at(second * 60, actions[random.random_range(0..actions.len())]);
        Message { severity: severities[random.random_range(0..severities.len())], ..message }
    };
    (1..=count).map(one).collect()
}

#[test]
fn whatever_the_order_the_outcome_is_the_same() {
    let mut random = StdRng::seed_from_u64(14);
    for round in 0..20_000 {
        let mut messages = some_messages(&mut random);
        let (in_order, _) = play(&messages);
        let in_order = (in_order.newest, in_order.subject.map(|s| (s.state, s.severity, s.occurrences)));
        messages.shuffle(&mut random);
        let (shuffled, effects) = play(&messages);
        let shuffled = (shuffled.newest, shuffled.subject.map(|s| (s.state, s.severity, s.occurrences)));
        assert_eq!(shuffled, in_order, "round {round}: {messages:#?} {effects:?}");
    }
}

#[test]
fn the_state_is_what_the_newest_messages_say_and_every_alarm_makes_an_alert() {
    let mut random = StdRng::seed_from_u64(15);
    for _ in 0..20_000 {
        let mut messages = some_messages(&mut random);
        messages.shuffle(&mut random);
        let (key, effects) = play(&messages);
        let fired = messages.iter().any(|message| message.action == Action::Open);
        assert_eq!(state(&key), fired.then(|| key.newest.truth()), "{messages:#?}");
        assert_eq!(effects.contains(&Effect::Opened), fired);
    }
}

#[test]
fn the_same_message_twice_changes_nothing() {
    let mut random = StdRng::seed_from_u64(16);
    for _ in 0..5_000 {
        let messages = some_messages(&mut random);
        let (mut key, _) = play(&messages);
        let before = key;
        let newest = messages.iter().max_by_key(|message| message.position).unwrap();
        apply(&mut key, newest);
        assert_eq!(key, before);
    }
}

#[test]
fn an_end_that_comes_before_its_beginning_makes_one_alert_that_is_over() {
    let (key, effects) = play(&[at(2, Action::Resolve), at(1, Action::Open)]);
    assert_eq!((state(&key), effects), (Some(Resolved), vec![Effect::NothingOpen, Effect::Opened]));
}

#[test]
fn what_fires_again_with_its_old_start_is_the_same_alert() {
    let day = 86_400;
    let fired = [snapshot(0, Action::Open, 0), snapshot(60, Action::Resolve, 60), snapshot(day, Action::Open, 0)];
    let (key, effects) = play(&fired);
    assert_eq!(effects, [Effect::Opened, Effect::Resolved, Effect::Reopened { is_news: true }]);
    assert_eq!(key.subject.map(|subject| (subject.state, subject.episode)), Some((Open, 1)));
    let (_, effects) = play(&[fired[0], fired[1], snapshot(day, Action::Open, day - 30)]);
    assert_eq!(effects[2], Effect::Opened, "what began after the end, a day later, is another");
}

#[test]
fn what_fires_within_an_hour_of_its_end_is_the_same_alert() {
    let again = |second| play(&[at(0, Action::Open), at(60, Action::Resolve), at(second, Action::Open)]).1[2];
    assert_eq!(again(60 + 3_599), Effect::Reopened { is_news: true });
    assert_eq!(again(60 + 3_600), Effect::Opened);
}

#[test]
fn an_end_that_is_sent_again_or_ends_nothing_changes_nothing() {
    let (key, effects) =
        play(&[at(0, Action::Resolve), at(1, Action::Open), at(2, Action::Resolve), at(3, Action::Resolve)]);
    assert_eq!(effects, [Effect::NothingOpen, Effect::Opened, Effect::Resolved, Effect::Unchanged]);
    assert_eq!(state(&key), Some(Resolved));
}

#[test]
fn what_a_person_resolved_comes_back_quietly_and_its_end_is_no_news() {
    let (mut key, _) = play(&[snapshot(0, Action::Open, 0)]);
    let by_hand = |key: &mut Key| {
        let subject = key.subject.as_mut().unwrap();
        (subject.state, subject.ended_at) = (Resolved, NOON + 30 * time::SECOND);
    };
    by_hand(&mut key);
    assert_eq!(apply(&mut key, &snapshot(60, Action::Open, 0)), Effect::Reopened { is_news: false });
    by_hand(&mut key);
    assert_eq!(apply(&mut key, &snapshot(90, Action::Resolve, 80)), Effect::Unchanged);
    assert_eq!(apply(&mut key, &snapshot(120, Action::Open, 110)), Effect::Reopened { is_news: true });
}

#[test]
fn an_acknowledge_outlives_repeats_and_ends_with_the_alert() {
    let (mut key, _) = play(&[at(0, Action::Open), at(1, Action::Acknowledge), at(2, Action::Open)]);
    assert_eq!(state(&key), Some(Acknowledged));
    apply(&mut key, &at(3, Action::Resolve));
    apply(&mut key, &at(4, Action::Open));
    assert_eq!(state(&key), Some(Open));
}

#[test]
fn what_a_person_opened_again_and_its_source_fires_anew_is_news() {
    let (mut key, _) = play(&[at(0, Action::Open), at(60, Action::Resolve)]);
    key.subject.as_mut().unwrap().state = Open;
    assert_eq!(apply(&mut key, &at(120, Action::Open)), Effect::Reopened { is_news: true });
    assert_eq!(apply(&mut key, &at(180, Action::Open)), Effect::Repeated);
}
