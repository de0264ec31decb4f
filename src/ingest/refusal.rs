//! Why a request was refused, in words for the log and the operator. The provider learns only the code.

use app::Error;

/// Every reason not to store a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no active source of this name")]
    NoSource,
    #[error("header {expected} is missing{}", among(found))]
    HeaderMissing {
        expected: String,
        /// Names of headers that look as if they were meant.
        found: Vec<String>,
    },
    #[error("header {0} is there more than once")]
    HeaderTwice(String),
    #[error("header {0} is not ASCII")]
    HeaderNotAscii(String),
    #[error("the signature is not written as {0} expects")]
    Malformed(&'static str),
    #[error("the signature does not match the secret")]
    Mismatch,
    #[error("the token is not the secret")]
    WrongToken,
    #[error("the signature matches the previous secret, which has expired")]
    PreviousExpired,
    #[error("the timestamp is missing or cannot be read")]
    NoTimestamp,
    #[error("the timestamp is {0} s old")]
    Stale(i64),
    #[error("the timestamp is {0} s in the future")]
    Early(i64),
    #[error("the body is larger than {0} bytes")]
    TooLarge(u64),
    #[error("the body is encoded as {0}")]
    Encoded(String),
    #[error("the body did not arrive: {0}")]
    Interrupted(String),
    #[error("too many bodies are under way")]
    Crowded,
}

fn among(found: &[String]) -> String {
    if found.is_empty() { String::new() } else { format!("; found {}", found.join(", ")) }
}

impl Refusal {
    /// What the provider is told.
    pub fn tell(&self) -> Error {
        match self {
            Self::NoSource => Error::SourceNotFound,
            Self::HeaderTwice(_) | Self::HeaderNotAscii(_) => Error::BadRequest(format!("Refused: {self}.")),
            Self::TooLarge(limit) => Error::PayloadTooLarge { limit: *limit },
            Self::Encoded(_) => Error::UnsupportedEncoding,
            Self::Interrupted(_) => Error::BadRequest("The body did not arrive.".to_owned()),
            Self::Crowded => Error::Unavailable,
            _ => Error::InvalidSignature,
        }
    }
}
