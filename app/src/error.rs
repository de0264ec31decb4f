//! Public errors: code, message, field and HTTP status. No other error detail leaves the server.

use crate::types::words::capitalized;
use serde::{Deserialize, Serialize};

use crate::types::Role;

/// A result whose error may be returned to a client.
pub type Result<T> = std::result::Result<T, Error>;

/// The closed set of public errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Error {
    /// 400. The request cannot be parsed; the text says why.
    #[error("{0}")]
    BadRequest(String),
    /// 401. No valid session or bearer token.
    #[error("Sign in, or send a bearer token.")]
    Unauthorized,
    /// 401. Sign-in failed. The same for an unknown email, so that accounts cannot be enumerated.
    #[error("Incorrect email or password.")]
    WrongPassword,
    /// 429. Sign-in or a password change is throttled.
    #[error("Too many attempts. Try again in {seconds} s.")]
    TooManyAttempts {
        /// Time until the next attempt is accepted.
        seconds: i64,
    },
    /// 401. A webhook failed authentication; the reason is only logged and kept in the quarantine.
    #[error("The signature does not match.")]
    InvalidSignature,
    /// 403. The actor's role is too low.
    #[error("This requires the {needs} role.")]
    Forbidden {
        /// The lowest role that is allowed to do this.
        needs: Role,
    },
    /// 403. The request came from another origin.
    #[error("Cross-site request rejected.")]
    CrossSite,
    /// 404. The resource does not exist or has expired.
    #[error("This {what} does not exist.")]
    NotFound {
        /// Kind of resource, such as `alert`.
        what: String,
    },
    /// 404. A webhook to an unknown or disabled source.
    #[error("There is no active source with this name.")]
    SourceNotFound,
    /// 405. The path exists, but not for this method.
    #[error("Method not allowed.")]
    MethodNotAllowed,
    /// 413. The body exceeds the limit of the source.
    #[error("The body is larger than {limit} bytes.")]
    PayloadTooLarge {
        /// In bytes.
        limit: u64,
    },
    /// 415. The body has a `Content-Encoding`.
    #[error("Compressed request bodies are not supported.")]
    UnsupportedEncoding,
    /// 422. One field has an invalid value.
    #[error("{message}")]
    Invalid {
        /// `error.field` in JSON, such as `slug` or `settings.max_body`.
        field: String,
        /// The problem, phrased to follow the field's name: "must not be empty".
        message: String,
    },
    /// 503. Overloaded, or a dependency does not respond; the request can be retried.
    #[error("The server is temporarily unavailable.")]
    Unavailable,
    /// 500. Logged with the same request id.
    #[error("Internal server error.{}", reported(request_id))]
    Internal {
        /// Id of the log entry; empty if the error arose in the browser.
        request_id: String,
    },
    /// 503. Created by the browser only: no response from the server.
    #[error("The server could not be reached.")]
    Network,
}

fn reported(request_id: &str) -> String {
    if request_id.is_empty() { String::new() } else { format!(" Report request ID {request_id}.") }
}

impl Error {
    /// The error as a full sentence. [`Error::Invalid`] starts with the name of the field, as in "Max body must be a whole
    /// number."
    pub fn sentence(&self) -> String {
        let Self::Invalid { field, message } = self else { return self.to_string() };
        let name = field.rsplit('.').next().unwrap_or_default().replace('_', " ");
        format!("{} {}.", capitalized(&name), message.trim_end_matches('.'))
    }

    /// [`Error::Invalid`] for `field`. `message` follows the name of the field, as in "must not be empty".
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), message: message.into() }
    }

    /// [`Error::NotFound`]; `what` is the kind of resource, such as `alert`.
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound { what: what.into() }
    }

    /// The stable value of `error.code` in JSON.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadRequest(_) => "bad_request",
            Self::Unauthorized => "unauthorized",
            Self::WrongPassword => "wrong_password",
            Self::TooManyAttempts { .. } => "too_many_attempts",
            Self::InvalidSignature => "invalid_signature",
            Self::Forbidden { .. } => "forbidden",
            Self::CrossSite => "cross_site",
            Self::NotFound { .. } => "not_found",
            Self::SourceNotFound => "source_not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::PayloadTooLarge { .. } => "payload_too_large",
            Self::UnsupportedEncoding => "unsupported_encoding",
            Self::Invalid { .. } => "invalid",
            Self::Unavailable => "unavailable",
            Self::Internal { .. } => "internal",
            Self::Network => "network",
        }
    }

    /// The HTTP status of the response.
    pub const fn status(&self) -> u16 {
        match self {
            Self::BadRequest(_) => 400,
            Self::Unauthorized | Self::WrongPassword | Self::InvalidSignature => 401,
            Self::Forbidden { .. } | Self::CrossSite => 403,
            Self::NotFound { .. } | Self::SourceNotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::PayloadTooLarge { .. } => 413,
            Self::UnsupportedEncoding => 415,
            Self::Invalid { .. } => 422,
            Self::TooManyAttempts { .. } => 429,
            Self::Internal { .. } => 500,
            Self::Unavailable | Self::Network => 503,
        }
    }

    /// The name of the invalid field, if there is one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid { field, .. } => Some(field),
            _ => None,
        }
    }
}

impl leptos::server_fn::error::FromServerFnError for Error {
    type Encoder = crate::api::call::Text;

    fn from_server_fn_error(error: leptos::server_fn::error::ServerFnErrorErr) -> Self {
        use leptos::server_fn::error::ServerFnErrorErr as Kind;
        let error = match error {
            Kind::Request(_) | Kind::Response(_) => Self::Network,
            Kind::Args(why) | Kind::MissingArg(why) | Kind::Deserialization(why) => Self::BadRequest(why),
            _ => Self::Internal { request_id: String::new() },
        };
        // An undecodable call never reaches the function that would set the status, and server_fn answers 500 for everything.
        #[cfg(feature = "ssr")]
        let _status_set = crate::api::with_status(Err::<(), _>(error.clone()));
        error
    }
}
