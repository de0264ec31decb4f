//! Everything a client can be told went wrong: code, message, field, HTTP status. Nothing else leaves the server.

use serde::{Deserialize, Serialize};

use crate::types::Role;

/// What most of the dashboard's functions return.
pub type Result<T> = std::result::Result<T, Error>;

/// The closed list of public errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    BadRequest(String),
    #[error("Sign in, or send a bearer token.")]
    Unauthorized,
    #[error("Email and password do not match an active user.")]
    WrongPassword,
    #[error("Too many attempts. Try again in {seconds} s.")]
    TooManyAttempts { seconds: i64 },
    #[error("The signature does not match.")]
    InvalidSignature,
    #[error("This needs the role {needs}.")]
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
    #[error("The body must not be compressed.")]
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
    /// A field that does not hold what it should.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), message: message.into() }
    }

    /// Nothing by that id.
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound { what: what.into() }
    }

    /// The stable word of `error.code`.
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

    /// The HTTP status of the answer.
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

    /// The field that is to blame, if one is.
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
        // A call that cannot be read never reaches a function that would set the status; server_fn says 500 for all.
        #[cfg(feature = "ssr")]
        let _status_set = crate::api::with_status(Err::<(), _>(error.clone()));
        error
    }
}
