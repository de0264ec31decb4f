use app::types::time::{HOUR, MINUTE, SECOND};
use app::types::{AlertState, NotificationKind, Severity};
use rand::{RngExt, SeedableRng, rngs::StdRng};

use super::*;

const NOW: i64 = 1_800_000_000_000;

fn request(kind: NotificationKind, severity: Severity) -> NotificationRequest {
    NotificationRequest {
        alert_id: 1,
        kind,
        severity,
        state: AlertState::Open,
        episode: 0,
        is_new: true,
        muted_until: None,
        is_notice: false,
        source: "custom".to_owned(),
    }
}

fn filter() -> ChannelFilter {
    ChannelFilter {
        is_active: true,
        min_severity: Severity::Warning,
        sources: None,
        send_resolved: true,
        muted_until: None,
    }
}

fn told(severity: Severity, ago: i64, is_end: bool) -> Option<LastSent> {
    Some(LastSent { severity, alarmed_at: NOW - ago, sent_at: NOW - ago, is_end })
}

#[test]
fn an_alarm_is_due_when_it_differs_from_what_was_told() {
    use NotificationKind::{Opened, Repeated};
    let due = |kind, told| queue(&request(kind, Severity::Error), &filter(), told, Unsent::default(), NOW).is_some();
    assert!(due(Opened, None) && due(Repeated, None));
    assert!(!due(Repeated, told(Severity::Error, HOUR, false)) && !due(Opened, told(Severity::Error, HOUR, false)));
    assert!(due(Repeated, told(Severity::Warning, HOUR, false)), "worse");
    assert!(due(Repeated, told(Severity::Critical, 4 * HOUR, false)), "long ago");
    assert!(due(Opened, told(Severity::Error, HOUR, true)), "its end was told");
    assert!(!due(Repeated, told(Severity::Error, HOUR, true)), "by hand, while it still fires");
}

#[test]
fn acknowledged_alerts_ring_only_when_they_got_worse() {
    let of = |severity| NotificationRequest {
        state: AlertState::Acknowledged,
        ..request(NotificationKind::Repeated, severity)
    };
    let long_ago = told(Severity::Error, 9 * HOUR, false);
    assert_eq!(queue(&of(Severity::Error), &filter(), long_ago, Unsent::default(), NOW), None);
    assert_eq!(queue(&of(Severity::Critical), &filter(), long_ago, Unsent::default(), NOW), Some(Queued::Pending));
}

#[test]
fn what_waits_says_it_as_well() {
    let waiting = Unsent { alarm: Some(Severity::Error), in_flight: false };
    let due = |kind, severity| queue(&request(kind, severity), &filter(), None, waiting, NOW);
    assert_eq!(due(NotificationKind::Repeated, Severity::Error), None);
    assert_eq!(due(NotificationKind::Repeated, Severity::Critical), Some(Queued::Pending));
    assert_eq!(due(NotificationKind::Resolved, Severity::Error), None, "one message with both times");
}

#[test]
fn a_mute_holds_and_says_until_when() {
    let until = Some(NOW + HOUR);
    let quiet = ChannelFilter { muted_until: until, ..filter() };
    let alarm = request(NotificationKind::Opened, Severity::Critical);
    let held = |reason| Some(Queued::Held { until: NOW + HOUR, reason });
    assert_eq!(queue(&alarm, &quiet, None, Unsent::default(), NOW), held(CHANNEL_MUTED));
    let muted = NotificationRequest { muted_until: until, ..alarm };
    assert_eq!(queue(&muted, &filter(), None, Unsent::default(), NOW), held(ALERT_MUTED));
    let end = NotificationRequest { kind: NotificationKind::Resolved, ..muted };
    let was_told = told(Severity::Critical, HOUR, false);
    assert_eq!(
        queue(&end, &filter(), was_told, Unsent::default(), NOW),
        Some(Queued::Pending),
        "never held by an alert"
    );
}

#[test]
fn what_is_over_or_in_hand_is_not_held() {
    let quiet = ChannelFilter { muted_until: Some(NOW + HOUR), ..filter() };
    let of = |kind, state, told| {
        let request = NotificationRequest { state, ..request(kind, Severity::Critical) };
        queue(&request, &quiet, told, Unsent::default(), NOW).and_then(Queued::reason)
    };
    use NotificationKind::{Opened, Repeated, Resolved};
    assert_eq!(of(Opened, AlertState::Resolved, None), Some(RESOLVED_WHILE_HELD), "whichever message came first");
    assert_eq!(of(Opened, AlertState::Acknowledged, None), Some(ACKNOWLEDGED));
    let milder = told(Severity::Error, MINUTE, false);
    assert_eq!(of(Repeated, AlertState::Acknowledged, milder), Some(CHANNEL_MUTED), "worse is news");
    assert_eq!(of(Resolved, AlertState::Resolved, milder), Some(CHANNEL_MUTED));
}

#[test]
fn channels_hear_what_they_want() {
    let alarm = request(NotificationKind::Opened, Severity::Warning);
    let wants = |filter: ChannelFilter| queue(&alarm, &filter, None, Unsent::default(), NOW).is_some();
    assert!(
        !wants(ChannelFilter { is_active: false, ..filter() })
            && !wants(ChannelFilter { min_severity: Severity::Error, ..filter() })
    );
    assert!(!wants(ChannelFilter { sources: Some(vec!["other".to_owned()]), ..filter() }));
    assert!(wants(ChannelFilter { sources: Some(vec!["other".to_owned(), "custom".to_owned()]), ..filter() }));
}

#[test]
fn what_is_over_before_it_could_be_told_is_one_message_or_none() {
    let over = |severity, send_resolved, told, was_held| {
        let alert = Now { state: AlertState::Resolved, severity, muted_until: None };
        let row = Row { kind: NotificationKind::Opened, created_at: NOW - MINUTE, was_held };
        claim(row, &ChannelFilter { send_resolved, ..filter() }, alert, told, NOW)
    };
    assert_eq!(over(Severity::Error, false, None, false), Decision::Send { is_over: true });
    assert_eq!(over(Severity::Warning, false, None, false), Decision::Cancel(RESOLVED));
    assert_eq!(over(Severity::Warning, true, None, false), Decision::Send { is_over: true });
    assert_eq!(over(Severity::Critical, true, None, true), Decision::Cancel(RESOLVED_WHILE_HELD));
    assert_eq!(over(Severity::Critical, true, told(Severity::Error, HOUR, false), false), Decision::Cancel(RESOLVED));
}

/// A random sequence of events of one alert on one channel, with the rows it produces.
struct Course {
    alert: Now,
    episode: i64,
    told: Option<LastSent>,
    rows: Vec<(Row, Severity)>,
    /// Kind and episode of the sent rows; like the unique key of the table, none is queued twice.
    sent: Vec<(NotificationKind, i64)>,
    said: Vec<Said>,
    now: i64,
}

#[derive(Debug)]
struct Said {
    kind: NotificationKind,
    is_over: bool,
    state: AlertState,
    episode: i64,
}

impl Course {
    fn ask(&mut self, kind: NotificationKind) {
        let alarms = self.rows.iter().filter(|(row, _)| row.kind != NotificationKind::Resolved);
        let unsent = Unsent { alarm: alarms.map(|(_, severity)| *severity).max(), in_flight: false };
        let severity = self.alert.severity;
        let Now { state, muted_until, .. } = self.alert;
        let request = NotificationRequest { state, muted_until, ..request(kind, severity) };
        let Some(queued) = queue(&request, &filter(), self.told, unsent, self.now) else { return };
        let is_again = kind == NotificationKind::Opened && self.sent.contains(&(kind, self.episode));
        let kind = if is_again { NotificationKind::Repeated } else { kind };
        if kind != NotificationKind::Repeated && self.sent.contains(&(kind, self.episode)) {
            return;
        }
        let row = Row { kind, created_at: self.now, was_held: matches!(queued, Queued::Held { .. }) };
        if !matches!(queued, Queued::Cancelled { .. }) {
            self.rows.push((row, severity));
        }
    }

    fn send(&mut self, at: usize) {
        let row = self.rows[at].0;
        match claim(row, &filter(), self.alert, self.told, self.now) {
            Decision::Hold { .. } => self.rows[at].0.was_held = true,
            Decision::Cancel(_) => drop(self.rows.remove(at)),
            Decision::Send { is_over } => {
                self.rows.remove(at);
                self.sent.push((row.kind, self.episode));
                let Self { alert: Now { state, severity, .. }, episode, .. } = *self;
                self.said.push(Said { kind: row.kind, is_over, state, episode });
                let is_end = is_over || row.kind == NotificationKind::Resolved;
                let alarmed_at = self.told.filter(|_| is_end && !is_over).map_or(self.now, |told| told.alarmed_at);
                self.told = Some(LastSent { severity, alarmed_at, sent_at: self.now, is_end });
            }
        }
    }

    fn step(&mut self, random: &mut StdRng) {
        use NotificationKind::{Opened, Repeated, Resolved};
        self.now += random.random_range(1..90) * MINUTE;
        match (random.random_range(0..7), self.alert.state) {
            (0, AlertState::Resolved) => {
                (self.alert.state, self.episode) = (AlertState::Open, self.episode + 1);
                self.ask(Opened);
            }
            (0, _) => {
                self.alert.severity = self.alert.severity.max(Severity::ALL[random.random_range(1..4)]);
                self.ask(Repeated);
            }
            (1, AlertState::Open | AlertState::Acknowledged) => {
                self.alert.state = AlertState::Resolved;
                self.ask(Resolved);
            }
            (2, AlertState::Open) => self.alert.state = AlertState::Acknowledged,
            (2, AlertState::Acknowledged) => {
                self.alert.state = AlertState::Open;
                self.ask(Opened);
            }
            (3, _) => self.alert.muted_until = Some(self.now + HOUR),
            _ if !self.rows.is_empty() => self.send(random.random_range(0..self.rows.len())),
            _ => {}
        }
    }
}

#[test]
fn nobody_hears_an_end_before_its_beginning_nor_an_alarm_after_its_end() {
    use NotificationKind::{Opened, Resolved};
    let mut random = StdRng::seed_from_u64(14);
    for _ in 0..20_000 {
        let alert = Now { state: AlertState::Open, severity: Severity::Warning, muted_until: None };
        let (rows, sent, said) = (Vec::new(), Vec::new(), Vec::new());
        let mut course = Course { alert, episode: 0, told: None, rows, sent, said, now: NOW };
        course.ask(Opened);
        for _ in 0..random.random_range(1..24) {
            course.step(&mut random);
        }
        // Finally all pending rows are sent. After that, what was sent must match the state of the alert.
        course.now += 2 * HOUR;
        while !course.rows.is_empty() {
            course.send(0);
        }
        let (mut knows, mut over) = (false, None);
        for said in &course.said {
            match said.kind {
                Resolved => assert!(std::mem::take(&mut knows), "{:?}", course.said),
                _ if said.is_over => knows = false,
                _ => {
                    assert_ne!(said.state, AlertState::Resolved, "a stale alarm: {:?}", course.said);
                    knows = true;
                }
            }
            if said.is_over || said.kind == Resolved {
                assert_ne!(over.replace(said.episode), Some(said.episode), "over twice: {:?}", course.said);
            }
        }
        match course.alert.state {
            AlertState::Resolved => assert!(!knows, "an end that nobody heard of: {:?}", course.said),
            AlertState::Open => assert!(knows, "an alarm that nobody heard: {:?}", course.said),
            AlertState::Acknowledged => {}
        }
    }
}

#[test]
fn a_channel_that_fails_is_asked_less_and_less_and_never_given_up() {
    let waits: Vec<i64> = (1..=10).map(|failures| backoff(Failing::NotNow, failures, None) / SECOND).collect();
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
    assert_eq!(backoff(Failing::NotNow, 1, Some(30 * SECOND)), 30 * SECOND, "as the provider asks");
    assert_eq!(backoff(Failing::Broken, 1_000_000, None), 30 * MINUTE);
    assert_eq!([fallback_after(Severity::Critical), fallback_after(Severity::Info)], [2 * MINUTE, 10 * MINUTE]);
}

#[test]
fn a_mute_ends_at_its_end() {
    assert_eq!(muted(Some(NOW + 1), NOW), Some(NOW + 1));
    assert_eq!(muted(Some(NOW), NOW), None);
    assert_eq!(muted(None, NOW), None);
    let held = Queued::Held { until: NOW + 7, reason: ALERT_MUTED };
    assert_eq!((held.until(), held.reason()), (Some(NOW + 7), Some(ALERT_MUTED)));
    assert_eq!((Queued::Pending.until(), Queued::Pending.reason()), (None, None));
}

#[test]
fn a_repeat_is_sent_again_after_four_hours_and_what_is_undelivered_given_up_after_a_day() {
    assert_eq!((REPEAT_INTERVAL / MINUTE, GIVE_UP_AFTER / MINUTE), (240, 1_440));
}
