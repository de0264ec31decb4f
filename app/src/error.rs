//! Public errors: code, message, field and HTTP status. No other error detail leaves the server.

use serde::{Deserialize, Serialize};

use crate::types::Role;

/// Result of most functions of the dashboard.
pub type Result<T> = std::result::Result<T, Error>;

/// The closed set of public errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    BadRequest(String),
    #[error("Sign in, or send a bearer token.")]
    Unauthorized,
    #[error("Incorrect email or password.")]
    WrongPassword,
    #[error("Too many attempts. Try again in {seconds} s.")]
    TooManyAttempts { seconds: i64 },
    #[error("The signature does not match.")]
    InvalidSignature,
    #[error("This requires the {needs} role.")]
    Forbidden { needs: Role },
    #[error("Cross-site request rejected.")]
    CrossSite,
    #[error("There is no such {what}.")]
    NotFound { what: String },
    #[error("There is no active source with this name.")]
    SourceNotFound,
    #[error("Method not allowed.")]
    MethodNotAllowed,
    #[error("The body is larger than {limit} bytes.")]
    PayloadTooLarge { limit: u64 },
    #[error("Compressed request bodies are not supported.")]
    UnsupportedEncoding,
    #[error("{message}")]
    Invalid { field: String, message: String },
    #[error("The server is temporarily unavailable.")]
    Unavailable,
    #[error("Internal error, request {request_id}.")]
    Internal { request_id: String },
    #[error("The server could not be reached.")]
    Network,
}

impl Error {
    /// A field with an invalid value.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), message: message.into() }
    }

    /// The resource does not exist.
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
