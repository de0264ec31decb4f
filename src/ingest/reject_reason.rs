//! Why a request was rejected, worded for the log and the operator. The provider only receives an error code.

use app::Error;

/// Every reason not to store a request; displays as the text for the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RejectReason {
    /// No active source has this slug.
    #[error("there is no active source with this name")]
    NoSource,
    /// None of the source's methods found its signature or token.
    #[error("{expected} is missing{}", among(found))]
    HeaderMissing {
        /// What the methods read: `header A or B`, or the place in URL or body.
        expected: String,
        /// Names of headers that were probably meant.
        found: Vec<String>,
    },
    /// Name of a signature, timestamp or id header that is not unique.
    #[error("header {0} is present more than once")]
    HeaderTwice(String),
    /// Name of such a header whose value cannot be read.
    #[error("header {0} is not ASCII")]
    HeaderNotAscii(String),
    /// The signature cannot be decoded; the expected format.
    #[error("the signature does not have the format that {0} expects")]
    Malformed(&'static str),
    /// Also a body that does not match the hash in the signed URL.
    #[error("the signature does not match the secret")]
    Mismatch,
    /// For sources whose provider sends the secret itself.
    #[error("the token does not match the secret")]
    WrongToken,
    /// The provider still uses the secret from before the last rotation.
    #[error("the signature matches the previous secret, which has expired")]
    PreviousExpired,
    /// Amazon SNS: the ARN of the message's topic.
    #[error("topic {0} does not match this source: replace its secret with that ARN to accept it")]
    OtherTopic(String),
    /// Amazon SNS: the signing certificate was refused, for good.
    #[error("the certificate is not valid: {0}")]
    BadCertificate(String),
    /// Amazon SNS: a temporary failure, answered with 503.
    #[error("the certificate could not be fetched: {0}")]
    NoCertificate(String),
    /// Amazon SNS: answered with 503, so that the confirmation is sent again.
    #[error("the subscription could not be confirmed: {0}")]
    Unconfirmed(String),
    /// The scheme requires a signed timestamp.
    #[error("the timestamp is missing or invalid")]
    NoTimestamp,
    /// Older than the tolerance; age in seconds.
    #[error("the timestamp is {0} s old")]
    Stale(i64),
    /// Ahead of the clock by more than the tolerance, in seconds.
    #[error("the timestamp is {0} s in the future")]
    Early(i64),
    /// Above the source's maximum body size, in bytes.
    #[error("the body is larger than {0} bytes")]
    TooLarge(u64),
    /// A `Content-Encoding` other than `identity`: signatures cover the raw bytes.
    #[error("unsupported content encoding: {0}")]
    Encoded(String),
    /// A compressed body that cannot be inflated; why.
    #[error("the compressed body cannot be read: {0}")]
    Damaged(String),
    /// The client aborted or took too long.
    #[error("the body was not received: {0}")]
    Interrupted(String),
    /// No room for the body in memory, answered with 503.
    #[error("too many requests in progress")]
    OverCapacity,
}

fn among(found: &[String]) -> String {
    if found.is_empty() { String::new() } else { format!("; found {}", found.join(", ")) }
}

impl RejectReason {
    /// Whether quarantine keeps the request: not without a source, after an aborted upload, or under load.
    pub const fn is_kept(&self) -> bool {
        !matches!(self, Self::NoSource | Self::Interrupted(_) | Self::OverCapacity)
    }

    /// Stable code of the reason: `quarantine.reason`, and the value of filters.
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
            Self::Damaged(_) => "damaged",
            Self::Interrupted(_) => "interrupted",
            Self::OverCapacity => "crowded",
        }
    }

    /// The error returned to the provider. It does not reveal which header is expected, or why a signature is invalid.
    pub fn to_public(&self) -> Error {
        match self {
            Self::NoSource => Error::SourceNotFound,
            Self::HeaderTwice(_) | Self::HeaderNotAscii(_) => {
                Error::BadRequest("A signature header is duplicated or is not ASCII.".to_owned())
            }
            Self::TooLarge(limit) => Error::PayloadTooLarge { limit: *limit },
            Self::Encoded(_) => Error::UnsupportedEncoding,
            Self::Damaged(_) => Error::BadRequest("The compressed request body is damaged.".to_owned()),
            Self::Interrupted(_) => Error::BadRequest("The request body was not received.".to_owned()),
            // Temporary: the provider should send it again.
            Self::OverCapacity | Self::NoCertificate(_) | Self::Unconfirmed(_) => Error::Unavailable,
            _ => Error::InvalidSignature,
        }
    }
}
