//! Why a request was rejected, worded for the log and the operator. The provider only receives an error code.

use app::Error;

/// Every reason not to store a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RejectReason {
    #[error("there is no active source with this name")]
    NoSource,
    #[error("header {expected} is missing{}", among(found))]
    HeaderMissing {
        expected: String,
        /// Names of headers that were probably meant.
        found: Vec<String>,
    },
    #[error("header {0} is present more than once")]
    HeaderTwice(String),
    #[error("header {0} is not ASCII")]
    HeaderNotAscii(String),
    #[error("the signature does not have the format that {0} expects")]
    Malformed(&'static str),
    #[error("the signature does not match the secret")]
    Mismatch,
    #[error("the token does not match the secret")]
    WrongToken,
    #[error("the signature matches the previous secret, which has expired")]
    PreviousExpired,
    #[error("topic {0} does not match this source: rotate its secret to that ARN to accept it")]
    OtherTopic(String),
    #[error("the certificate is not valid: {0}")]
    BadCertificate(String),
    #[error("the certificate could not be fetched: {0}")]
    NoCertificate(String),
    #[error("the subscription could not be confirmed: {0}")]
    Unconfirmed(String),
    #[error("the timestamp is missing or invalid")]
    NoTimestamp,
    #[error("the timestamp is {0} s old")]
    Stale(i64),
    #[error("the timestamp is {0} s in the future")]
    Early(i64),
    #[error("the body is larger than {0} bytes")]
    TooLarge(u64),
    #[error("unsupported content encoding: {0}")]
    Encoded(String),
    #[error("the body was not received: {0}")]
    Interrupted(String),
    #[error("too many requests in progress")]
    OverCapacity,
}

fn among(found: &[String]) -> String {
    if found.is_empty() { String::new() } else { format!("; found {}", found.join(", ")) }
}

impl RejectReason {
    /// Whether quarantine keeps the request: not if verifying again could never succeed or no source is concerned.
    pub const fn is_kept(&self) -> bool {
        !matches!(self, Self::NoSource | Self::Interrupted(_) | Self::OverCapacity)
    }

    /// One word, used in filters.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NoSource => "no_source",
            Self::HeaderMissing { .. } => "header_missing",
            Self::HeaderTwice(_) => "header_twice",
            Self::HeaderNotAscii(_) => "header_not_ascii",
            Self::Malformed(_) => "malformed",
            Self::Mismatch => "mismatch",
            Self::WrongToken => "wrong_token",
            Self::PreviousExpired => "previous_secret",
            Self::OtherTopic(_) => "other_topic",
            Self::BadCertificate(_) => "bad_certificate",
            Self::NoCertificate(_) => "no_certificate",
            Self::Unconfirmed(_) => "unconfirmed",
            Self::NoTimestamp => "no_timestamp",
            Self::Stale(_) => "stale",
            Self::Early(_) => "early",
            Self::TooLarge(_) => "too_large",
            Self::Encoded(_) => "encoded",
            Self::Interrupted(_) => "interrupted",
            Self::OverCapacity => "crowded",
        }
    }

    /// The error returned to the provider. It does not reveal which header is expected.
    pub fn to_public(&self) -> Error {
        match self {
            Self::NoSource => Error::SourceNotFound,
            Self::HeaderTwice(_) | Self::HeaderNotAscii(_) => {
                Error::BadRequest("A signature header is duplicated or is not ASCII.".to_owned())
            }
            Self::TooLarge(limit) => Error::PayloadTooLarge { limit: *limit },
            Self::Encoded(_) => Error::UnsupportedEncoding,
            Self::Interrupted(_) => Error::BadRequest("The request body was not received.".to_owned()),
            // Temporary: the provider should send it again.
            Self::OverCapacity | Self::NoCertificate(_) | Self::Unconfirmed(_) => Error::Unavailable,
            _ => Error::InvalidSignature,
        }
    }
}
