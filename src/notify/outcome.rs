//! What came of a message.

/// The provider's answer, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With the provider's own words.
    Sent(String),
    /// It may pass; not before `after` milliseconds, if the provider said so.
    Later { error: String, after: Option<i64> },
    /// Some of those it is for have it, the others may have it later: the channel works.
    Partly(String),
    /// This message cannot be sent.
    Refused(String),
    /// Nothing can be sent by this channel until somebody mends it.
    Broken(String),
}

impl Outcome {
    /// What a person is shown.
    pub fn words(&self) -> &str {
        match self {
            Self::Sent(words) | Self::Partly(words) | Self::Refused(words) | Self::Broken(words) => words,
            Self::Later { error, .. } => error,
        }
    }
}
