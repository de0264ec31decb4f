//! The outcome of an attempt to send a message.

use app::types::time::SECOND;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::outgoing::OutgoingError;

/// The provider's response, classified. The texts are shown in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Accepted, with the provider's response.
    Sent(String),
    /// A temporary error: the channel backs off.
    Later {
        /// What failed.
        error: String,
        /// The wait that the provider requested, in milliseconds.
        after: Option<i64>,
    },
    /// Some recipients have it, others can be retried: the channel works, and only this message waits.
    Partly(String),
    /// The provider rejected this message for good; others can be sent.
    Refused(String),
    /// The channel cannot send anything until it is reconfigured.
    Broken(String),
    /// The recipient has ended the subscription: the channel is disabled.
    Gone(String),
}

impl Outcome {
    /// The text to show.
    pub fn words(&self) -> &str {
        match self {
            Self::Sent(words)
            | Self::Partly(words)
            | Self::Refused(words)
            | Self::Broken(words)
            | Self::Gone(words) => words,
            Self::Later { error, .. } => error,
        }
    }
}

impl From<OutgoingError> for Outcome {
    fn from(error: OutgoingError) -> Self {
        match error {
            OutgoingError::Refused(why) => Self::Broken(why),
            error => Self::Later { error: error.to_string(), after: None },
        }
    }
}

/// `Retry-After` in milliseconds: given as seconds or as a date (RFC 9110, section 10.2.3).
pub fn retry_after(headers: &HeaderMap, now: i64) -> Option<i64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(seconds.saturating_mul(SECOND));
    }
    let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_millisecond();
    Some((at - now).max(0))
}
