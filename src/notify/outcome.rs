//! The outcome of an attempt to send a message.

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
}

impl Outcome {
    /// The text to show.
    pub fn words(&self) -> &str {
        match self {
            Self::Sent(words) | Self::Partly(words) | Self::Refused(words) | Self::Broken(words) => words,
            Self::Later { error, .. } => error,
        }
    }
}
