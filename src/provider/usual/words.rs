//! The words that senders use for severities and states.

use app::types::Severity;

use crate::provider::draft::severity_word;

/// The state of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Firing,
    /// It does not work at all.
    Down,
    Critical,
    Resolved,
    /// What was tried went well, which need not end a problem.
    Succeeded,
}

impl State {
    /// Severity if the sender names none.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Firing => Severity::Warning,
            Self::Down => Severity::Error,
            Self::Critical => Severity::Critical,
            Self::Resolved | Self::Succeeded => Severity::Info,
        }
    }
}

/// Reads a severity in any case; numbers mean opposite things (syslog counts down, pino counts up), so they are not read.
pub fn severity(word: &str) -> Option<Severity> {
    let word = word.trim().to_ascii_lowercase();
    match word.as_str() {
        "emerg" | "sev0" | "sev1" | "sev-0" | "sev-1" | "p0" | "blocker" | "urgent" | "highest" | "severe" => {
            Some(Severity::Critical)
        }
        "sev2" | "sev-2" => Some(Severity::Error),
        "average" | "sev3" | "sev-3" => Some(Severity::Warning),
        "sev4" | "sev5" | "sev-4" | "sev-5" | "trivial" | "lowest" | "normal" | "verbose" | "trace" => {
            Some(Severity::Info)
        }
        other => severity_word(other),
    }
}

/// Reads a state in any case.
pub fn state(word: &str) -> Option<State> {
    match word.trim().to_ascii_lowercase().as_str() {
        "firing" | "alerting" | "alarm" | "alert" | "triggered" | "trigger" | "problem" | "degraded" | "open"
        | "opened" | "active" | "failed" | "failing" | "failure" | "fail" | "error" | "errored" | "unhealthy"
        | "breached" | "warning" | "nodata" | "timed_out" => Some(State::Firing),
        "down" | "offline" | "unreachable" | "outage" => Some(State::Down),
        "critical" | "fatal" => Some(State::Critical),
        "ok" | "up" | "online" | "recovered" | "recovery" | "clear" | "cleared" | "resolved" | "resolve"
        | "healthy" | "normal" | "closed" | "close" | "fixed" | "inactive" | "restored" | "green" => {
            Some(State::Resolved)
        }
        "success" | "successful" | "succeeded" | "passed" | "completed" | "complete" | "done" => Some(State::Succeeded),
        _ => None,
    }
}

/// Severity of a text that says nothing else about itself: a warning if its first line tells of something that went wrong.
pub fn severity_of_text(text: &str) -> Severity {
    const WRONG: [&str; 14] = [
        "failed",
        "failure",
        "fail",
        "fails",
        "failing",
        "error",
        "errors",
        "critical",
        "down",
        "unreachable",
        "offline",
        "degraded",
        "warning",
        "timeout",
    ];
    let first = text.trim().lines().next().unwrap_or_default().to_ascii_lowercase();
    let is_wrong = first.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| WRONG.contains(&word));
    if is_wrong { Severity::Warning } else { Severity::Info }
}
